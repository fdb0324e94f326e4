/**
 * How many rows a table file has, told apart from the product's own counting and in the plainest way: one position at a
 * time over the whole text. What a row is: see `src/data/tables/records.ts`.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const longest = 1_900_000;

/** Undefined for what is counted by a footer (Parquet) and for what cannot be unpacked here (zstd). */
export function countRows(path: string): number | undefined {
  const plain = path.replace(/\.gz$/i, '');
  if (/\.(parquet|zst)$/i.test(plain)) return undefined;
  let bytes = readFileSync(path);
  if (plain !== path) bytes = gunzipSync(bytes);
  if (bytes.subarray(0, 3).toString('hex') === 'efbbbf') bytes = bytes.subarray(3);
  const text = bytes.toString('latin1');
  if (/\.(jsonl|ndjson)$/i.test(plain))
    return text.split('\n').filter((line) => line.replace(/[ \t\r]/g, '') !== '').length;
  let rows = 0;
  for (let at = 0; at < text.length; ) {
    const end = recordEnd(text, at);
    const record = text.slice(at, end);
    if (record !== '' && record !== '\r') rows++;
    at = end + 1;
  }
  return Math.max(0, rows - 1);
}

/** Where the record that begins at `start` ends: at a line break or at the end of the text. */
function recordEnd(text: string, start: number): number {
  const lineEnd = (from: number): number => {
    const found = text.indexOf('\n', from);
    return found < 0 ? text.length : found;
  };
  const firstLine = lineEnd(start);
  let at = start;
  for (;;) {
    if (text[at] === '"') {
      let close = at + 1;
      for (; close < text.length; close++) {
        if (text[close] !== '"') continue;
        if (text[close + 1] !== '"') break;
        close++;
      }
      if (close >= text.length || close - start > longest) return firstLine;
      const next = text.slice(close + 1, close + 3);
      const last = close + 1 >= text.length;
      if (!last && next[0] !== ',' && next[0] !== '\n' && next !== '\r\n' && next !== '\r') return firstLine;
      at = close + 1;
    }
    while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
    if (at >= text.length || text[at] === '\n') return at;
    at++;
  }
}
