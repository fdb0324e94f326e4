/** CSV files of one header as SQL. What the parser refuses goes to the table of refused rows. */
import { resolve } from 'node:path';
import { sqlText } from '../database.ts';
import {
  type Columns,
  convertColumns,
  findColumn,
  globSafe,
  quoted,
  rowColumn,
  wantedOf,
  whyColumn,
} from './columns.ts';

/** Name of the table into which the CSV parser puts refused rows. */
export const rejects = 'rejects';

/** Folder of mended copies, in the work folder of a stage. */
export const mendedFolder = 'mended';

/** First sign of the text of a row that was refused before the parser saw it (`mend.ts`); never part of good CSV or JSON. */
export const refusedMark = '\u0001';

/** Why a row of the table `rejects` was refused, and the line as it is in the file, as SQL. */
export const refusedReason = `CASE WHEN csv_line[2] = chr(1) THEN split_part(csv_line, chr(1), 2) ELSE split_part(error_message, chr(10), 1) END`;
export const refusedLine = `CASE WHEN csv_line[2] = chr(1) THEN replace(regexp_extract(csv_line, '^"\\x01[^\\x01]*\\x01(.*)",+x$', 1, 's'), '""', '"') ELSE csv_line END`;

/** Names of a header line, trimmed (RFC 4180). */
export function parseHeader(line: string): string[] {
  const names: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^,]*))[^,]*(,|$)/y;
  for (;;) {
    const found = cell.exec(line);
    if (!found) return names;
    names.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim());
    if (found[3] === '') return names;
  }
}

/** Columns that nobody asked for are not converted, so a fault in them refuses no row. */
export function selectCsv(root: string, files: readonly string[], header: string, columns: Columns): string {
  const found = parseHeader(header);
  const names = uniqueNames(found);
  const wanted = wantedOf(columns);
  const nameOf = new Map(
    wanted.flatMap(([name]) => {
      const column = findColumn(found, name, columns);
      return column === undefined ? [] : [[name, names[found.indexOf(column)] ?? column] as const];
    }),
  );
  const types = names.map((column) => {
    const type = wanted.find(([name]) => nameOf.get(name) === column)?.[1] ?? 'VARCHAR';
    return `${sqlText(column)}: '${type === 'TIME' ? 'VARCHAR' : type}'`;
  });
  const paths = files.map((file) => sqlText(globSafe(resolve(root, file))));
  const scan = `read_csv([${paths.join(', ')}], columns = {${types.join(', ')}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', filename = true, store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scan')`;
  const picked = wanted.map(([name, type]) => {
    const column = nameOf.get(name);
    const from = column === undefined ? `CAST(NULL AS ${type === 'TIME' ? 'DOUBLE' : type})` : quoted(column);
    return { name, type, from, exact: type !== 'TIME' || column === undefined };
  });
  if (picked.some(({ exact }) => !exact))
    return `SELECT ${convertColumns(picked, 'NULL', columns.clock)} FROM ${scan}`;
  // The parser itself converts, and refuses what it cannot.
  const list = picked.map(({ name, from }) => `${from} AS ${quoted(name)}`);
  return `SELECT ${list.join(', ')}, CAST(NULL AS VARCHAR) AS ${quoted(whyColumn)}, CAST(NULL AS BIGINT) AS ${quoted(rowColumn)}, filename FROM ${scan}`;
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
