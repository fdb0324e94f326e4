/**
 * Unpacking gzip and zstd here, where a whole file must be read by medx itself: heads, labels, and the pass over all files that
 * looks at their text. Node unpacks zstd from 22.15 on, some five times as fast as the library in JavaScript that does it before.
 * DuckDB unpacks telemetry, and `zstdFrames` says whether a file is whole, which DuckDB does not.
 */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import zlib from 'node:zlib';
import { Decompress, decompress } from 'fzstd';
import { type Packing, packingOf } from './tables/formats.ts';

const { constants, createGunzip, gunzipSync } = zlib;
/** Absent before Node 22.15. */
const { createZstdDecompress } = zlib as {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => Transform;
};
const chunkSize = 1 << 18;

/** A packed file that is cut off or damaged. */
export class DamagedArchive extends Error {
  readonly packing: Packing;
  constructor(packing: Packing, problem: string) {
    super(problem);
    this.packing = packing;
  }
}

export function unpack(bytes: Buffer, packing: Packing): Buffer {
  return guarded(packing, () => (packing === 'gzip' ? gunzipSync(bytes) : Buffer.from(decompress(bytes))));
}

/** What can be unpacked of the beginning of a packed file. */
export function unpackHead(bytes: Buffer, packing: Packing): Buffer {
  // Z_SYNC_FLUSH: the piece ends in the middle of the stream, which is no error here.
  if (packing === 'gzip')
    return guarded(packing, () => gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }));
  const pieces: Buffer[] = [];
  const stream = new Decompress((piece) => pieces.push(Buffer.from(piece)));
  return guarded(packing, () => {
    stream.push(bytes);
    return Buffer.concat(pieces);
  });
}

/**
 * The bytes of a file, unpacked, in pieces; `seen` gets them as they lie on disk. Throws `DamagedArchive` at the end of a
 * file that is cut off, and where it is damaged.
 */
export async function* readUnpacked(
  path: string,
  seen: (bytes: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  const packing = packingOf(path);
  const read = (range?: { readonly start: number; readonly end: number }) =>
    createReadStream(path, { highWaterMark: 1 << 20, ...range }).on('data', (bytes) => seen(bytes as Buffer));
  if (packing === undefined) yield* read() as AsyncIterable<Buffer>;
  else if (packing === 'gzip') yield* piped(read(), createGunzip({ chunkSize }), packing);
  else {
    const frames = zstdFrames(path);
    if (createZstdDecompress) {
      // One frame each: Node's stream ends with the first, and drops the rest without a word.
      for (const frame of frames)
        if (frame.skipped) await finished(read(frame).resume());
        else yield* piped(read(frame), createZstdDecompress({ chunkSize }), packing);
      return;
    }
    const source = read();
    let pieces: Buffer[] = [];
    const stream = new Decompress((piece) => pieces.push(Buffer.from(piece)));
    for await (const bytes of source as AsyncIterable<Buffer>) {
      guarded(packing, () => stream.push(bytes));
      yield* pieces;
      pieces = [];
    }
  }
}

async function* piped(
  source: NodeJS.ReadableStream,
  unzip: Transform,
  packing: Packing,
): AsyncGenerator<Buffer> {
  source.on('error', (error) => unzip.destroy(error));
  source.pipe(unzip);
  try {
    yield* unzip as AsyncIterable<Buffer>;
  } catch (error) {
    const damaged = error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
    throw damaged ? new DamagedArchive(packing, error.message) : error;
  }
}

function guarded<T>(packing: Packing, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new DamagedArchive(packing, error instanceof Error ? error.message : String(error));
  }
}

interface Frame {
  readonly start: number;
  /** The last byte. */
  readonly end: number;
  /** It holds something else than data. */
  readonly skipped: boolean;
}

/**
 * The frames of a zstd file (RFC 8878, 3.1), one behind the other: every byte is in one. The blocks are walked without
 * unpacking them. Throws `DamagedArchive` if the file is cut off or holds something else; damage inside a block is found when
 * it is unpacked.
 */
function zstdFrames(path: string): readonly Frame[] {
  const frames: Frame[] = [];
  const handle = openSync(path, 'r');
  const bad = (problem: string) => new DamagedArchive('zstd', problem);
  const buffer = Buffer.alloc(1 << 16);
  let [start, held] = [0, 0];
  try {
    const { size } = fstatSync(handle);
    const bytes = (at: number, count: number): number => {
      if (at + count > size) throw bad('it is cut off');
      if (at < start || at + count > start + held) {
        start = at;
        held = readSync(handle, buffer, 0, buffer.length, at);
      }
      return buffer.readUIntLE(at - start, count);
    };
    let at = 0;
    while (at < size) {
      const magic = bytes(at, 4);
      if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
        const from = at;
        at += 8 + bytes(at + 4, 4);
        if (at > size) throw bad('it is cut off');
        frames.push({ start: from, end: at - 1, skipped: true });
        continue;
      }
      if (magic !== 0xfd2fb528)
        throw bad(at === 0 ? 'it is no zstd file' : `what follows byte ${at} is no zstd`);
      const from = at;
      const descriptor = bytes(at + 4, 1);
      const single = (descriptor >> 5) & 1;
      const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
      at += 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + contentSize;
      for (let last = false; !last; ) {
        const block = bytes(at, 3);
        last = (block & 1) === 1;
        const type = (block >> 1) & 3;
        if (type === 3) throw bad(`the block at byte ${at} is damaged`);
        at += 3 + (type === 1 ? 1 : block >> 3);
        if (at > size) throw bad('it is cut off');
      }
      if (descriptor & 4) at += 4;
      if (at > size) throw bad('it is cut off');
      frames.push({ start: from, end: at - 1, skipped: false });
    }
    if (size === 0) throw bad('it is empty');
    return frames;
  } finally {
    closeSync(handle);
  }
}
