/**
 * A raw file written in pieces, plain or packed, and the folder of such files. Rows are put together as bytes: strings of
 * their own would cost more than everything else a simulation does. All text is ASCII but for labels, which are small
 * files written whole.
 */
import { closeSync, createWriteStream, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { makeFolder } from '../../disk/write.ts';
import type { Modality } from '../../stages/contracts.ts';

export const packings = ['plain', 'gzip', 'zstd'] as const;
export type Packing = (typeof packings)[number];

/** zstd came to Node with 22.15. */
const { createZstdCompress } = zlib as { readonly createZstdCompress?: () => Transform };

export function canPack(packing: Packing): boolean {
  return packing !== 'zstd' || createZstdCompress !== undefined;
}

const suffixes: Readonly<Record<Packing, string>> = { plain: '', gzip: '.gz', zstd: '.zst' };

const smallest = 1 << 12;
const largest = 1 << 18;
const longest = 64;

/** Two bytes of hexadecimal digits per byte value. */
const hexDigits = Buffer.from(
  Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0')).join(''),
  'latin1',
);

export interface Target {
  /** Whether a piece may be written over as soon as `write` returns. */
  readonly immediate: boolean;
  /** Throws the system's error, for example of a full disk, at once or from `ready`. */
  write(piece: Uint8Array): void;
  /** Resolves when what was written has been taken. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Put a row together with `text`, `integer` and the like, end it with `row`. Call `drain` from time to time. */
export class RawFile {
  rows = 0;
  /** Before packing. */
  bytes = 0;
  readonly #target: Target;
  #pieces: Buffer[] = [];
  #piece = Buffer.allocUnsafeSlow(smallest);
  #at = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** ASCII text. */
  text(value: string): void {
    const { length } = value;
    if (this.#at + length > this.#piece.length) this.#turn(length);
    const piece = this.#piece;
    if (length > longest) {
      piece.write(value, this.#at, length, 'latin1');
      this.#at += length;
      return;
    }
    let at = this.#at;
    for (let i = 0; i < length; i++) piece[at++] = value.charCodeAt(i);
    this.#at = at;
  }

  byte(value: number): void {
    if (this.#at === this.#piece.length) this.#turn(1);
    this.#piece[this.#at++] = value;
  }

  /** A whole number of at most 2^53. */
  integer(value: number): void {
    if (value < 0) {
      this.byte(45);
      value = -value;
    }
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.integer(high);
      this.padded(value - high * 1e9, 9);
      return;
    }
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    this.padded(value, digits);
  }

  /** The last `digits` digits of a whole number below 2^31. */
  padded(value: number, digits: number): void {
    if (this.#at + digits > this.#piece.length) this.#turn(digits);
    const piece = this.#piece;
    let rest = value | 0;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0;
      piece[at] = 48 + rest - 10 * tenth;
      rest = tenth;
    }
    this.#at += digits;
  }

  /** A number of at most nine decimals without closing zeros: `9262.452`, `204`. */
  decimal(value: number, digits: number): void {
    this.#fraction(value, digits, false);
  }

  /** The same with a decimal point in any case, as Python prints a float: `204.0`. */
  float(value: number, digits: number): void {
    this.#fraction(value, digits, true);
  }

  #fraction(value: number, digits: number, point: boolean): void {
    let scale = 10 ** digits;
    const scaled = Math.round(Math.abs(value) * scale);
    if (value < 0 && scaled > 0) this.byte(45);
    const whole = Math.floor(scaled / scale);
    let rest = scaled - whole * scale;
    this.integer(whole);
    if (rest === 0) {
      if (point) this.text('.0');
      return;
    }
    for (; rest % 10 === 0; rest /= 10) {
      digits--;
      scale /= 10;
    }
    this.byte(46);
    this.padded(rest, digits);
  }

  /** 32 bits as eight hexadecimal digits. */
  hex(bits: number): void {
    if (this.#at + 8 > this.#piece.length) this.#turn(8);
    const piece = this.#piece;
    let at = this.#at;
    for (let shift = 24; shift >= 0; shift -= 8) {
      const pair = ((bits >>> shift) & 255) << 1;
      piece[at++] = hexDigits[pair] as number;
      piece[at++] = hexDigits[pair + 1] as number;
    }
    this.#at = at;
  }

  /** A CSV cell, quoted where it must be. */
  cell(value: string): void {
    if (!/[",\n]/.test(value)) this.text(value);
    else this.text(`"${value.includes('"') ? value.replaceAll('"', '""') : value}"`);
  }

  /** Ends a row. */
  row(): void {
    this.byte(10);
    this.rows++;
  }

  #turn(room: number): void {
    const full = this.#piece.subarray(0, this.#at);
    this.bytes += this.#at;
    this.#at = 0;
    if (this.#target.immediate) {
      this.#target.write(full);
      if (this.#piece.length === largest && room <= largest) return;
    } else this.#pieces.push(full);
    const size = Math.min(largest, 2 * this.#piece.length);
    this.#piece = Buffer.allocUnsafeSlow(Math.max(size, room));
  }

  /** Hands what is full to the target. Resolves when it takes more. */
  drain(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) this.#target.write(piece);
    return this.#target.ready();
  }

  async close(): Promise<void> {
    if (this.#at > 0) this.#turn(1);
    this.#piece = Buffer.alloc(0);
    await this.drain();
    await this.#target.close();
  }

  /** Lets go of the file after an error. */
  async abandon(): Promise<void> {
    await this.#target.close().catch(() => undefined);
  }
}

/** What a raw file holds; `other`: metrics that are no instance's, which no reader takes. */
export type Content = Modality | 'other';

/** The raw files of a data set that is being written. */
export class RawFolder {
  readonly root: string;
  readonly packing: Packing;
  readonly #targetOf: (() => Target) | undefined;
  readonly #open = new Map<string, { file: RawFile; content: Content }>();
  readonly #rows: Record<Content, number> = { log: 0, metric: 0, trace: 0, other: 0 };
  #bytes = 0;
  #files = 0;

  /** `targetOf`: where the bytes of a file go, instead of to the disk. */
  constructor(root: string, packing: Packing, targetOf?: () => Target) {
    this.root = root;
    this.packing = packing;
    this.#targetOf = targetOf;
  }

  /** The file of this name (without the suffix of a packing), begun with its header. */
  file(name: string, content: Content, header: string): RawFile {
    const there = this.#open.get(name);
    if (there) return there.file;
    const file = new RawFile(this.#targetOf?.() ?? this.#createTarget(name));
    file.text(header);
    this.#open.set(name, { file, content });
    this.#files++;
    return file;
  }

  #createTarget(name: string): Target {
    const path = join(this.root, `${name}${suffixes[this.packing]}`);
    makeFolder(dirname(path));
    return this.packing === 'plain' ? plainTarget(path) : packedTarget(path, this.packing);
  }

  /** Writes out what is full. Call it after each case. Packing goes on in other threads meanwhile. */
  async drain(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ file }) => file.drain()));
  }

  /** Ends files that no later case will be written to. */
  async close(which: (name: string) => boolean = () => true): Promise<void> {
    const ending = [...this.#open].filter(([name]) => which(name));
    await Promise.all(ending.map(([, { file }]) => file.close()));
    for (const [name, { file, content }] of ending) {
      this.#rows[content] += file.rows;
      this.#bytes += file.bytes;
      this.#open.delete(name);
    }
  }

  /** Lets go of all files after an error. */
  async abandon(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ file }) => file.abandon()));
  }

  /** Rows so far, of open files too. */
  get counted(): Readonly<Record<Content, number>> {
    const rows = { ...this.#rows };
    for (const { file, content } of this.#open.values()) rows[content] += file.rows;
    return rows;
  }

  /** What the files hold that are closed. */
  get written(): { rows: Readonly<Record<Content, number>>; bytes: number; files: number } {
    return { rows: this.#rows, bytes: this.#bytes, files: this.#files };
  }
}

function plainTarget(path: string): Target {
  const handle = openSync(path, 'w');
  return {
    immediate: true,
    write(piece) {
      for (let at = 0; at < piece.length; ) at += writeSync(handle, piece, at);
    },
    ready: async () => undefined,
    close: async () => closeSync(handle),
  };
}

function packedTarget(path: string, packing: 'gzip' | 'zstd'): Target {
  const file = createWriteStream(path);
  const done = finished(file);
  // Reported by `write` and `close`; this only keeps an early error from being unhandled.
  done.catch(() => undefined);
  // Level 1: telemetry shrinks sixfold at it, and higher levels take longer than the simulation.
  const packer: Transform | undefined =
    packing === 'gzip' ? zlib.createGzip({ level: 1, chunkSize: 1 << 16 }) : createZstdCompress?.();
  if (!packer) throw new RangeError(`this Node cannot pack ${packing}`);
  packer.pipe(file);
  return {
    immediate: false,
    write(piece) {
      if (file.errored) throw file.errored;
      packer.write(piece);
    },
    async ready() {
      if (file.errored) throw file.errored;
      if (!packer.writableNeedDrain) return;
      await Promise.race([new Promise<void>((resolve) => packer.once('drain', resolve)), done]);
    },
    async close() {
      packer.end();
      await done;
    },
  };
}
