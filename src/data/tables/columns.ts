/** What a reader asks of its files: columns by name and type, whatever form the files have. */
import { type Clock, type TimeUnit, timeReason, timeSql } from './clock.ts';

export type { Clock, TimeUnit };

/** `TIME`: epoch milliseconds as DOUBLE, made of whatever the file has (see `Clock`). */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'TIME';

/** Column name → type. */
export interface Columns {
  readonly needed: Readonly<Record<string, ColumnType>>;
  readonly optional?: Readonly<Record<string, ColumnType>>;
  /** Column that may bear another name: needed name → names also taken. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
  /** Numeric columns that are times since 1970, and their unit: what a column of timestamps (Parquet) is brought to. */
  readonly times?: Readonly<Record<string, TimeUnit>>;
  /** How columns of type `TIME` are read. */
  readonly clock?: Clock;
}

export function wantedOf(columns: Columns): [string, ColumnType][] {
  return Object.entries({ ...columns.needed, ...columns.optional });
}

/** The name under which a file has the column; undefined if it has not. */
export function findColumn(names: readonly string[], name: string, columns: Columns): string | undefined {
  return [name, ...(columns.also?.[name] ?? [])].find((candidate) => names.includes(candidate));
}

export function missingOf(names: readonly string[], columns: Columns): string[] {
  return Object.keys(columns.needed).filter((name) => findColumn(names, name, columns) === undefined);
}

/** A name as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Why a row was refused (null for a good one), and its number in the file where the form of the file has one. */
export const whyColumn = '_why';
export const rowColumn = '_row';

/**
 * For `used` of a relation: an expression that makes the parser read and check these columns, and says where a refused row
 * was and why.
 */
export function touch(...names: readonly string[]): string {
  const columns = names.map((name, i) => `c${i} := ${quoted(name)}`);
  return `struct_pack(${[...columns, 'file := filename', `at := ${quoted(rowColumn)}`, `why := ${quoted(whyColumn)}`].join(', ')})`;
}

/** DuckDB expands `*`, `?` and `[` in paths; a folder may bear them. */
export function globSafe(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}

/** One column of a scan: how to make it of what the file has. */
export interface Picked {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL over the scan; a TIME is made of a text or a timestamp. */
  readonly from: string;
  /** True if it cannot fail. */
  readonly exact: boolean;
  /** A column of timestamps. */
  readonly timestamp?: boolean;
}

/**
 * The columns of rows that the file's own reader gave as they are: those whose value cannot be converted are refused
 * whole, so every column of theirs is null and `_why` says why. `whole` is SQL: why a row as such is refused, else null.
 */
export function convertColumns(
  picked: readonly Picked[],
  row: string,
  clock: Clock | undefined,
  whole = 'NULL',
): string {
  const failing = picked.filter(({ exact }) => !exact);
  const reasons = failing.map((one) =>
    one.type === 'TIME'
      ? `CASE WHEN ${tried(one, clock)} IS NULL THEN ${timeReason(one.name, one.from, clock)} END`
      : `CASE WHEN ${one.from} IS NOT NULL AND ${tried(one, clock)} IS NULL THEN concat(${sqlReason(one.name, one.type)}, left(CAST(${one.from} AS VARCHAR), 60), '\`') END`,
  );
  const why = reasons.length > 0 ? `coalesce(${[whole, ...reasons].join(', ')})` : whole;
  const columns = picked.map((one) => {
    const value = one.exact ? one.from : tried(one, clock);
    return failing.length > 0 || whole !== 'NULL'
      ? `CASE WHEN ${quoted(whyColumn)} IS NULL THEN ${value} END AS ${quoted(one.name)}`
      : `${value} AS ${quoted(one.name)}`;
  });
  return [
    `CAST(${why} AS VARCHAR) AS ${quoted(whyColumn)}`,
    ...columns,
    `TRY_CAST(${row} AS BIGINT) AS ${quoted(rowColumn)}`,
    'filename',
  ].join(', ');
}

function tried({ type, from, timestamp }: Picked, clock: Clock | undefined): string {
  if (type !== 'TIME') return `TRY_CAST(${from} AS ${type})`;
  return timestamp ? `epoch_us(${from}) / 1e3` : timeSql(from, clock);
}

function sqlReason(name: string, type: ColumnType): string {
  const what = type === 'VARCHAR' ? 'text' : type === 'BIGINT' ? 'a whole number' : 'a number';
  return `'${`the column \`${name}\` is not ${what}: \``.replaceAll("'", "''")}'`;
}
