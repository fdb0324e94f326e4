/**
 * Rows of numbers sorted into parts (one per case) on the way in and read back part by part: one file of blocks, so memory
 * holds one open block per part and one part that is being read, however many rows there are. The rows of a part come back
 * in the order in which they were added.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';

/** Columns of up to `rows.length` rows; only the first `count` are filled. */
export interface Block {
  count: number;
  readonly doubles: readonly Float64Array[];
  readonly ints: readonly Int32Array[];
}

export interface Spool {
  /** The open block of a part, with room for a row at `count`: fill it there, then count it. */
  open(part: number): Block;
  /** Rows of a part. */
  rows(part: number): number;
  /** All rows of a part. Valid until the next call. */
  read(part: number): Block;
  close(): void;
}

export interface RowShape {
  readonly doubles: number;
  readonly ints: number;
}

/** Memory for open blocks. */
const openBytes = 24 << 20;
const largestBlock = 1024;

interface Part {
  readonly block: Block;
  readonly bytes: Uint8Array;
  /** Where its full blocks lie in the file. */
  readonly at: number[];
}

export function createSpool(path: string, parts: number, shape: RowShape): Spool {
  const rowBytes = 8 * shape.doubles + 4 * shape.ints;
  const fitting = Math.floor(openBytes / Math.max(1, parts) / rowBytes);
  const capacity = Math.max(16, Math.min(largestBlock, fitting));
  const created: (Part | undefined)[] = new Array<Part | undefined>(parts).fill(undefined);
  const scratch = createPart(capacity, shape);
  let whole = createBlock(capacity, shape);
  const handle = guarded(path, () => openSync(path, 'w+'));
  let end = 0;

  const flush = (part: Part) => {
    guarded(path, () => writeFully(handle, part.bytes, end));
    part.at.push(end);
    end += part.bytes.byteLength;
    part.block.count = 0;
  };
  return {
    open(index) {
      let part = created[index];
      if (!part) {
        part = createPart(capacity, shape);
        created[index] = part;
      }
      if (part.block.count === capacity) flush(part);
      return part.block;
    },
    rows(index) {
      const part = created[index];
      return part ? part.at.length * capacity + part.block.count : 0;
    },
    read(index) {
      const part = created[index];
      const rows = part ? part.at.length * capacity + part.block.count : 0;
      if (sizeOf(whole) < rows) whole = createBlock(rows + (rows >> 2), shape);
      whole.count = rows;
      if (!part) return whole;
      let filled = 0;
      for (const at of part.at) {
        guarded(path, () => readFully(handle, scratch.bytes, at));
        copyRows(scratch.block, whole, filled, capacity);
        filled += capacity;
      }
      copyRows(part.block, whole, filled, part.block.count);
      return whole;
    },
    close() {
      closeSync(handle);
      rmSync(path, { force: true });
    },
  };
}

function createPart(capacity: number, shape: RowShape): Part {
  const buffer = new ArrayBuffer(capacity * (8 * shape.doubles + 4 * shape.ints));
  const doubles = Array.from(
    { length: shape.doubles },
    (_, c) => new Float64Array(buffer, 8 * capacity * c, capacity),
  );
  const first = 8 * capacity * shape.doubles;
  const ints = Array.from(
    { length: shape.ints },
    (_, c) => new Int32Array(buffer, first + 4 * capacity * c, capacity),
  );
  return { block: { count: 0, doubles, ints }, bytes: new Uint8Array(buffer), at: [] };
}

function createBlock(capacity: number, shape: RowShape): Block {
  return {
    count: 0,
    doubles: Array.from({ length: shape.doubles }, () => new Float64Array(capacity)),
    ints: Array.from({ length: shape.ints }, () => new Int32Array(capacity)),
  };
}

function sizeOf({ doubles, ints }: Block): number {
  return doubles[0]?.length ?? ints[0]?.length ?? 0;
}

function copyRows(from: Block, to: Block, at: number, rows: number): void {
  for (const [c, column] of from.doubles.entries()) to.doubles[c]?.set(column.subarray(0, rows), at);
  for (const [c, column] of from.ints.entries()) to.ints[c]?.set(column.subarray(0, rows), at);
}

function writeFully(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(handle, bytes, done, bytes.length - done, at + done);
}

function readFully(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const got = readSync(handle, bytes, done, bytes.length - done, at + done);
    if (got === 0) throw new Error('it is cut off');
    done += got;
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MedxError(report(dataCodes, 'MED3014', { doing: `work in ${path}`, problem }));
  }
}
