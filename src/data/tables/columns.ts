/** What a reader asks of its files: columns by name and type, whatever form the files have. */

export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE';
export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** Column name → type. */
export interface Columns {
  readonly needed: Readonly<Record<string, ColumnType>>;
  readonly optional?: Readonly<Record<string, ColumnType>>;
  /** Column that may bear another name: needed name → names also taken. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
  /** Numeric columns that are times since 1970, and their unit: what a column of timestamps (Parquet) is brought to. */
  readonly times?: Readonly<Record<string, TimeUnit>>;
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

/**
 * The columns of rows that the file's own reader gave as they are: those whose value cannot be converted are refused
 * whole, so every column of theirs is null and `_why` says why. `exact` expressions cannot fail.
 */
export function convertColumns(
  picked: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly from: string;
    readonly exact: boolean;
  }[],
  row: string,
  whole = 'NULL',
): string {
  const failing = picked.filter(({ exact }) => !exact);
  const tried = (from: string, type: ColumnType) => `TRY_CAST(${from} AS ${type})`;
  const reasons = failing.map(
    ({ name, type, from }) =>
      `CASE WHEN ${from} IS NOT NULL AND ${tried(from, type)} IS NULL THEN concat(${sqlReason(name, type)}, left(CAST(${from} AS VARCHAR), 60), '\`') END`,
  );
  const why = reasons.length > 0 ? `coalesce(${[whole, ...reasons].join(', ')})` : whole;
  const columns = picked.map(({ name, type, from, exact }) => {
    const value = exact ? from : tried(from, type);
    return failing.length > 0 || whole !== 'NULL'
      ? `CASE WHEN ${quoted(whyColumn)} IS NULL THEN ${value} END AS ${quoted(name)}`
      : `${value} AS ${quoted(name)}`;
  });
  return [
    `CAST(${why} AS VARCHAR) AS ${quoted(whyColumn)}`,
    ...columns,
    `CAST(${row} AS BIGINT) AS ${quoted(rowColumn)}`,
    'filename',
  ].join(', ');
}

function sqlReason(name: string, type: ColumnType): string {
  const what = type === 'VARCHAR' ? 'text' : type === 'BIGINT' ? 'a whole number' : 'a number';
  return `'${`the column \`${name}\` is not ${what}: \``.replaceAll("'", "''")}'`;
}
