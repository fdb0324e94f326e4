/**
 * Products with fixed weights in whole numbers of 8 bits: less to read and more per instruction, at the price of rounding. Weights
 * get 7 bits and a scale per column, what they are multiplied with gets 8 bits and a scale per run (`DynamicQuantizeMatMul` of
 * ONNX Runtime). With 7 bits the sum of two products fits the 16 bits in which processors without VNNI keep it.
 */
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from './proto.ts';

/** Sides below this stay in 32 bits: rounding what goes in would cost more than it saves. */
const leastSide = 64;

const largest = 63;

export function quantiseProducts(model: OnnxModel): OnnxModel {
  const known = new Map(model.initialisers.map((tensor) => [tensor.name, tensor]));
  const added = new Map<string, OnnxTensor>();
  const nodes = model.nodes.flatMap((node) => {
    const [x = '', w = '', addend = ''] = node.inputs;
    const weights = known.get(w);
    const bias = addend === '' || known.get(addend)?.shape.length === 1;
    if (!['MatMul', 'Gemm', 'FusedGemm'].includes(node.op) || !weights || !bias || !isPlain(node))
      return [node];
    if (weights.shape.length !== 2 || Math.min(...weights.shape) < leastSide) return [node];
    const own = quantise(weights, flag(node.attributes.transB));
    for (const tensor of own) added.set(tensor.name, tensor);
    const relu = node.attributes.activation !== undefined;
    const [output = ''] = node.outputs;
    const product: OnnxNode = {
      op: 'DynamicQuantizeMatMul',
      domain: 'com.microsoft',
      inputs: [x, ...own.map(({ name }) => name), ...(addend === '' ? [] : [addend])],
      outputs: [relu ? `${output}/sum` : output],
      attributes: {},
    };
    const after: OnnxNode = {
      op: 'Relu',
      domain: '',
      inputs: product.outputs,
      outputs: [output],
      attributes: {},
    };
    return relu ? [product, after] : [product];
  });
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const initialisers = [...model.initialisers, ...added.values()].filter(({ name }) => used.has(name));
  return { ...model, nodes, initialisers };
}

const flag = (attribute: OnnxAttribute | undefined) => attribute?.kind === 'int' && attribute.value === 1;

function isPlain({ attributes: { transA, alpha } }: OnnxNode): boolean {
  return !flag(transA) && (alpha === undefined || alpha.value === 1);
}

/** Values, scales and zeros of the weights `[K, N]`, or `[N, K]` if they are turned. */
function quantise({ name, shape, bytes }: OnnxTensor, turned: boolean): OnnxTensor[] {
  const source = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const [first = 0, second = 0] = shape;
  const [rows, columns] = turned ? [second, first] : [first, second];
  const at = (row: number, column: number) =>
    source[turned ? column * rows + row : row * columns + column] as number;
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    let most = 0;
    for (let row = 0; row < rows; row++) most = Math.max(most, Math.abs(at(row, column)));
    const scale = most === 0 ? 1 : most / largest;
    scales[column] = scale;
    for (let row = 0; row < rows; row++) values[row * columns + column] = Math.round(at(row, column) / scale);
  }
  const tensor = (
    of: string,
    element: 'int8' | 'float32',
    size: readonly number[],
    data: ArrayBufferView,
  ) => ({
    name: `${name}/${of}`,
    element,
    shape: size,
    bytes: new Uint8Array(data.buffer),
  });
  return [
    tensor('int8', 'int8', [rows, columns], values),
    tensor('scale', 'float32', [columns], scales),
    tensor('zero', 'int8', [columns], new Int8Array(columns)),
  ];
}
