/**
 * Multi-head self-attention over a time-major sequence, as PyTorch's `nn.MultiheadAttention` with equal dimensions:
 * joint Xavier bound for the three projections, zero biases, dropout on the attention probabilities.
 * Time-major because then no head needs a transposed copy of queries, keys and values.
 */
import { xavierUniform } from '../initialise.ts';
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { dropout } from '../ops/dropout.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/reshape.ts';
import { softmax } from '../ops/softmax.ts';
import { transpose } from '../ops/transpose.ts';
import { linear, zeroBias } from './linear.ts';

export interface AttentionOptions {
  /** Parameters are `name.query.weight`, `name.key.bias`, `name.output.weight`, … */
  readonly name: string;
  readonly group: string;
  /** Must divide the dimension. */
  readonly heads: number;
  readonly dropout: number;
  /** `[windows]`, added to what every query thinks of a key: the logarithm of how many equal windows the key stands for. */
  readonly keyBias?: Node | undefined;
}

/** x `[windows, batch, dim]` → the same shape. */
export function selfAttention(g: GraphBuilder, x: Node, options: AttentionOptions): Node {
  const { name, group, heads } = options;
  const [windows, batch, dim] = x.type.shape as [number, number, number];
  if (dim % heads !== 0) throw new RangeError(`${heads} heads do not divide dimension ${dim}`);
  const headDim = dim / heads;
  const project = (part: string) => {
    const options = { name: `${name}.${part}`, group, weightInit: xavierUniform(dim, 3 * dim), ...zeroBias };
    return reshape(g, linear(g, x, dim, options), [windows, batch * heads, headDim]);
  };
  const query = project('query');
  const key = project('key');
  const value = project('value');
  const scores = matmul(g, query, key, {
    innerA: true,
    innerB: true,
    transB: true,
    alpha: 1 / Math.sqrt(headDim),
  });
  const biased = options.keyBias ? add(g, scores, options.keyBias) : scores;
  const weights = dropout(g, softmax(g, biased), options.dropout, `${name}.weights`);
  const context = transpose(g, matmul(g, weights, value, { innerB: true }), [1, 0, 2]);
  const merged = reshape(g, context, [windows, batch, dim]);
  return linear(g, merged, dim, { name: `${name}.output`, group, ...zeroBias });
}
