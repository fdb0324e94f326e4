/**
 * TVDiag's network. Per modality two GraphSAGE layers by the mean of the callers (dim → 64 → 32, ReLU between them, no bias)
 * and the largest value over the instances; the modalities concatenated → linear 64 → ReLU → classes. Its loss is
 * cross entropy + σ (L_TO + L_CM): metrics and traces of one root cause, and logs of one type, are drawn together
 * (supervised contrastive), and so are metrics with the traces and with the logs of the same case (InfoNCE).
 */
import * as t from '../../../tensor/build.ts';
import type { Feeds } from '../../../tensor/engine.ts';
import type { Graph, GraphBuilder, Node } from '../../../tensor/ir.ts';
import { linear } from '../../../tensor/layers/linear.ts';
import { sage } from '../../../tensor/layers/sage.ts';
import { infoNce, supervisedContrastive } from '../../../tensor/losses/contrastive.ts';
import type { Modality } from '../../contracts.ts';
import type { InstanceGraph } from '../case-events.ts';
import type { Network } from '../learners/neural.ts';

export interface TvDiagItem {
  readonly graph: InstanceGraph;
  /** Per modality a vector for each node. */
  readonly vectors: { readonly [modality in Modality]?: readonly Float32Array[] };
  /** Of training cases: class, number of the root cause, and its place among the nodes (−1: it is none of them). */
  readonly label?: number;
  readonly root?: number;
  readonly rootNode?: number;
  /** The copy of a training case that is without some of its instances, others at every step. */
  readonly copy?: true;
}

export interface TvDiagShape {
  readonly modalities: readonly Modality[];
  readonly dim: number;
  /** Size of the largest graph. */
  readonly nodes: number;
  readonly classes: number;
  readonly roots: number;
  readonly contrast: number;
  readonly temperature: number;
  /** Share of the instances that a copy is without. */
  readonly inactive: number;
}

const sizes = { hidden: 64, out: 32, fused: 64 };
/** Below everything that a network of this size gives. */
const farBelow = -1e9;

/** `random` draws what copies are without. */
export function tvDiagNetwork(shape: TvDiagShape, random: () => number): Network<TvDiagItem> {
  return {
    build: (batch) => build(batch, shape),
    inputs: (items) => feed(items, shape, random),
    targets: (items) => ({
      labels: Int32Array.from(items, ({ label = 0 }) => label),
      roots: Int32Array.from(items, ({ root = 0 }) => root),
    }),
  };
}

function build(batch: number, shape: TvDiagShape): Graph {
  const { modalities, dim, nodes, classes } = shape;
  const g = t.createGraph();
  const adjacency = t.input(g, 'adjacency', [batch, nodes, nodes]);
  const absent = t.input(g, 'absent', [batch, nodes, 1]);
  const encoded = modalities.map((name) => {
    const options = (layer: string) => ({ name: `${name}.${layer}`, group: name, bias: false });
    const x = t.input(g, name, [batch, nodes, dim]);
    const first = t.relu(g, sage(g, x, adjacency, sizes.hidden, options('first')));
    const second = sage(g, first, adjacency, sizes.out, options('second'));
    return [name, t.reduceMax(g, t.add(g, second, absent), [1])] as const;
  });
  const all = t.concat(
    g,
    encoded.map(([, one]) => one),
    1,
  );
  const inner = t.relu(g, linear(g, all, sizes.fused, { name: 'fused', group: 'fusion' }));
  const logits = linear(g, inner, classes, { name: 'classes', group: 'fusion' });
  const labels = t.input(g, 'labels', [batch], 'int32');
  const roots = t.input(g, 'roots', [batch], 'int32');
  const told = t.crossEntropy(g, logits, labels, t.constant(g, [1], [batch]));
  const drawn = contrast(g, new Map(encoded), { labels, roots }, shape);
  const loss = drawn.reduce((sum, one) => t.add(g, sum, t.mul(g, one, t.scalar(g, shape.contrast))), told);
  return t.finishGraph(g, { loss, probabilities: t.softmax(g, logits) });
}

function contrast(
  g: GraphBuilder,
  encoded: ReadonlyMap<Modality, Node>,
  { labels, roots }: { readonly labels: Node; readonly roots: Node },
  shape: TvDiagShape,
): Node[] {
  if (shape.contrast === 0) return [];
  const { temperature } = shape;
  const metric = encoded.get('metric');
  return [...encoded].flatMap(([name, x]) => [
    name === 'log'
      ? supervisedContrastive(g, x, labels, shape.classes, temperature)
      : supervisedContrastive(g, x, roots, shape.roots, temperature),
    ...(metric && name !== 'metric' ? [infoNce(g, metric, x, temperature)] : []),
  ]);
}

function feed(items: readonly TvDiagItem[], shape: TvDiagShape, random: () => number): Feeds {
  const { modalities, dim, nodes } = shape;
  const adjacency = new Float32Array(items.length * nodes * nodes);
  const absent = new Float32Array(items.length * nodes).fill(farBelow);
  const x = new Map(modalities.map((name) => [name, new Float32Array(items.length * nodes * dim)]));
  items.forEach((item, i) => {
    const left = drawNodes(item, shape.inactive, random);
    meanOfCallers(adjacency.subarray(i * nodes * nodes, (i + 1) * nodes * nodes), nodes, item.graph, left);
    left.forEach((isLeft, node) => {
      if (isLeft) absent[i * nodes + node] = 0;
    });
    for (const [name, array] of x)
      item.vectors[name]?.forEach((vector, node) => {
        if (left[node]) array.set(vector, (i * nodes + node) * dim);
      });
  });
  return { adjacency, absent, ...Object.fromEntries(x) };
}

/** Which nodes are left: of a copy all but a share of them, drawn without the root cause. */
function drawNodes(
  { graph, copy, rootNode = -1 }: TvDiagItem,
  share: number,
  random: () => number,
): boolean[] {
  const left = graph.nodes.map(() => true);
  if (!copy) return left;
  const others = [...left.keys()].filter((node) => node !== rootNode);
  const gone = Math.min(others.length, Math.floor(share * graph.nodes.length));
  for (let i = 0; i < gone; i++) {
    const [drawn = 0] = others.splice(Math.floor(random() * others.length), 1);
    left[drawn] = false;
  }
  return left;
}

/** Fills a block: each node hears the mean of its callers, an edge for each time it is told, or itself where none calls. */
function meanOfCallers(
  block: Float32Array,
  nodes: number,
  graph: InstanceGraph,
  left: readonly boolean[],
): void {
  const degree = new Float32Array(nodes);
  const edges = graph.edges.filter(([from, to]) => left[from] && left[to]);
  for (const [, to] of edges) degree[to] = (degree[to] as number) + 1;
  for (const [from, to] of edges) {
    const at = to * nodes + from;
    block[at] = (block[at] as number) + 1 / (degree[to] as number);
  }
  left.forEach((isLeft, node) => {
    if (isLeft && degree[node] === 0) block[node * nodes + node] = 1;
  });
}
