/**
 * Writes ONNX model files: the protobuf messages of onnx.proto that a graph needs, and no more. Field numbers are those of
 * the ONNX specification.
 */

export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'text'; readonly value: string };

export type OnnxElement = 'float32' | 'int8' | 'int32' | 'int64' | 'bool';

export interface OnnxTensor {
  readonly name: string;
  readonly element: OnnxElement;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly element: OnnxElement;
  /** A name stands for an axis of any length. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxNode {
  readonly op: string;
  /** Empty: the ONNX standard operators. */
  readonly domain: '' | 'com.microsoft';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: { readonly [name: string]: OnnxAttribute };
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export const opset = 20;
const irVersion = 9;

const elementCodes: Record<OnnxElement, number> = { float32: 1, int8: 3, int32: 6, int64: 7, bool: 9 };

/** A message under construction: chunks and their total length, so that large tensors are copied once. */
interface Message {
  chunks: Uint8Array[];
  length: number;
}

function message(): Message {
  return { chunks: [], length: 0 };
}

function append(m: Message, bytes: Uint8Array): void {
  m.chunks.push(bytes);
  m.length += bytes.length;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function putInt(m: Message, field: number, value: number): void {
  append(m, varint(field * 8));
  append(m, varint(value));
}

function putFloat(m: Message, field: number, value: number): void {
  append(m, varint(field * 8 + 5));
  append(m, new Uint8Array(Float32Array.of(value).buffer));
}

function putBytes(m: Message, field: number, bytes: Uint8Array): void {
  append(m, varint(field * 8 + 2));
  append(m, varint(bytes.length));
  append(m, bytes);
}

function putText(m: Message, field: number, text: string): void {
  putBytes(m, field, new TextEncoder().encode(text));
}

function putMessage(m: Message, field: number, inner: Message): void {
  append(m, varint(field * 8 + 2));
  append(m, varint(inner.length));
  for (const chunk of inner.chunks) append(m, chunk);
}

function attributeMessage(name: string, attribute: OnnxAttribute): Message {
  const m = message();
  putText(m, 1, name);
  switch (attribute.kind) {
    case 'float':
      putFloat(m, 2, attribute.value);
      putInt(m, 20, 1);
      break;
    case 'int':
      putInt(m, 3, attribute.value);
      putInt(m, 20, 2);
      break;
    case 'text':
      putText(m, 4, attribute.value);
      putInt(m, 20, 3);
      break;
    case 'ints':
      for (const value of attribute.value) putInt(m, 8, value);
      putInt(m, 20, 7);
      break;
  }
  return m;
}

function nodeMessage(node: OnnxNode, index: number): Message {
  const m = message();
  for (const name of node.inputs) putText(m, 1, name);
  for (const name of node.outputs) putText(m, 2, name);
  putText(m, 3, `${node.op}_${index}`);
  putText(m, 4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes))
    putMessage(m, 5, attributeMessage(name, attribute));
  if (node.domain) putText(m, 7, node.domain);
  return m;
}

function tensorMessage(tensor: OnnxTensor): Message {
  const m = message();
  for (const n of tensor.shape) putInt(m, 1, n);
  putInt(m, 2, elementCodes[tensor.element]);
  putText(m, 8, tensor.name);
  putBytes(m, 9, tensor.bytes);
  return m;
}

function valueMessage(value: OnnxValue): Message {
  const shape = message();
  for (const n of value.shape) {
    const dimension = message();
    if (typeof n === 'number') putInt(dimension, 1, n);
    else putText(dimension, 2, n);
    putMessage(shape, 1, dimension);
  }
  const tensorType = message();
  putInt(tensorType, 1, elementCodes[value.element]);
  putMessage(tensorType, 2, shape);
  const type = message();
  putMessage(type, 1, tensorType);
  const m = message();
  putText(m, 1, value.name);
  putMessage(m, 2, type);
  return m;
}

function opsetMessage(domain: string, version: number): Message {
  const m = message();
  putText(m, 1, domain);
  putInt(m, 2, version);
  return m;
}

/** The bytes of a `.onnx` file. */
export function writeModel(model: OnnxModel): Uint8Array {
  const graph = message();
  model.nodes.forEach((node, i) => {
    putMessage(graph, 1, nodeMessage(node, i));
  });
  putText(graph, 2, 'medx');
  for (const tensor of model.initialisers) putMessage(graph, 5, tensorMessage(tensor));
  for (const value of model.inputs) putMessage(graph, 11, valueMessage(value));
  for (const value of model.outputs) putMessage(graph, 12, valueMessage(value));
  const m = message();
  putInt(m, 1, irVersion);
  putText(m, 2, 'medx');
  putMessage(m, 7, graph);
  putMessage(m, 8, opsetMessage('', opset));
  if (model.nodes.some((node) => node.domain === 'com.microsoft'))
    putMessage(m, 8, opsetMessage('com.microsoft', 1));
  const bytes = new Uint8Array(m.length);
  let at = 0;
  for (const chunk of m.chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
