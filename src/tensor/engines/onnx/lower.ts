/**
 * IR → ONNX: walks the nodes that the wanted outputs need and lowers each by its rule (`rules.ts`). What is fused on the
 * way is decided in `fuse.ts`. It writes no file and runs nothing.
 */
import type { Graph, Node, NodeId } from '../../ir.ts';
import { nodeOf, reachable } from '../../ir.ts';
import { numberAttr, textAttr } from '../../ops/op.ts';
import { absorbed, type Fusions, planFusions } from './fuse.ts';
import type { OnnxAttribute, OnnxElement, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './proto.ts';
import { lowerNode } from './rules.ts';

export interface LowerOptions {
  /** Output name → node. */
  readonly outputs: { readonly [name: string]: NodeId };
  /** Dropout masks become inputs (`masks`), or dropout is left out. */
  readonly dropout: 'masks' | 'off';
  /** Parameter values to hold in the file; without them parameters are inputs. */
  readonly params?: { readonly [name: string]: Float32Array };
  /** Standard operators only, so that any ONNX runtime can load the file. */
  readonly portable?: boolean;
}

/** A dropout mask that must be fed: 0 or 1/(1 − rate), float32, under input `name`. */
export interface MaskInput {
  readonly name: string;
  readonly key: string;
  readonly rate: number;
  readonly shape: readonly number[];
}

export interface Lowered {
  readonly model: OnnxModel;
  readonly masks: readonly MaskInput[];
  /** Names of the graph inputs and parameters that the model reads. */
  readonly inputs: readonly string[];
  readonly params: readonly string[];
}

/** What the rules write to. */
export interface Lowering {
  readonly graph: Graph;
  readonly portable: boolean;
  readonly fusions: Fusions;
  /** ONNX name of a node's value. */
  valueOf(id: NodeId): string;
  /** Appends an operator with one output and returns its name. */
  push(op: string, inputs: readonly string[], options?: PushOptions): string;
  int64(values: readonly number[]): string;
  int32(values: readonly number[], shape: readonly number[]): string;
  float(values: readonly number[], shape: readonly number[]): string;
  /** x → names of its mean and 1/std `[…, 1]`, which a LayerNormalization has computed. */
  readonly statistics: Map<string, { readonly mean: string; readonly invStd: string }>;
  /** The mask input of a dropout, undefined when dropout is off. */
  maskOf(node: Node): string | undefined;
  /** Values already computed, by a description of how: two gradients of one layer norm share their parts. */
  readonly memo: Map<string, string>;
}

export interface PushOptions {
  readonly attributes?: { readonly [name: string]: OnnxAttribute };
  readonly domain?: OnnxNode['domain'];
  /** Name of the output; default a fresh one. */
  readonly output?: string;
  /** Names of further outputs. */
  readonly more?: readonly string[];
}

export const paramPrefix = 'param/';

export function bytesOf(data: Float32Array | Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function lowerGraph(graph: Graph, options: LowerOptions): Lowered {
  const nodes: OnnxNode[] = [];
  const initialisers = new Map<string, OnnxTensor>();
  const inputs: OnnxValue[] = [];
  const masks = new Map<string, MaskInput>();
  const values = new Map<NodeId, string>();
  const params: string[] = [];
  const graphInputs: string[] = [];
  const roots = Object.values(options.outputs);
  const order = reachable(graph, roots);
  const preferred = new Map<NodeId, string>();
  for (const [name, id] of Object.entries(options.outputs)) if (!preferred.has(id)) preferred.set(id, name);
  let fresh = 0;

  const keep = (name: string, element: OnnxElement, shape: readonly number[], bytes: Uint8Array) => {
    if (!initialisers.has(name)) initialisers.set(name, { name, element, shape, bytes });
    return name;
  };
  const lowering: Lowering = {
    graph,
    portable: options.portable ?? false,
    fusions: planFusions(graph, order, roots, options.portable ?? false),
    statistics: new Map(),
    memo: new Map(),
    valueOf: (id) => {
      const name = values.get(id);
      if (name === undefined) throw new RangeError(`node ${id} has no value yet`);
      return name;
    },
    push: (op, from, { attributes = {}, domain = '', output, more = [] } = {}) => {
      const name = output ?? `t${fresh++}`;
      nodes.push({ op, domain, inputs: from, outputs: [name, ...more], attributes });
      return name;
    },
    int64: (list) =>
      keep(`i64[${list.join(',')}]`, 'int64', [list.length], bytesOf(BigInt64Array.from(list, BigInt))),
    int32: (list, shape) =>
      keep(`i32[${shape.join(',')}][${list.join(',')}]`, 'int32', shape, bytesOf(Int32Array.from(list))),
    float: (list, shape) =>
      keep(`f32[${shape.join(',')}][${list.join(',')}]`, 'float32', shape, bytesOf(Float32Array.from(list))),
    maskOf: (node) => {
      if (options.dropout === 'off') return undefined;
      const key = textAttr(node.attrs, 'key');
      const rate = numberAttr(node.attrs, 'rate');
      const name = `mask/${key}`;
      const there = masks.get(name);
      if (!there) {
        masks.set(name, { name, key, rate, shape: node.type.shape });
        inputs.push({ name, element: 'float32', shape: node.type.shape });
      }
      return name;
    },
  };

  for (const id of order) {
    const node = nodeOf(graph, id);
    if (absorbed(lowering.fusions, id)) continue;
    const { shape, dtype } = node.type;
    if (node.op === 'input') {
      graphInputs.push(node.name!);
      inputs.push({ name: node.name!, element: dtype, shape });
      values.set(id, node.name!);
    } else if (node.op === 'param') {
      const name = paramPrefix + node.name!;
      const data = options.params?.[node.name!];
      params.push(node.name!);
      if (data) keep(name, 'float32', shape, bytesOf(data));
      else inputs.push({ name, element: 'float32', shape });
      values.set(id, name);
    } else values.set(id, lowerNode(lowering, node, preferred.get(id)));
  }

  const outputs = Object.entries(options.outputs).map(([name, id]): OnnxValue => {
    // A value under another name (an input, or one node returned twice) needs a copy of its own.
    if (lowering.valueOf(id) !== name) lowering.push('Identity', [lowering.valueOf(id)], { output: name });
    const { dtype, shape } = nodeOf(graph, id).type;
    return { name, element: dtype, shape };
  });
  return {
    model: { nodes, initialisers: [...initialisers.values()], inputs, outputs },
    masks: [...masks.values()],
    inputs: graphInputs,
    params,
  };
}
