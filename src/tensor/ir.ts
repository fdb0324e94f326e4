/**
 * The tensor IR: plain serialisable data, static shapes, one output per node. Builders write it (`build.ts`),
 * reverse mode extends it (`gradients.ts`), executors run it (`engines/`). It holds no behaviour of its own.
 */

export type DType = 'float32' | 'int32' | 'bool';

/** Row-major. A scalar has shape `[]`. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export type Attr = number | string | boolean | readonly number[];
export type Attrs = { readonly [name: string]: Attr };

/** Index of a node in `Graph.nodes`. A node only reads nodes before it. */
export type NodeId = number;

export interface Node {
  readonly id: NodeId;
  readonly op: string;
  readonly inputs: readonly NodeId[];
  readonly attrs: Attrs;
  readonly type: TensorType;
  readonly name?: string;
}

/**
 * How a parameter starts, as data. `uniform` draws from [−bound, bound), keyed by (seed, parameter name): the same
 * numbers whatever other parameters the model has.
 */
export type Initialiser =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly bound: number };

export interface Param {
  readonly node: NodeId;
  readonly init: Initialiser;
  /** Parameters of one group share an update scale; the group is the modality, or `fusion`, … */
  readonly group: string;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: { readonly [name: string]: NodeId };
  readonly params: { readonly [name: string]: Param };
  readonly outputs: { readonly [name: string]: NodeId };
}

/** A graph being written. Builder functions append to `nodes`. */
export interface GraphBuilder {
  readonly nodes: Node[];
  readonly inputs: Record<string, NodeId>;
  readonly params: Record<string, Param>;
  readonly outputs: Record<string, NodeId>;
}

export function createGraph(): GraphBuilder {
  return { nodes: [], inputs: {}, params: {}, outputs: {} };
}

/** A builder that goes on where `graph` ends; `graph` itself stays as it is. */
export function extendGraph(graph: Graph): GraphBuilder {
  return {
    nodes: [...graph.nodes],
    inputs: { ...graph.inputs },
    params: { ...graph.params },
    outputs: { ...graph.outputs },
  };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Row-major strides of a shape, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

export function nodeOf(graph: Graph | GraphBuilder, id: NodeId): Node {
  const node = graph.nodes[id];
  if (!node) throw new RangeError(`no node ${id}`);
  return node;
}

/** Ids of the nodes that `roots` depend on, themselves included, in order. */
export function reachable(graph: Graph | GraphBuilder, roots: readonly NodeId[]): NodeId[] {
  const seen = new Set<NodeId>();
  const stack = [...roots];
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (seen.has(id)) continue;
    seen.add(id);
    stack.push(...nodeOf(graph, id).inputs);
  }
  return [...seen].sort((a, b) => a - b);
}
