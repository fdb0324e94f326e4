/**
 * A model for any batch size from one graph lowered at two sizes: where the two differ, the batch is. The IR has static
 * shapes; only files with the parameters inside need this. Other axes than the batch can be free in the same way.
 */
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from './proto.ts';

/** Throws RangeError where the batch size is part of something other than an input, an output or a reshape. */
export function withVariableBatch(
  one: OnnxModel,
  other: OnnxModel,
  axisName: (value: OnnxValue, axis: number) => string = () => 'batch',
): OnnxModel {
  const free = (value: OnnxValue, twin: OnnxValue | undefined): OnnxValue => ({
    ...value,
    shape: value.shape.map((n, axis) => (n === twin?.shape[axis] ? n : axisName(value, axis))),
  });
  const tensors = [one, other].map((model) => new Map(model.initialisers.map((t) => [t.name, t])));
  const added = new Map<string, OnnxTensor>();
  const nodes = one.nodes.map((node, i): OnnxNode => {
    const twin = other.nodes[i];
    if (!twin || twin.op !== node.op || twin.inputs.length !== node.inputs.length) throw mismatch(node.op);
    const inputs = node.inputs.map((name, k) => {
      const twinName = twin.inputs[k] ?? '';
      if (name === twinName) return name;
      const [a, b] = [tensors[0]?.get(name), tensors[1]?.get(twinName)];
      if (node.op !== 'Reshape' || k !== 1 || !a || !b) throw mismatch(node.op);
      const shape = inferredAxis(a, b);
      added.set(shape.name, shape);
      return shape.name;
    });
    return { ...node, inputs };
  });
  if (nodes.length !== other.nodes.length) throw mismatch('the model');
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return {
    nodes,
    initialisers: [...one.initialisers.filter(({ name }) => used.has(name)), ...added.values()],
    inputs: one.inputs.map((value, i) => free(value, other.inputs[i])),
    outputs: one.outputs.map((value, i) => free(value, other.outputs[i])),
  };
}

function mismatch(where: string): RangeError {
  return new RangeError(`${where} depends on the batch size in a way that a file cannot express`);
}

/** The shape of a reshape with −1, to be inferred, in the one place where the two differ. */
function inferredAxis(a: OnnxTensor, b: OnnxTensor): OnnxTensor {
  const [left, right] = [int64s(a), int64s(b)];
  const different = left.flatMap((n, i) => (n === right[i] ? [] : [i]));
  const [place] = different;
  if (left.length !== right.length || different.length !== 1 || place === undefined)
    throw mismatch('a reshape');
  left[place] = -1n;
  const data = BigInt64Array.from(left);
  return { ...a, name: `i64[${left.join(',')}]`, bytes: new Uint8Array(data.buffer) };
}

function int64s({ bytes }: OnnxTensor): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, i) => view.getBigInt64(8 * i, true));
}
