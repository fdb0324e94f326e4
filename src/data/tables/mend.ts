/**
 * Looks through the text of a table before DuckDB does, and rewrites a file that DuckDB's parsers cannot be trusted with:
 * they stop at a stray carriage return, and a quote out of place costs them rows that are never counted. The copy has a row
 * for every row of the file, refused ones in a shape that is surely refused, so that nothing is lost and all is counted.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../disk/write.ts';
import { readUnpacked } from '../packed.ts';
import { parseHeader, refusedMark } from './csv.ts';
import { formatOf } from './formats.ts';
import { maxLineBytes } from './json-lines.ts';
import {
  createRecordSplitter,
  type PlainCounter,
  type RecordSplitter,
  type RecordVisitor,
  type Verdict,
} from './records.ts';

export interface TableText {
  /** Rows of the file: CSV records but the header, lines of JSON that are not blank. */
  readonly rows: number;
  /** Why the file has to be rewritten before DuckDB reads it, with the first example; absent for most files. */
  readonly flaw?: string;
}

/** `seen` gets the bytes as they lie on disk. Throws `DamagedArchive`, or what the file system throws. */
export async function vetTable(path: string, seen: (bytes: Buffer) => void): Promise<TableText> {
  let rows = 0;
  let flaw: string | undefined;
  const endings = new Set<boolean>();
  const visit: RecordVisitor = (bytes, verdict, reason, crlf) => {
    rows++;
    endings.add(crlf);
    if (rows === 1 && formatOf(path) === 'csv') {
      // No SQL text can hold a NUL byte, so no column can be named by one.
      const problem = verdict === 'refused' ? reason : bytes.includes(0) ? 'a NUL byte' : '';
      if (problem !== '') throw new Error(`its header row cannot be read: ${problem}`);
    }
    if (verdict !== 'plain') flaw ??= `row ${rows}: ${reason || 'quotes or carriage returns out of place'}`;
  };
  const splitter = splitterOf(path, visit, (records) => {
    rows += records;
    endings.add(false);
  });
  for await (const piece of readUnpacked(path, seen)) splitter.push(piece);
  splitter.end();
  const header = formatOf(path) === 'csv' && rows > 0 ? 1 : 0;
  // A last line without a break tells nothing, but costs only a copy.
  if (header === 1 && endings.size > 1) flaw ??= 'two kinds of line breaks';
  return { rows: rows - header, ...(flaw === undefined ? {} : { flaw }) };
}

/** Writes the copy, unpacked. The header of a CSV file has to be readable. */
export async function mendTable(path: string, target: string): Promise<void> {
  makeFolder(dirname(target));
  const out = openSync(target, 'w');
  try {
    let pieces: Buffer[] = [];
    let size = 0;
    const flush = () => {
      writeSync(out, Buffer.concat(pieces));
      pieces = [];
      size = 0;
    };
    const put = (bytes: Buffer) => {
      pieces.push(bytes, lineBreak);
      size += bytes.length;
      if (size > 1 << 20) flush();
    };
    const visit = formatOf(path) === 'csv' ? csvMender(put) : jsonMender(put);
    const splitter = splitterOf(path, visit);
    for await (const piece of readUnpacked(path)) splitter.push(piece);
    splitter.end();
    flush();
  } finally {
    closeSync(out);
  }
}

const lineBreak = Buffer.from('\n');

function splitterOf(path: string, visit: RecordVisitor, countPlain?: PlainCounter): RecordSplitter {
  return formatOf(path) === 'csv' ? createRecordSplitter(visit, countPlain) : createLineSplitter(visit);
}

function csvMender(put: (bytes: Buffer) => void): RecordVisitor {
  let columns = 0;
  return (bytes, verdict, reason) => {
    if (columns === 0) columns = parseHeader(bytes.toString('utf8')).length;
    if (verdict === 'plain') put(Buffer.from(bytes));
    else if (verdict === 'loose')
      put(Buffer.from(looseCells(bytes.toString('utf8')).map(cellText).join(',')));
    else {
      // One field more than the header names, and not an empty one: the parser takes no such row.
      const text = `${refusedMark}${reason}${refusedMark}${bytes.toString('utf8').replaceAll('\r', ' ')}`;
      put(Buffer.from(`"${text.replaceAll('"', '""')}"${','.repeat(columns)}x`));
    }
  };
}

/** Cells of a record by the rules of `records.ts`. An unquoted empty cell stays apart from a quoted one. */
function looseCells(record: string): { readonly text: string; readonly quoted: boolean }[] {
  const cells: { text: string; quoted: boolean }[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      let close = record.indexOf('"', at + 1);
      while (close >= 0 && record[close + 1] === '"') close = record.indexOf('"', close + 2);
      const end = close < 0 ? record.length : close;
      cells.push({ text: record.slice(at + 1, end).replaceAll('""', '"'), quoted: true });
      at = end + 1;
    } else {
      const comma = record.indexOf(',', at);
      const end = comma < 0 ? record.length : comma;
      cells.push({ text: record.slice(at, end), quoted: false });
      at = end;
    }
    if (at >= record.length) return cells;
    at++;
  }
}

function cellText({ text, quoted }: { readonly text: string; readonly quoted: boolean }): string {
  return quoted || /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonMender(put: (bytes: Buffer) => void): RecordVisitor {
  let row = 0;
  return (bytes, verdict, reason) => {
    row++;
    // An object of this one key is a refused row that says why (see `selectJson`).
    const mark = { [refusedMark]: `${row} ${reason}` };
    put(verdict === 'refused' ? Buffer.from(JSON.stringify(mark)) : Buffer.from(bytes));
  };
}

const [newline, openBrace, closeBrace, byteOrderMark] = [10, 123, 125, 0xefbbbf];

/** Lines of JSON. One that does not begin and end as an object is refused here: DuckDB may stop at it. */
function createLineSplitter(visit: RecordVisitor): RecordSplitter {
  let held: Buffer[] = [];
  let length = 0;
  let skipping = false;
  let first = true;
  let marked = false;
  const line = (bytes: Buffer, reason = '') => {
    let [from, to] = [0, bytes.length];
    while (from < to && isBlank(bytes[from])) from++;
    while (to > from && isBlank(bytes[to - 1])) to--;
    if (from === to) return;
    const body = bytes.subarray(from, to);
    let why = reason;
    if (why === '' && (body[0] !== openBrace || body[body.length - 1] !== closeBrace)) why = 'no JSON object';
    const verdict: Verdict = why !== '' ? 'refused' : marked ? 'loose' : 'plain';
    marked = false;
    visit(body, verdict, why, false);
  };
  const tooLong = `longer than ${maxLineBytes} bytes`;
  const hold = (bytes: Buffer) => {
    if (skipping || bytes.length === 0) return;
    held.push(Buffer.from(bytes));
    length += bytes.length;
    if (length <= maxLineBytes) return;
    line(Buffer.from('x'), tooLong);
    held = [];
    length = 0;
    skipping = true;
  };
  return {
    push(chunk) {
      marked ||= first && chunk.length >= 3 && chunk.readUIntBE(0, 3) === byteOrderMark;
      let at = marked && first ? 3 : 0;
      first = false;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, at)) {
        const piece = chunk.subarray(at, end);
        if (skipping) skipping = false;
        else if (held.length === 0) line(piece);
        else {
          const whole = Buffer.concat([...held, piece]);
          line(whole, whole.length > maxLineBytes ? tooLong : '');
        }
        held = [];
        length = 0;
        at = end + 1;
      }
      hold(chunk.subarray(at));
    },
    end() {
      if (held.length > 0) line(Buffer.concat(held));
      held = [];
    },
  };
}

/** White space that JSON allows between values. */
function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}
