/**
 * Reads the parameters back out of a `.onnx` file that `export.ts` wrote: the float32 initialisers under the names that the
 * graph gave them. Field numbers are those of onnx.proto; everything else of the file is passed over.
 */
import type { Values } from '../../engine.ts';
import { paramPrefix } from './lower.ts';

const modelGraph = 7;
const graphInitialiser = 5;
const tensorName = 8;
const tensorBytes = 9;

/** Throws RangeError if the bytes are no protobuf message. */
export function readParameters(file: Uint8Array): Values {
  const found: Record<string, Float32Array> = {};
  for (const graph of fieldsOf(file, modelGraph))
    for (const tensor of fieldsOf(graph, graphInitialiser)) {
      const [name] = fieldsOf(tensor, tensorName);
      const [bytes] = fieldsOf(tensor, tensorBytes);
      const text = name ? new TextDecoder().decode(name) : '';
      if (!bytes || !text.startsWith(paramPrefix)) continue;
      // Copied: a float32 array has to begin at a multiple of four bytes.
      found[text.slice(paramPrefix.length)] = new Float32Array(new Uint8Array(bytes).buffer);
    }
  return found;
}

/** The fields of one number that hold bytes: texts, tensors, messages. */
function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('a protobuf message ends within a number');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a protobuf number is too long');
  };
  while (at < message.length) {
    const key = varint();
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (at + length > message.length) throw new RangeError('a protobuf field is longer than its message');
      if (field === wanted) found.push(message.subarray(at, at + length));
      at += length;
    } else throw new RangeError(`a protobuf field of wire type ${wire}`);
  }
  return found;
}
