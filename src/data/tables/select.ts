/**
 * Files of one kind of record as one `SELECT`, whatever their forms: CSV, JSON lines and Parquet side by side give the same
 * columns. Every file is looked at first, so that what does not fit is one error per file, all at once.
 */
import { resolve } from 'node:path';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { nearestName } from '../../diagnostics/nearest.ts';
import { readFirstLine, readHead } from '../files.ts';
import { type Columns, missingOf } from './columns.ts';
import { parseHeader, selectCsv } from './csv.ts';
import { formatOf, type TableFormat, tableFormats } from './formats.ts';
import { parseKeys, selectJson } from './json-lines.ts';
import { selectParquet, unfitColumns } from './parquet.ts';
import { NoParquet, type ParquetColumn, readParquetColumns } from './parquet-footer.ts';

/** What a file says of its columns before it is read. */
export interface TableHead {
  readonly file: string;
  readonly format: TableFormat;
  /** Of JSON lines: the keys of the first lines. */
  readonly names: readonly string[];
  /** CSV: the header line. */
  readonly header?: string;
  /** Parquet: types too. */
  readonly columns?: readonly ParquetColumn[];
}

/** Bytes of JSON lines that are looked at for their keys. */
const headBytes = 1 << 20;

/** Throws `MedxError` if the file is empty or damaged. */
export function readTableHead(root: string, file: string): TableHead {
  const format = formatOf(file);
  if (format === 'csv') {
    const header = readFirstLine(root, file);
    if (header.trim() === '') throw unreadable(file, 'it is empty; expected a header row');
    return { file, format, header, names: parseHeader(header) };
  }
  if (format === 'jsonl') {
    const head = readHead(root, file, headBytes);
    if (head.trim() === '') throw unreadable(file, 'it is empty; expected a JSON object per line');
    const names = parseKeys(head);
    if (!names) throw unreadable(file, 'none of its first lines is a JSON object');
    return { file, format, names };
  }
  if (format === undefined) throw unreadable(file, `its name ends in none of ${tableFormats}`);
  try {
    const columns = readParquetColumns(resolve(root, file));
    return { file, format, columns, names: columns.map(({ name }) => name) };
  } catch (error) {
    if (error instanceof NoParquet) throw unreadable(file, `it is no Parquet file: ${error.message}`);
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

/** All heads, or all that is wrong with the files. `check` may name more. */
export function readTableHeads(
  root: string,
  files: readonly string[],
  check: (head: TableHead) => readonly Diagnostic[] = () => [],
): TableHead[] {
  const wrong: Diagnostic[] = [];
  const heads = files.flatMap((file) => {
    try {
      const head = readTableHead(root, file);
      wrong.push(...check(head));
      return [head];
    } catch (error) {
      if (!(error instanceof MedxError)) throw error;
      wrong.push(...error.diagnostics);
      return [];
    }
  });
  if (wrong.length > 0) throw new MedxError(wrong);
  return heads;
}

/**
 * `SELECT` of the needed and optional columns over all files, plus `filename` and what `touch` takes. Files of the same
 * columns are read in one scan; an optional column that a file lacks is null. Of a refused row either nothing is there (CSV:
 * it is in the table of refused rows) or every column is null. Throws `MedxError` naming every file that does not fit.
 */
export function selectColumns(root: string, files: readonly string[], columns: Columns): string {
  const heads = readTableHeads(root, files, ({ file, names, columns: typed }) => {
    const missing = missingOf(names, columns);
    if (missing.length > 0) {
      const nearest = missing.length === 1 && nearestName(missing[0] ?? '', names);
      const params = { missing, found: names, ...(nearest ? { nearest } : {}) };
      return [report(dataCodes, 'MED3004', params, { place: file })];
    }
    const unfit = unfitColumns(typed ?? [], columns);
    return unfit.length > 0 ? [report(dataCodes, 'MED3020', { unfit }, { place: file })] : [];
  });
  const groups = new Map<string, TableHead[]>();
  for (const head of heads) {
    const key = JSON.stringify([head.format, head.header ?? head.columns ?? head.names]);
    groups.set(key, [...(groups.get(key) ?? []), head]);
  }
  const selects = [...groups.values()].map((members) => selectGroup(root, members, columns));
  return selects.map((select) => `(${select})`).join(' UNION ALL BY NAME ');
}

function selectGroup(root: string, members: readonly TableHead[], columns: Columns): string {
  const files = members.map(({ file }) => file);
  const [first] = members;
  if (first?.format === 'csv') return selectCsv(root, files, first.header ?? '', columns);
  if (first?.format === 'parquet') return selectParquet(root, files, first.columns ?? [], columns);
  return selectJson(root, files, first?.names ?? [], columns);
}

function unreadable(file: string, problem: string): MedxError {
  return new MedxError(report(dataCodes, 'MED3013', { problem }, { place: file }));
}
