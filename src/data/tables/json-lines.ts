/**
 * JSON lines as SQL: one object per line. Columns are asked for by name and read as text first, so nothing depends on what
 * the first rows look like; a line that is no JSON object is one refused row. Blank lines are no rows.
 */
import { resolve } from 'node:path';
import { sqlText } from '../database.ts';
import { type Columns, convertColumns, findColumn, globSafe, quoted, wantedOf } from './columns.ts';
import { refusedMark } from './csv.ts';

/** A line may have this many bytes; one longer is an error of its file. */
export const maxLineBytes = 32 * 1024 * 1024;

/** Keys of the objects in the first lines of a file, in order of appearance; undefined if none of them is an object. */
export function parseKeys(head: string): string[] | undefined {
  const keys = new Set<string>();
  let objects = 0;
  for (const line of head.split('\n')) {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      objects++;
      for (const key of Object.keys(value)) keys.add(key);
    } catch {
      // Not JSON, or cut off by the end of the head: reading counts what it refuses.
    }
  }
  return objects > 0 ? [...keys] : undefined;
}

/** `keys` are read as text, or as JSON text where they are lists or objects; `typed` ones as their DuckDB type. */
export function scanJson(
  root: string,
  files: readonly string[],
  keys: readonly string[],
  typed: Readonly<Record<string, string>> = {},
): string {
  const paths = files.map((file) => sqlText(globSafe(resolve(root, file))));
  const columns = [
    ...keys.map((key) => `${sqlText(key)}: 'VARCHAR'`),
    ...Object.entries(typed).map(([key, type]) => `${sqlText(key)}: ${sqlText(type)}`),
  ];
  return `read_json([${paths.join(', ')}], columns = {${columns.join(', ')}}, format = 'newline_delimited', records = true, ignore_errors = true, filename = true, maximum_object_size = ${maxLineBytes})`;
}

/** `names` are the keys seen in the first lines: they choose among the names that a column may bear. */
export function selectJson(
  root: string,
  files: readonly string[],
  names: readonly string[],
  columns: Columns,
): string {
  const wanted = wantedOf(columns).map(([name, type]) => ({
    name,
    type,
    key: findColumn(names, name, columns) ?? name,
  }));
  const keys = [...new Set(wanted.map(({ key }) => key))];
  // A line that is no object has no key at all.
  const none = keys.map((key) => `${quoted(key)} IS NULL`).join(' AND ');
  const mark = quoted(refusedMark);
  const whole = `CASE WHEN ${none} THEN coalesce(substr(${mark}, strpos(${mark}, ' ') + 1), 'no JSON object with these columns') END`;
  const picked = wanted.map(({ name, type, key }) => ({
    name,
    type,
    from: type === 'VARCHAR' ? quoted(key) : `nullif(trim(${quoted(key)}), '')`,
    exact: type === 'VARCHAR',
  }));
  return `SELECT ${convertColumns(picked, `split_part(${mark}, ' ', 1)`, columns.clock, whole)} FROM ${scanJson(root, files, [...keys, refusedMark])}`;
}
