/**
 * What corrupting lines, samples and spans share: the cases that are affected, instances that are silent, the deviations
 * that noise is measured by, and the file that is written. Knows cases by start, end and id; labels, root causes and times
 * of injection are not read.
 */
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { uniform } from './random.ts';

export interface CorruptedCases {
  readonly table: CaseTable;
  /** Indices of the cases whose records are corrupted. */
  readonly affected: readonly number[];
  /** Seed of the run. */
  readonly seed: number;
  /** Whether the records of the other cases are written too, as they are. */
  readonly others: boolean;
}

/** Records of all cases, and of the affected ones after it. */
export interface CorruptedCounts {
  readonly before: number;
  readonly after: number;
}

const chunk = 1000;

/** Table `affected` ("case", salt, end_ms). */
export async function createAffected(db: Database, { table, affected, seed }: CorruptedCases): Promise<void> {
  await db.run('CREATE OR REPLACE TABLE affected ("case" INTEGER, salt VARCHAR, end_ms DOUBLE)');
  const values = affected.flatMap((index) => {
    const one = table.cases[index];
    return one ? [`(${index}, ${sqlText(`${seed} ${one.id}`)}, ${one.end})`] : [];
  });
  await insert(db, 'affected', values);
}

/**
 * Table `silent` ("case", code): the instances of which a case has nothing, drawn by name, so that they are the same in all
 * modalities. Several codes (pods) may have one name.
 */
export async function createSilent(
  db: Database,
  share: number,
  names: readonly { readonly code: string; readonly name: string }[],
  type: 'INTEGER' | 'VARCHAR',
): Promise<void> {
  await db.run(`CREATE OR REPLACE TABLE names (code ${type}, name VARCHAR)`);
  await insert(
    db,
    'names',
    names.map(({ code, name }) => `(${code}, ${sqlText(name)})`),
  );
  await db.run(`
    CREATE OR REPLACE TABLE silent AS
    SELECT a."case", n.code FROM affected a CROSS JOIN names n WHERE ${uniform('mask', 'a.salt', ['n.name'])} < ${share}`);
}

export async function insert(db: Database, table: string, values: readonly string[]): Promise<void> {
  for (let from = 0; from < values.length; from += chunk)
    await db.run(`INSERT INTO ${table} VALUES ${values.slice(from, from + chunk).join(', ')}`);
}

/**
 * Population standard deviation by series of a query (series, value). Added up in order of value: DuckDB's own depends on
 * its threads in the last bits. A series whose deviation is not finite has none.
 */
async function deviations(db: Database, query: string): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  let [series, n, mean, m2] = [Number.NaN, 0, 0, 0];
  const close = () => {
    const deviation = Math.sqrt(m2 / n);
    if (n > 0 && Number.isFinite(deviation)) found.set(series, deviation);
  };
  await db.stream(`SELECT series, value FROM (${query}) ORDER BY series, value`, ([of, value], rows) => {
    if (!of || !value) return;
    for (let row = 0; row < rows; row++) {
      const at = of.number(row);
      if (at !== series) {
        close();
        [series, n, mean, m2] = [at, 0, 0, 0];
      }
      const x = value.number(row);
      n++;
      const delta = x - mean;
      mean += delta / n;
      m2 += delta * (x - mean);
    }
  });
  close();
  return found;
}

/** Table `name` (series, deviation) of `deviations`. */
export async function createDeviations(db: Database, name: string, query: string): Promise<void> {
  const found = await deviations(db, query);
  await db.run(`CREATE OR REPLACE TABLE ${name} (series INTEGER, deviation DOUBLE)`);
  await insert(
    db,
    name,
    [...found].map(([series, deviation]) => `(${series}, ${deviation})`),
  );
}

/** SQL of what is written: the corrupted records, and those of the other cases if they are wanted. */
export function withOthers(
  corrupted: string,
  { others, affected }: CorruptedCases,
  columns: string,
  file: string,
): string {
  return others
    ? `${corrupted} UNION ALL SELECT ${columns} FROM ${file} WHERE NOT ${isOneOf(affected)}`
    : corrupted;
}

/** `"case" IN (…)`, or never. */
export function isOneOf(cases: readonly number[]): string {
  return `"case" IN (${cases.join(', ') || '-1'})`;
}

/** `AND …` of the conditions that apply. */
export function all(conditions: readonly (string | undefined)[]): string {
  return conditions.filter((one) => one !== undefined).join(' AND ') || 'true';
}
