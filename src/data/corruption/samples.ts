/** Corrupted metric samples: lost by chance, by delay or with their instance, and noise on what is left. */
import type { Corruption } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { writeParquet } from '../windows/stage.ts';
import {
  all,
  type CorruptedCases,
  createAffected,
  createDeviations,
  createSilent,
  isOneOf,
  withOthers,
} from './corruption.ts';
import { gaussian, uniform } from './random.ts';

export type SampleCorruption = NonNullable<Corruption['metric']> & { readonly mask?: number };

/**
 * Writes the samples that are left, in the columns of `samples.parquet`. A sample is known by its instance, KPI and time.
 * Noise is measured by the deviation of its series in the cases `fitted`; a series that they do not have gets none.
 */
export async function corruptSamples(
  db: Database,
  from: string,
  corruption: SampleCorruption,
  axes: { readonly instances: readonly string[]; readonly kpis: readonly string[] },
  cases: CorruptedCases & { readonly fitted: readonly number[] },
  path: string,
): Promise<void> {
  const { drop = 0, delay = 0, noise = 0, mask = 0 } = corruption;
  const file = `read_parquet(${sqlText(from)})`;
  const width = axes.kpis.length;
  await createAffected(db, cases);
  if (mask > 0) {
    const names = axes.instances.map((name, code) => ({ code: String(code), name }));
    await createSilent(db, mask, names, 'INTEGER');
  }
  if (noise > 0)
    await createDeviations(
      db,
      'spread',
      `SELECT instance * ${width} + kpi AS series, value FROM ${file} WHERE ${isOneOf(cases.fitted)}`,
    );
  const identity = ['s.instance', 's.kpi', 's.time'];
  const left = all([
    drop > 0 ? `${uniform('drop metric', 'a.salt', identity)} >= ${drop}` : undefined,
    delay > 0 ? `s.time + ${delay} < a.end_ms` : undefined,
    mask > 0 ? 'NOT EXISTS (FROM silent q WHERE q."case" = s."case" AND q.code = s.instance)' : undefined,
  ]);
  const value =
    noise > 0
      ? `s.value + ${noise} * coalesce(d.deviation, 0) * ${gaussian('noise metric', 'a.salt', identity)}`
      : 's.value';
  const spread = noise > 0 ? `LEFT JOIN spread d ON d.series = s.instance * ${width} + s.kpi` : '';
  const corrupted = `
    SELECT s."case", s.instance, s.kpi, s.time, ${value} AS value
    FROM ${file} s JOIN affected a ON s."case" = a."case" ${spread} WHERE ${left}`;
  const rows = withOthers(corrupted, cases, '"case", instance, kpi, time, value', file);
  await writeParquet(db, `SELECT * FROM (${rows}) ORDER BY "case", instance, kpi, time, value`, path);
}
