/**
 * CSV files as a DuckDB relation. Every header is read and checked first; a row that does not fit (too short, too long,
 * a time that is no number) goes to the table of refused rows instead of being dropped or stopping the scan.
 */
import { join } from 'node:path';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { sqlText } from '../database.ts';
import { readFirstLine } from '../files.ts';
import { rejects } from './reader.ts';

export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE';

/** Column name → type. A list of names means: any one of them, under the first name. */
export interface Columns {
  readonly needed: Readonly<Record<string, ColumnType>>;
  readonly optional?: Readonly<Record<string, ColumnType>>;
  /** Column that may bear another name: needed name → names also taken. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
}

/** Names of a header line. Only the simple quoting that headers use is understood. */
export function parseHeader(line: string): string[] {
  return line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

/**
 * `SELECT` of the needed and optional columns over all files (plus `filename`). Files of the same header are read in
 * one scan; an optional column that a file lacks is null. Columns that nobody asked for are not converted, so a fault in
 * them refuses no row. Throws `MedxError` naming every file whose columns do not fit.
 */
export function csvSelect(root: string, files: readonly string[], columns: Columns): string {
  const wanted = { ...columns.needed, ...columns.optional };
  const groups = new Map<string, string[]>();
  const wrong: Diagnostic[] = [];
  for (const file of files) {
    const header = readFirstLine(root, file);
    const names = parseHeader(header);
    const missing = Object.keys(columns.needed).filter((name) => find(names, name, columns) === undefined);
    if (header.trim() === '') {
      wrong.push(
        report(dataCodes, 'MED3013', { problem: 'it is empty; expected a header row' }, { place: file }),
      );
    } else if (missing.length > 0) {
      wrong.push(report(dataCodes, 'MED3004', { missing, found: names }, { place: file }));
    } else {
      groups.set(header, [...(groups.get(header) ?? []), file]);
    }
  }
  if (wrong.length > 0) throw new MedxError(wrong);
  const selects = [...groups].map(([header, members]) => {
    const names = uniqueNames(parseHeader(header));
    const picked = Object.entries(wanted).map(([name, type]) => {
      const found = find(names, name, columns);
      return found === undefined
        ? `CAST(NULL AS ${type}) AS ${quoted(name)}`
        : `${quoted(found)} AS ${quoted(name)}`;
    });
    const types = names.map((name) => {
      const type =
        Object.entries(wanted).find(([key]) => find(names, key, columns) === name)?.[1] ?? 'VARCHAR';
      return `${sqlText(name)}: '${type}'`;
    });
    const paths = members.map((file) => sqlText(globSafe(join(root, file))));
    return `SELECT ${picked.join(', ')}, filename FROM read_csv([${paths.join(', ')}], columns = {${types.join(', ')}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', filename = true, store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scan')`;
  });
  return selects.join(' UNION ALL ');
}

function find(names: readonly string[], name: string, columns: Columns): string | undefined {
  return [name, ...(columns.also?.[name] ?? [])].find((candidate) => names.includes(candidate));
}

/** DuckDB wants every column named once; an index column often has no name. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name, i) => {
    const unique = name === '' || seen.has(name.toLowerCase()) ? `_${i}_${name}` : name;
    seen.add(unique.toLowerCase());
    return unique;
  });
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** An expression that makes the parser read and check these columns. */
export function touch(...names: readonly string[]): string {
  return `struct_pack(${names.map((name, i) => `c${i} := ${quoted(name)}`).join(', ')})`;
}

/** DuckDB expands `*`, `?` and `[` in paths; a folder may bear them. */
function globSafe(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}
