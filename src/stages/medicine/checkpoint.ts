/**
 * State of a training run on disk: one file, a JSON head and the raw arrays after it, written beside and renamed, so a
 * killed run resumes to the same bits. What the state means belongs to `loop.ts`.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../stage.ts';

export type Checkpoint = {
  /** Counters, history and the like. */
  readonly state: Json;
  readonly arrays: ReadonlyMap<string, Float32Array>;
};

type Head = {
  readonly key: string;
  readonly state: Json;
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
};

const file = 'checkpoint.bin';

/** `key` names the computation; a checkpoint of another one is never read. */
export function writeCheckpoint(folder: string, key: string, checkpoint: Checkpoint): void {
  const arrays = [...checkpoint.arrays].map(([name, { length }]) => ({ name, length }));
  const head: Head = { key, state: checkpoint.state, arrays };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const beside = join(folder, `${file}.part`);
  const handle = openSync(beside, 'w');
  try {
    writeAll(handle, length);
    writeAll(handle, text);
    for (const array of checkpoint.arrays.values()) writeAll(handle, bytesOf(array));
  } finally {
    closeSync(handle);
  }
  renameSync(beside, join(folder, file));
}

/** Whether an earlier attempt of a stage has left one in its work folder. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(join(folder, file));
}

/** The last finished checkpoint of this computation; `undefined` if there is none, or none of the expected length. */
export function readCheckpoint(folder: string, key: string): Checkpoint | undefined {
  let handle: number;
  try {
    handle = openSync(join(folder, file), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const length = Buffer.alloc(4);
    if (!readAll(handle, length)) return undefined;
    const text = Buffer.alloc(length.readUInt32LE());
    if (!readAll(handle, text)) return undefined;
    const head = JSON.parse(text.toString()) as Head;
    if (head.key !== key) return undefined;
    const payload = head.arrays.reduce((sum, array) => sum + array.length * 4, 0);
    if (fstatSync(handle).size !== 4 + text.length + payload) return undefined;
    const arrays = new Map<string, Float32Array>();
    for (const { name, length: count } of head.arrays) {
      const array = new Float32Array(count);
      readAll(handle, bytesOf(array));
      arrays.set(name, array);
    }
    return { state: head.state, arrays };
  } finally {
    closeSync(handle);
  }
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, bytes.length - done);
}

function readAll(handle: number, bytes: Uint8Array): boolean {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(handle, bytes, done, bytes.length - done, null);
    if (read === 0) return false;
    done += read;
  }
  return true;
}
