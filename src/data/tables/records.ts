/**
 * Splits CSV bytes into records, chunk by chunk, and says of each whether the CSV parser of DuckDB is safe with it. What a
 * record is does not depend on that parser:
 *
 * - A record ends at a line break outside quotes; `\r\n` counts as one. An empty line is no record.
 * - A quote opens a field only at its beginning; elsewhere it is an ordinary character.
 * - A quoted field that is not closed properly (text behind its closing quote, no closing quote within `maxRecord` bytes)
 *   spoils its first line alone: that line is one refused record, and the next line begins the next.
 */
import { isUtf8 } from 'node:buffer';

/** Bytes of the longest record; a longer one is refused. DuckDB's own limit is 2,000,000. */
export const maxRecord = 1_900_000;

export type Verdict =
  /** As the parser wants it. */
  | 'plain'
  /** Readable, but not by a strict parser: quotes within a field, stray carriage returns. */
  | 'loose'
  /** Not to be read; the reason is given. */
  | 'refused';

/** Bytes of one record without its line break. `reason` is empty but for a refused one. */
export type RecordVisitor = (bytes: Buffer, verdict: Verdict, reason: string, crlf: boolean) => void;

/** Gets the number of plain records of a piece at once, instead of each of them by the visitor. */
export type PlainCounter = (records: number) => void;

export interface RecordSplitter {
  push(chunk: Buffer): void;
  end(): void;
}

const [newline, carriage, quote, comma] = [10, 13, 34, 44];

/** With `countPlain`, records behind the first that nothing is to be said of are counted only: several times as fast. */
export function createRecordSplitter(visit: RecordVisitor, countPlain?: PlainCounter): RecordSplitter {
  let held: Buffer = Buffer.alloc(0);
  /** Within a line that is longer than a record may be: its rest is skipped. */
  let skipping = false;
  let first = true;
  let visited = false;

  const give = (bytes: Buffer, verdict: Verdict, reason = '') => {
    const crlf = bytes.length > 0 && bytes[bytes.length - 1] === carriage;
    const body = crlf ? bytes.subarray(0, -1) : bytes;
    if (body.length === 0) return;
    visited = true;
    if (verdict !== 'refused' && body.length > maxRecord)
      visit(body.subarray(0, 1000), 'refused', `longer than ${maxRecord} bytes`, crlf);
    else if (verdict !== 'refused' && !isUtf8(body)) visit(body, 'refused', 'not UTF-8', crlf);
    else visit(body, verdict, reason, crlf);
  };

  const split = (bytes: Buffer, last: boolean): void => {
    let at = 0;
    if (skipping) {
      const end = bytes.indexOf(newline);
      if (end < 0) {
        held = Buffer.alloc(0);
        return;
      }
      skipping = false;
      at = end + 1;
    }
    if (countPlain && visited) at = skipPlain(bytes, at, countPlain);
    let nextQuote = bytes.indexOf(quote, at);
    let nextReturn = bytes.indexOf(carriage, at);
    for (;;) {
      let end = bytes.indexOf(newline, at);
      if (end < 0) {
        if (!last) break;
        if (at >= bytes.length) break;
        end = bytes.length;
      }
      while (nextQuote >= 0 && nextQuote < at) nextQuote = bytes.indexOf(quote, at);
      while (nextReturn >= 0 && nextReturn < at) nextReturn = bytes.indexOf(carriage, at);
      let verdict: Verdict = nextReturn >= 0 && nextReturn < end - 1 ? 'loose' : 'plain';
      if (nextQuote >= 0 && nextQuote < end) {
        const found = endOfQuoted(bytes, at, nextQuote, end, last);
        if (found === 'more') break;
        if (typeof found === 'string') {
          give(bytes.subarray(at, end), 'refused', found);
          at = end + 1;
          continue;
        }
        end = found.end;
        if (found.loose || (nextReturn >= 0 && nextReturn < end - 1)) verdict = 'loose';
      }
      give(bytes.subarray(at, end), verdict);
      at = end + 1;
    }
    held = at === 0 ? bytes : Buffer.from(bytes.subarray(Math.min(at, bytes.length)));
    if (!last && held.length > maxRecord && held.indexOf(newline) < 0) {
      visit(held.subarray(0, 1000), 'refused', `longer than ${maxRecord} bytes`, false);
      held = Buffer.alloc(0);
      skipping = true;
    }
  };

  return {
    push(chunk) {
      let bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      if (first && bytes.length >= 3) {
        first = false;
        if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
      }
      split(bytes, false);
    },
    end() {
      const bytes = held;
      held = Buffer.alloc(0);
      split(bytes, true);
    },
  };
}

/**
 * Counts the whole lines from `at` on, if they are UTF-8 of allowed length without a quote or a carriage return; answers where
 * to go on: behind the last of them, or at `at` if there is more to say of them.
 */
function skipPlain(bytes: Buffer, at: number, countPlain: PlainCounter): number {
  const end = bytes.lastIndexOf(newline) + 1;
  if (end <= at) return at;
  const piece = bytes.subarray(at, end);
  if (piece.includes(quote) || piece.includes(carriage) || !isUtf8(piece)) return at;
  let records = 0;
  for (let start = 0; start < piece.length; ) {
    const next = piece.indexOf(newline, start);
    if (next - start > maxRecord) return at;
    if (next > start) records++;
    start = next + 1;
  }
  countPlain(records);
  return end;
}

/**
 * End of the record that begins at `start` and has its first quote at `q`, where `line` ends its first line; why that line is
 * refused; or `more` if the bytes do not tell yet.
 */
function endOfQuoted(
  bytes: Buffer,
  start: number,
  q: number,
  line: number,
  last: boolean,
): { readonly end: number; readonly loose: boolean } | 'more' | (string & {}) {
  let loose = false;
  let end = line;
  let at = q;
  while (at >= 0 && at < end) {
    if (at > start && bytes[at - 1] !== comma) {
      loose = true;
      at = bytes.indexOf(quote, at + 1);
      continue;
    }
    let close = bytes.indexOf(quote, at + 1);
    while (close >= 0 && bytes[close + 1] === quote) close = bytes.indexOf(quote, close + 2);
    if (close < 0 || (close === bytes.length - 1 && !last)) {
      if (!last && bytes.length - start <= maxRecord) return 'more';
      if (close < 0) return 'a quote is not closed';
    }
    if (close - start > maxRecord) return 'a quote is not closed';
    const next = bytes[close + 1];
    const broken = next === carriage && bytes[close + 2] !== newline && close + 2 < bytes.length;
    if (next === carriage && close + 2 >= bytes.length && !last) return 'more';
    if (next !== undefined && next !== comma && next !== newline && (next !== carriage || broken))
      return 'text behind a closing quote';
    if (close > end) {
      end = bytes.indexOf(newline, close);
      if (end < 0) {
        if (!last) return bytes.length - start <= maxRecord ? 'more' : 'a quote is not closed';
        end = bytes.length;
      }
    }
    at = bytes.indexOf(quote, close + 1);
  }
  return { end, loose };
}
