/** Scans of tables by the arguments that name their columns: what `table(…)` and label files share. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import { type Clock, type Columns, type ColumnType, quoted, touch } from '../tables/columns.ts';
import { selectColumns } from '../tables/select.ts';
import { fixedZone, utc, type Zone } from '../tables/zone.ts';

export interface NamedColumns {
  readonly clock: Clock;
  /** The name of a column, by the argument that names it; undefined where it is not given. */
  column(argument: string): string | undefined;
}

/** A scan of the columns that some arguments name. Two arguments may name one column. */
export function scanTables(
  root: string,
  files: readonly string[],
  part: NamedColumns,
  types: Readonly<Record<string, ColumnType>>,
): { readonly from: string; of(argument: string): string } {
  const needed: Record<string, ColumnType> = {};
  const also: Record<string, string[]> = {};
  const given = Object.entries({ time: 'TIME' as const, ...types }).flatMap(([argument, type]) => {
    const column = part.column(argument);
    return column === undefined ? [] : [[argument, column, type] as const];
  });
  const names = new Map<string, string>();
  for (const [argument, column, type] of given) {
    // A column may serve twice, as a time and as a part of the id.
    const name = column in needed ? `${argument}:${column}` : column;
    needed[name] = type;
    if (name !== column) also[name] = [column];
    names.set(argument, name);
  }
  const columns: Columns = { needed, also, clock: part.clock };
  return {
    from: selectColumns(root, files, columns),
    of: (argument) => {
      const name = names.get(argument);
      return name === undefined ? 'NULL' : quoted(name);
    },
  };
}

/** Parts whose times another zone would move, as the first row of each tells: texts without an offset. */
export async function localParts<T extends string>(
  parts: readonly {
    readonly name: T;
    readonly root: string;
    readonly file: string;
    readonly part: NamedColumns;
  }[],
): Promise<ReadonlySet<T>> {
  const local = new Set<T>();
  const db = await openDatabase({ folder: mkdtempSync(join(tmpdir(), 'medx-times-')), threads: 1 });
  try {
    for (const { name, root, file, part } of parts) {
      const first = (zone: Zone) => {
        const { from, of } = scanTables(root, [file], { ...part, clock: { ...part.clock, zone } }, {});
        return `(SELECT ${of('time')} FROM (${from}) WHERE ${of('time')} IS NOT NULL LIMIT 1)`;
      };
      const [moves] = await db.numbers(
        `SELECT coalesce(${first(utc)} <> ${first(fixedZone('+01:00', 3_600_000))}, false)::INT`,
      );
      if (moves === 1) local.add(name);
    }
    return local;
  } finally {
    db.close();
  }
}

/** `rows` of a relation (see `Relation`). */
export function rowsSql(from: string, of: (argument: string) => string, used: readonly string[]): string {
  const names = used.map(of).filter((name) => name !== 'NULL');
  const unquoted = names.map((name) => name.slice(1, -1).replaceAll('""', '"'));
  return `SELECT ${of('time')} AS time, false AS repaired, ${touch(...unquoted)} AS used FROM (${from})`;
}
