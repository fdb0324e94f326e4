/**
 * Parquet files of one schema as SQL. A column of another type is converted: numbers and texts row by row, timestamps to
 * the unit of the column, rows that cannot be converted being refused. Nested columns are an error before anything is read.
 */
import { resolve } from 'node:path';
import { sqlText } from '../database.ts';
import {
  type Columns,
  convertColumns,
  findColumn,
  globSafe,
  type Picked,
  quoted,
  type TimeUnit,
  wantedOf,
} from './columns.ts';
import type { ParquetColumn } from './parquet-footer.ts';

const perSecond: Readonly<Record<TimeUnit, string>> = { s: '1e6', ms: '1e3', us: '1', ns: '1e-3' };

/** Columns that no conversion makes what is wanted: their names, types and what was expected. */
export function unfitColumns(found: readonly ParquetColumn[], columns: Columns): string[] {
  return wantedOf(columns).flatMap(([name, type]) => {
    const column = found.find(
      (one) =>
        one.name ===
        findColumn(
          found.map((each) => each.name),
          name,
          columns,
        ),
    );
    if (!column || column.kind === 'number' || column.kind === 'text') return [];
    if (column.kind === 'timestamp' && (type === 'VARCHAR' || type === 'TIME' || columns.times?.[name]))
      return [];
    const expected =
      type === 'VARCHAR' ? 'text' : columns.times?.[name] ? 'a number or a timestamp' : 'a number';
    return [`${column.name} is ${column.type}, expected ${expected}`];
  });
}

export function selectParquet(
  root: string,
  files: readonly string[],
  found: readonly ParquetColumn[],
  columns: Columns,
): string {
  const names = found.map(({ name }) => name);
  const picked = wantedOf(columns).map(([name, type]): Picked => {
    const column = found.find((one) => one.name === findColumn(names, name, columns));
    if (!column)
      return { name, type, from: `CAST(NULL AS ${type === 'TIME' ? 'DOUBLE' : type})`, exact: true };
    const from = quoted(column.name);
    if (type === 'TIME')
      return column.kind === 'timestamp'
        ? { name, type, from, exact: false, timestamp: true }
        : { name, type, from: `CAST(${from} AS VARCHAR)`, exact: false };
    if (type === 'VARCHAR') return { name, type, from: `CAST(${from} AS VARCHAR)`, exact: true };
    const unit = columns.times?.[name];
    if (column.kind === 'timestamp' && unit) {
      const time =
        type === 'BIGINT' && unit === 'ns' ? `epoch_ns(${from})` : `epoch_us(${from}) / ${perSecond[unit]}`;
      return { name, type, from: time, exact: false };
    }
    // Every number is a double, whatever its type; asking of each row whether it is costs a fifth of the reading.
    if (type === 'DOUBLE' && column.kind === 'number')
      return { name, type, from: `CAST(${from} AS DOUBLE)`, exact: true };
    return { name, type, from: column.kind === 'text' ? `nullif(trim(${from}), '')` : from, exact: false };
  });
  const paths = files.map((file) => sqlText(globSafe(resolve(root, file))));
  return `SELECT ${convertColumns(picked, 'file_row_number + 1', columns.clock)} FROM read_parquet([${paths.join(', ')}], filename = true, file_row_number = true, binary_as_string = true)`;
}
