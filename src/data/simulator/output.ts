/** A text file written in pieces, gzip-compressed if its name ends in `.gz`. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface TextFile {
  /** Resolves when the file takes more. Rejects with the system's error, for example of a full disk. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

const pieceLength = 1 << 18;

export function createTextFile(path: string): TextFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  const done = finished(file);
  // Reported by `write` and `close`; this only keeps an early error from being unhandled.
  done.catch(() => undefined);
  let target: Writable = file;
  if (path.endsWith('.gz')) {
    // Level 1: telemetry shrinks sixfold at it, and higher levels take longer than the simulation.
    const gzip = createGzip({ level: 1, chunkSize: 1 << 17 });
    gzip.pipe(file);
    target = gzip;
  }
  let pending: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const piece = pending.join('');
    pending = [];
    length = 0;
    if (piece === '') return;
    if (file.errored) throw file.errored;
    if (target.write(piece)) return;
    await Promise.race([new Promise<void>((resolve) => target.once('drain', resolve)), done]);
  };
  return {
    async write(text) {
      pending.push(text);
      length += text.length;
      if (length >= pieceLength) await flush();
    },
    async close() {
      await flush();
      target.end();
      await done;
    },
  };
}
