/**
 * One encoder per modality (paper 4.1 to 4.3, METHOD 2): the modality's projection to the model's dimension, then the
 * pipeline's trainable steps in the order of the file, checked for what they take and give. Ends in a vector
 * `[batch, dim]`. Features are made elsewhere; steps are in `steps/`.
 */
import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import * as t from '../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../tensor/ir.ts';
import { linear } from '../../tensor/layers/linear.ts';
import { norm } from '../../tensor/layers/norm.ts';
import type { Modality, Step } from '../contracts.ts';
import { stepDefs } from './steps/index.ts';
import type { Repeats } from './steps/repeats.ts';
import type { Value } from './steps/step.ts';

export type EncoderOptions = {
  readonly dim: number;
  readonly dropout: number;
  /** Where the windows of `input` stand for several each. */
  readonly repeats?: Repeats;
};

/** Whether the encoder of the modality can tell windows apart that hold the same. */
export const hasPositions = (modality: Modality): boolean => modality !== 'trace';

const described: Record<Value['kind'], string> = {
  channels: 'channels [instance, window, kpi]',
  sequence: 'a sequence [window, dim]',
  vector: 'a vector [dim]',
};

/** `input` is `[batch, window, width]`, or `[batch, instance, window, kpi]` for metrics per instance. */
export function encode(
  g: GraphBuilder,
  modality: Modality,
  input: Node,
  steps: readonly Step[],
  options: EncoderOptions,
): Node {
  let value: Value =
    input.type.shape.length === 4
      ? { kind: 'channels', node: input }
      : { kind: 'sequence', node: t.transpose(g, input, [1, 0, 2]) };
  let projected = false;
  steps.forEach(({ op, args }, i) => {
    const def = stepDefs.find((candidate) => candidate.op === op);
    if (!def || def.takes !== value.kind) {
      const takes = def ? described[def.takes] : 'nothing: it is no trainable step';
      const given = described[value.kind];
      throw new MedxError(report(trainingCodes, 'MED5206', { modality, step: op, takes, given }));
    }
    if (value.kind === 'sequence' && !projected) {
      value = { kind: 'sequence', node: project(g, modality, value.node, options.dim) };
      projected = true;
    }
    const context = {
      g,
      modality,
      dim: options.dim,
      dropout: options.dropout,
      repeats: options.repeats,
      name: `${modality}.${i}.${op}`,
      position: hasPositions(modality),
    };
    value = def.build(context, value, args);
  });
  if (value.kind !== 'vector') {
    throw new MedxError(report(trainingCodes, 'MED5207', { modality, given: described[value.kind] }));
  }
  return modality === 'log' ? t.dropout(g, value.node, options.dropout, 'log.dropout') : value.node;
}

/** sequence `[window, batch, width]` → `[window, batch, dim]`, as each modality does it in METHOD 2. */
function project(g: GraphBuilder, modality: Modality, x: Node, dim: number): Node {
  const dense = (from: Node) => linear(g, from, dim, { name: `${modality}.project`, group: modality });
  const normed = (from: Node, name: string) =>
    norm(g, from, { name: `${modality}.${name}`, group: modality });
  if (modality === 'log') return x.type.shape.at(-1) === dim ? x : dense(x);
  if (modality === 'trace') return normed(t.relu(g, dense(x)), 'norm');
  return normed(t.leakyRelu(g, dense(normed(x, 'norm_in'))), 'norm');
}
