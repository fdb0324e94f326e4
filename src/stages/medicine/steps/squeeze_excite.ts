/**
 * `squeeze_excite(by: instance)` (paper 4.2, after SENet): a gate per instance, σ(W₂ relu(W₁ m + b₁) + b₂) of the
 * instances' means m, I → d → I; then the gated sum over instances. channels → sequence.
 */
import * as t from '../../../tensor/build.ts';
import { linear } from '../../../tensor/layers/linear.ts';
import type { StepDef } from './step.ts';

export const squeezeExcite: StepDef = {
  op: 'squeeze_excite',
  takes: 'channels',
  build: ({ g, modality, dim, name }, { node }) => {
    const [batch, instances, windows, kpis] = node.type.shape as [number, number, number, number];
    const means = t.reduceMean(g, node, [2, 3]);
    const squeezed = t.relu(g, linear(g, means, dim, { name: `${name}.squeeze`, group: modality }));
    const gate = t.sigmoid(g, linear(g, squeezed, instances, { name: `${name}.excite`, group: modality }));
    const sum = t.matmul(
      g,
      t.reshape(g, gate, [batch, 1, instances]),
      t.reshape(g, node, [batch, instances, windows * kpis]),
    );
    const rows = t.reshape(g, sum, [batch, windows, kpis]);
    return { kind: 'sequence', node: t.transpose(g, rows, [1, 0, 2]) };
  },
};
