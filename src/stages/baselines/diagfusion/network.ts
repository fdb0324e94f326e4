/**
 * DiagFusion's network: two TAGConv (K = 2) with ReLU, the largest value over the nodes, a linear layer to the classes. The
 * graphs of a batch are blocks of one size, so that all of them are one product; what fills a block up is left out of the
 * maximum (ReLU gives nothing below 0).
 */
import * as t from '../../../tensor/build.ts';
import type { Feeds } from '../../../tensor/engine.ts';
import type { Graph } from '../../../tensor/ir.ts';
import { linear } from '../../../tensor/layers/linear.ts';
import { normalisedAdjacency, tagConv } from '../../../tensor/layers/tagconv.ts';
import type { InstanceGraph } from '../case-events.ts';
import type { Network } from '../learners/neural.ts';

/** A case: its graph with a vector per node, and its class where it is one to learn from. */
export interface GraphItem {
  readonly graph: InstanceGraph;
  readonly vectors: readonly Float32Array[];
  readonly label: number;
}

const hops = 2;

/** `nodes` is the size of a block; graphs with more cannot be fed. */
export function diagFusionNetwork(dim: number, classes: number, nodes: number): Network<GraphItem> {
  return {
    build: (batch) => build(batch, dim, classes, nodes),
    inputs: (items) => feed(items, dim, nodes),
    targets: (items) => ({ labels: Int32Array.from(items, ({ label }) => label) }),
  };
}

function build(batch: number, dim: number, classes: number, nodes: number): Graph {
  const hidden = Math.floor((2 * (dim + classes)) / 3);
  const g = t.createGraph();
  const adjacency = t.input(g, 'adjacency', [batch, nodes, nodes]);
  const present = t.input(g, 'present', [batch, nodes, 1]);
  let x = t.input(g, 'x', [batch, nodes, dim]);
  for (const name of ['first', 'second'])
    x = t.relu(g, tagConv(g, x, adjacency, hidden, { name, group: 'diagfusion', hops }));
  const pooled = t.reduceMax(g, t.mul(g, x, present), [1]);
  const logits = linear(g, pooled, classes, { name: 'classes', group: 'diagfusion' });
  const labels = t.input(g, 'labels', [batch], 'int32');
  const loss = t.crossEntropy(g, logits, labels, t.constant(g, [1], [batch]));
  return t.finishGraph(g, { loss, probabilities: t.softmax(g, logits) });
}

function feed(items: readonly GraphItem[], dim: number, nodes: number): Feeds {
  const adjacency = new Float32Array(items.length * nodes * nodes);
  const present = new Float32Array(items.length * nodes);
  const x = new Float32Array(items.length * nodes * dim);
  items.forEach(({ graph, vectors }, i) => {
    const block = adjacency.subarray(i * nodes * nodes, (i + 1) * nodes * nodes);
    normalisedAdjacency(block, nodes, graph.nodes.length, graph.edges);
    present.fill(1, i * nodes, i * nodes + vectors.length);
    vectors.forEach((vector, node) => {
      x.set(vector, (i * nodes + node) * dim);
    });
  });
  return { adjacency, present, x };
}
