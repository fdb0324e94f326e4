/** Post-norm transformer layer with ReLU feed-forward: PyTorch's `nn.TransformerEncoderLayer` with its defaults. */
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { dropout } from '../ops/dropout.ts';
import { relu } from '../ops/relu.ts';
import { selfAttention } from './attention.ts';
import { linear } from './linear.ts';
import { norm } from './norm.ts';

export interface TransformerOptions {
  /** Prefix of the parameters: `name.attention…`, `name.norm1…`, `name.linear1…`, `name.linear2…`, `name.norm2…`. */
  readonly name: string;
  readonly group: string;
  readonly heads: number;
  readonly feedForward: number;
  /** On the attention probabilities, both residual branches and the inner feed-forward layer. */
  readonly dropout: number;
  /** As in `AttentionOptions`. */
  readonly keyBias?: Node | undefined;
}

/** x `[windows, batch, dim]` → the same shape. */
export function transformerLayer(g: GraphBuilder, x: Node, options: TransformerOptions): Node {
  const { name, group, heads, feedForward, dropout: rate } = options;
  const dim = x.type.shape.at(-1)!;
  const attended = selfAttention(g, x, {
    name: `${name}.attention`,
    group,
    heads,
    dropout: rate,
    keyBias: options.keyBias,
  });
  const first = norm(g, add(g, x, dropout(g, attended, rate, `${name}.dropout1`)), {
    name: `${name}.norm1`,
    group,
  });
  const inner = relu(g, linear(g, first, feedForward, { name: `${name}.linear1`, group }));
  const outer = linear(g, dropout(g, inner, rate, `${name}.dropout`), dim, {
    name: `${name}.linear2`,
    group,
  });
  return norm(g, add(g, first, dropout(g, outer, rate, `${name}.dropout2`)), {
    name: `${name}.norm2`,
    group,
  });
}
