/** A network with the parts of Medicine at toy size, and batches for it: what executors are compared on. */
import * as t from '../../src/tensor/build.ts';
import type { Feeds } from '../../src/tensor/engine.ts';
import type { Graph } from '../../src/tensor/ir.ts';
import { linear } from '../../src/tensor/layers/linear.ts';
import { norm } from '../../src/tensor/layers/norm.ts';
import { addPosition } from '../../src/tensor/layers/position.ts';
import { transformerLayer } from '../../src/tensor/layers/transformer.ts';
import { numbers } from './cases.ts';

const [batch, windows, dim, links, instances, kpis, classes] = [4, 5, 16, 7, 3, 6, 3] as const;

function encoder(g: t.GraphBuilder, x: t.Node, group: string): t.Node {
  const options = { name: `${group}.layer`, group, heads: 2, feedForward: 12, dropout: 0.2 };
  const pooled = t.reduceMean(g, transformerLayer(g, x, options), [0]);
  const feature = t.dropout(g, norm(g, pooled, { name: `${group}.norm`, group }), 0.2, `${group}.dropout`);
  return t.scaleGradient(g, feature, t.input(g, `scale.${group}`, []));
}

/** Squeeze and excite over instances: `[windows, batch, instances, kpis]` → `[windows, batch, kpis]`. */
function excite(g: t.GraphBuilder, x: t.Node): t.Node {
  const squeezed = t.reduceMean(g, x, [0, 3]);
  const hidden = t.relu(g, linear(g, squeezed, 4, { name: 'metric.squeeze', group: 'metric' }));
  const gate = t.sigmoid(g, linear(g, hidden, instances, { name: 'metric.excite', group: 'metric' }));
  return t.reduceSum(g, t.mul(g, x, t.reshape(g, gate, [batch, instances, 1])), [2]);
}

/** Outputs `loss` and `logits`; inputs `log`, `metric`, `trace`, `labels`, `weights`, `scale.log|metric|trace`. */
export function smallMedicine(): Graph {
  const g = t.createGraph();
  const log = addPosition(g, t.input(g, 'log', [windows, batch, dim]));
  const instancesSummed = excite(g, t.input(g, 'metric', [windows, batch, instances, kpis]));
  const metric = t.leakyRelu(g, linear(g, instancesSummed, dim, { name: 'metric.lift', group: 'metric' }));
  const lifted = linear(g, t.input(g, 'trace', [windows, batch, links]), dim, {
    name: 'trace.lift',
    group: 'trace',
  });
  const trace = norm(g, t.gelu(g, lifted), { name: 'trace.first', group: 'trace' });
  const features = [encoder(g, log, 'log'), encoder(g, metric, 'metric'), encoder(g, trace, 'trace')];
  const gated = features.map((x, i) =>
    t.mul(g, x, t.sigmoid(g, linear(g, x, dim, { name: `fusion.gate${i}`, group: 'fusion' }))),
  );
  const rows = [...features, ...gated].map((x) => t.reshape(g, x, [batch, 1, dim]));
  const pooled = t.reduceMean(g, t.concat(g, rows, 1), [1]);
  const logits = linear(g, pooled, classes, { name: 'fusion.classes', group: 'fusion' });
  const labels = t.input(g, 'labels', [batch], 'int32');
  const loss = t.crossEntropy(g, logits, labels, t.input(g, 'weights', [batch]));
  return t.finishGraph(g, { loss, logits });
}

/** The batch of step `step` (from 1); the last one is filled up with a case of weight 0. */
export function smallBatch(step: number): Feeds {
  const of = (name: string, size: number) => numbers(`${name} ${step}`, size);
  return {
    log: of('log', windows * batch * dim),
    metric: of('metric', windows * batch * instances * kpis),
    trace: of('trace', windows * batch * links),
    labels: Int32Array.from(numbers(`labels ${step}`, batch, [0, classes]), Math.floor),
    weights: Float32Array.from(step % 3 === 0 ? [1, 1, 1, 0] : [1, 1, 1, 1]),
    'scale.log': Float32Array.from([1.2]),
    'scale.metric': Float32Array.from([1]),
    'scale.trace': Float32Array.from([1.1]),
  };
}
