/** Metric samples of all cases in one pass. Standardising and averaging per window are steps of the features. */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { within } from '../intervals.ts';
import type { Relation } from '../readers/reader.ts';
import { createCases, createCodes, passesFor, writeParquet } from './stage.ts';

export interface SampleCounts {
  readonly records: number;
  /** Records whose value is absent or not finite: left out. */
  readonly gaps: number;
  readonly samples: number;
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
}

/**
 * Writes case, instance, kpi (codes into the sorted names), time (epoch ms), value. Records of one instance, KPI and time
 * (the pods of a service) are averaged, summed in ascending order so that the same bits come out every time.
 */
export async function writeSamples(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
  recordsPerPass = 1_500_000,
): Promise<SampleCounts> {
  await createCases(db, table);
  await db.run(`
    CREATE OR REPLACE TABLE staged AS
    SELECT i.id, r.entity, r.kpi, r.time, r.value FROM (${relation.records}) r JOIN cases i ON ${within('r', 'i')}`);
  const good = 'value IS NOT NULL AND isfinite(value) AND entity IS NOT NULL AND kpi IS NOT NULL';
  const [records, used] = await db.numbers(`SELECT count(*), count(*) FILTER (${good}) FROM staged`);
  const instances = await createCodes(
    db,
    'instances',
    `SELECT entity FROM staged WHERE ${good}`,
    relation.nameOf,
  );
  const kpis = await createCodes(db, 'kpis', `SELECT kpi FROM staged WHERE ${good}`);
  // Lists do not spill, so one grouped pass takes as many cases as fit in memory. They are sorted before they are added up:
  // the same bits come out in whatever order the records were read.
  const grouped = (from: number, to: number) => `
    SELECT id AS "case", instance, kpi, time, CASE WHEN len(v) = 1 THEN v[1] ELSE list_sum(list_sort(v)) / len(v) END AS value
    FROM (SELECT s.id, i.code AS instance, k.code AS kpi, s.time, list(s.value) AS v
      FROM (SELECT * FROM staged WHERE ${good} AND id >= ${from} AND id < ${to}) s
      JOIN instances i ON s.entity = i.entity JOIN kpis k ON s.kpi = k.entity GROUP BY ALL)`;
  await db.run(`CREATE OR REPLACE TABLE means AS ${grouped(0, 0)}`);
  const step = Math.max(1, Math.ceil(table.cases.length / passesFor(used ?? 0, recordsPerPass)));
  for (let from = 0; from < table.cases.length; from += step)
    await db.run(`INSERT INTO means ${grouped(from, from + step)}`);
  await db.run('DROP TABLE staged');
  await writeParquet(db, 'SELECT * FROM means ORDER BY "case", instance, kpi, time', path);
  const [samples] = await db.numbers(`SELECT count(*) FROM read_parquet('${path.replaceAll("'", "''")}')`);
  return {
    records: records ?? 0,
    gaps: (records ?? 0) - (used ?? 0),
    samples: samples ?? 0,
    instances,
    kpis,
  };
}
