/** Vectors kept between stages: one small file per text, under the embedder's identity. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { makeFolder, writeBeside } from '../../disk/write.ts';

export interface VectorCache {
  get(text: string): Float32Array | undefined;
  put(text: string, vector: Float32Array): void;
}

/** Files are little-endian float32, written beside and renamed; one that has not `dim` values is taken as absent. */
export function openVectorCache(cacheDir: string, identity: string, dim: number): VectorCache {
  const folder = join(
    cacheDir,
    'embeddings',
    createHash('sha256').update(identity).digest('hex').slice(0, 24),
  );
  makeFolder(folder);
  const pathOf = (text: string): string => join(folder, createHash('sha256').update(text).digest('hex'));
  const ordered = (bytes: Buffer): Buffer => (endianness() === 'LE' ? bytes : bytes.swap32());
  return {
    get(text) {
      let bytes: Buffer;
      try {
        bytes = readFileSync(pathOf(text));
      } catch {
        return undefined;
      }
      if (bytes.length !== 4 * dim) return undefined;
      return new Float32Array(new Uint8Array(ordered(bytes)).buffer);
    },
    put(text, vector) {
      // Processes, of other machines too, may write the same text at once: the last one leaves an equal file.
      writeBeside(pathOf(text), ordered(Buffer.from(Float32Array.from(vector).buffer)));
    },
  };
}
