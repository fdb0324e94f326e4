/**
 * Products of products: where x · A + b is read by nothing but one more product with fixed weights B, x · (A · B) is the same
 * number and, if B is narrow, far less to read. Sums, factors and tensors side by side on the way are folded too. Exact but for
 * rounding; A · B is computed in 64 bits.
 */
import * as t from '../build.ts';
import type { Values } from '../engine.ts';
import { zeros } from '../initialise.ts';
import type { Graph, GraphBuilder, Node, NodeId } from '../ir.ts';
import { nodeOf, sizeOf } from '../ir.ts';
import { flagAttr, numberAttr } from '../ops/op.ts';
import { type Replacement, rewriteGraph, usersOf } from './rewrite.ts';

/** Row-major `[rows, columns]`. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A product as Σ value(node) · matrix + offset. */
interface Sum {
  readonly terms: Map<NodeId, Matrix>;
  readonly offset: Float64Array;
  /** The products that it was made of, and the numbers in their weights. */
  readonly products: Set<NodeId>;
  size: number;
}

/** The graph to fold and its parameters. */
interface Given {
  readonly graph: Graph;
  readonly params: Values;
  /** Whether one node reads the node and nothing else does. */
  single(id: NodeId): boolean;
}

export interface FoldedProducts {
  readonly graph: Graph;
  readonly params: Values;
  /** Numbers in the weights of the products that were folded, before and after. */
  readonly before: number;
  readonly after: number;
}

/** Folds every product for which that makes the weights smaller. */
export function foldProducts(graph: Graph, params: Values): FoldedProducts {
  const users = usersOf(graph);
  const outputs = new Set(Object.values(graph.outputs));
  const given = { graph, params, single: (id: NodeId) => users.get(id)?.length === 1 && !outputs.has(id) };
  const replacements = new Map<NodeId, Replacement>();
  const added: Record<string, Float32Array> = {};
  let [before, after] = [0, 0];
  const inner = new Set<NodeId>();
  // From the last product on, so that a chain is folded as one.
  for (const node of graph.nodes.toReversed()) {
    if (inner.has(node.id)) continue;
    const sum = sumOf(given, node);
    const size = [...(sum?.terms.values() ?? [])].reduce((total, { data }) => total + data.length, 0);
    if (!sum || size >= sum.size) continue;
    for (const id of sum.products) inner.add(id);
    before += sum.size;
    after += size;
    const name = `folded.${node.id}`;
    replacements.set(node.id, (g, copyOf) => write(g, copyOf, sum, name, node.type.shape));
    for (const [i, { data }] of [...sum.terms.values()].entries())
      added[`${name}.${i}`] = Float32Array.from(data);
    added[`${name}.offset`] = Float32Array.from(sum.offset);
  }
  return { graph: rewriteGraph(graph, replacements), params: { ...params, ...added }, before, after };
}

/** A product with fixed weights, looked through as far as it goes. */
function sumOf(given: Given, node: Node): Sum | undefined {
  const weights = weightsOf(given, node);
  if (!weights) return undefined;
  const sum: Sum = {
    terms: new Map(),
    offset: new Float64Array(weights.columns),
    products: new Set(),
    size: weights.data.length,
  };
  expand(given, operandsOf(given, node)[0] as Node, weights, sum);
  return sum;
}

const operandsOf = ({ graph }: Given, { inputs }: Node) => inputs.map((id) => nodeOf(graph, id));

/** The fixed weights of a product `[M, K] · [K, N]`, as `[K, N]`. */
function weightsOf({ graph, params }: Given, node: Node): Matrix | undefined {
  if (node.op !== 'matmul' || node.type.shape.length !== 2) return undefined;
  const { attrs } = node;
  const weight = nodeOf(graph, node.inputs[1] as NodeId);
  const data = weight.op === 'param' ? params[weight.name ?? ''] : undefined;
  if (!data || flagAttr(attrs, 'transA') || numberAttr(attrs, 'alpha') !== 1) return undefined;
  const [rows, columns] = weight.type.shape as [number, number];
  if (!flagAttr(attrs, 'transB')) return { rows, columns, data: Float64Array.from(data) };
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j] as number;
  return { rows: columns, columns: rows, data: turned };
}

/** Adds value(node) · m to the sum, looking through whatever is linear and read by nothing else. */
function expand(given: Given, node: Node, m: Matrix, sum: Sum): void {
  const row = fixedRow(given, node, m.rows);
  if (row) {
    addTo(sum.offset, times(row, m).data);
    return;
  }
  const parts = given.single(node.id) ? partsOf(given, node, m) : undefined;
  if (parts) {
    if (parts.product) {
      sum.products.add(node.id);
      sum.size += parts.product;
    }
    for (const [part, by] of parts.of) expand(given, part, by, sum);
    return;
  }
  const there = sum.terms.get(node.id);
  if (there) addTo(there.data, m.data);
  else sum.terms.set(node.id, { ...m, data: m.data.slice() });
}

interface Parts {
  readonly of: readonly (readonly [Node, Matrix])[];
  /** Numbers in the weights, where the node is a product. */
  readonly product?: number;
}

/** value(node) · m as a sum over what the node reads; undefined if it is not linear in that. */
function partsOf(given: Given, node: Node, m: Matrix): Parts | undefined {
  const operands = operandsOf(given, node);
  const [first, second] = operands;
  if (!first) return undefined;
  const weights = weightsOf(given, node);
  if (weights) return { of: [[first, times(weights, m)]], product: weights.data.length };
  const last = node.type.shape.length - 1;
  if (node.op === 'reshape') return first.type.shape.at(-1) === m.rows ? { of: [[first, m]] } : undefined;
  if (node.op === 'concat' && numberAttr(node.attrs, 'axis') === last) {
    let from = 0;
    const of = operands.map((part) => {
      const rows = part.type.shape.at(-1) ?? 0;
      const data = m.data.slice(from * m.columns, (from + rows) * m.columns);
      from += rows;
      return [part, { rows, columns: m.columns, data }] as const;
    });
    return { of };
  }
  if (!second) return undefined;
  if (node.op === 'mul' && second.op === 'constant' && sizeOf(second.type.shape) === 1) {
    const [factor = 1] = second.attrs.data as readonly number[];
    return { of: [[first, { ...m, data: m.data.map((x) => x * factor) }]] };
  }
  const size = sizeOf(node.type.shape);
  const fits = (one: Node) => sizeOf(one.type.shape) === size || fixedRow(given, one, m.rows);
  if (node.op === 'add' && operands.every(fits)) return { of: operands.map((one) => [one, m]) };
  return undefined;
}

/** The values of a parameter that is one row of this length. */
function fixedRow({ params }: Given, { op, name, type }: Node, length: number): Matrix | undefined {
  const data = op === 'param' && type.shape.length === 1 ? params[name ?? ''] : undefined;
  return data?.length === length ? { rows: 1, columns: length, data: Float64Array.from(data) } : undefined;
}

function write(
  g: GraphBuilder,
  copyOf: (id: NodeId) => Node,
  { terms, offset }: Sum,
  name: string,
  shape: readonly number[],
): Node {
  const fixed = (of: string, size: readonly number[]) => t.param(g, `${name}.${of}`, size, zeros, 'folded');
  let value = fixed('offset', [offset.length]);
  [...terms].forEach(([id, { rows, columns }], i) => {
    const x = t.reshape(g, copyOf(id), [sizeOf(shape) / columns, rows]);
    value = t.add(g, t.matmul(g, x, fixed(String(i), [rows, columns])), value);
  });
  return value;
}

function times(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.columns; k++) {
      const x = a.data[i * a.columns + k] as number;
      for (let j = 0; j < b.columns; j++)
        data[i * b.columns + j] =
          (data[i * b.columns + j] as number) + x * (b.data[k * b.columns + j] as number);
    }
  return { rows: a.rows, columns: b.columns, data };
}

function addTo(into: Float64Array, more: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (more[i] as number);
}
