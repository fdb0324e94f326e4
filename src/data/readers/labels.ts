/** What label readers share: JSON and CSV text, ids, and one case per injection. */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { readText } from '../files.ts';
import type { LabelRow, LabelSet } from './reader.ts';

/** Stable id of a case: `2023-01-29T08:43:04Z ts-contacts-service`. */
export function caseId(time: number, service: string): string {
  const date = new Date(time);
  const text = Number.isNaN(date.getTime()) ? `${time} ms` : date.toISOString().replace(/\.000Z$/, 'Z');
  return `${text} ${service}`;
}

export function readJson(root: string, file: string, expected: string): unknown {
  try {
    return JSON.parse(readText(root, file));
  } catch (error) {
    if (error instanceof MedxError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw labelError(file, problem, expected);
  }
}

export function labelError(file: string, problem: string, expected: string): MedxError {
  return new MedxError(report(dataCodes, 'MED3003', { problem, expected }, { place: file }));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface CsvRow {
  /** One-based. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of a CSV file of labels. Throws `MedxError` where a quote is not closed: it would swallow the rows behind it. */
export function readCsv(root: string, file: string): CsvRow[] {
  const rows = parseCsv(readText(root, file));
  if (typeof rows !== 'number') return rows;
  throw labelError(file, `a quote in the row of line ${rows} is not closed`, 'quotes in pairs');
}

/** Rows and cells of a CSV text (RFC 4180), blank lines left out; or the line of the row whose quote is not closed. */
function parseCsv(text: string): CsvRow[] | number {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let inQuotes = false;
  let line = 1;
  let start = 1;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== '') rows.push({ line: start, cells });
    cells = [];
    cell = '';
  };
  // Runs of plain text are taken whole: a run table has millions of characters.
  const plain = /[^",\r\n]+/y;
  const within = /[^"\n]+/y;
  for (let i = 0; i < text.length; i++) {
    const run = inQuotes ? within : plain;
    run.lastIndex = i;
    const taken = run.exec(text)?.[0];
    if (taken !== undefined) {
      cell += taken;
      i += taken.length - 1;
      continue;
    }
    const char = text[i];
    if (inQuotes) {
      if (char === '"' && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (char === '"') inQuotes = false;
      else cell += char;
      if (char === '\n') line++;
    } else if (char === '"' && cell === '') inQuotes = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') {
      line++;
      endRow();
      start = line;
    } else if (char === '"') cell += char;
  }
  if (inQuotes) return start;
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}

/**
 * Label rows of one time and service are one injection (a row per affected pod): they become one row whose instance
 * names the pods. If they disagree on the class, all are refused.
 */
export function mergeInjections(rows: readonly LabelRow[], refused: LabelSet['refused']): LabelSet {
  const groups = new Map<string, LabelRow[]>();
  for (const row of rows) {
    const id = caseId(row.time, row.service);
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  const merged: LabelRow[] = [];
  const all = [...refused];
  for (const [id, group] of groups) {
    const first = group[0];
    if (!first) continue;
    const types = [...new Set(group.map((row) => row.type))];
    if (types.length > 1) {
      const places = group.map((row) => row.place).join(', ');
      all.push({ id, reason: `labelled ${types.join(' and ')} at once (${places})` });
      continue;
    }
    const instances = [...new Set(group.map((row) => row.instance))].sort();
    merged.push({ ...first, instance: instances.join(' ') });
  }
  merged.sort((a, b) => a.time - b.time || (a.service < b.service ? -1 : 1));
  return { rows: merged, refused: all };
}
