/** Gaps inside cases: windows without records, of a whole modality or of an instance that reports in nearly every other. */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Finding } from '../../stages/findings.ts';
import { within } from '../intervals.ts';
import { createCases, windowOf } from '../windows/stage.ts';
import { type CheckContext, type DataCheck, finding, stagedModalities } from './check.ts';

/** An instance is steady if it has records in this share of the windows of the cases it occurs in. */
const steadyShare = 0.9;

export const gaps: DataCheck = {
  name: 'gaps',
  doc: 'Windows without records between windows that have some; cases covered only in part.',
  async run(context) {
    const { db, table } = context;
    if (!table) return [];
    await createCases(db, table);
    const found: Finding[] = [];
    for (const { modality, staged } of stagedModalities(context)) {
      await db.run(`
        CREATE OR REPLACE TABLE presence AS
        SELECT i.id AS c, ${windowOf('r.time', 'i.start_ms', table)} AS w, r.entity
        FROM (SELECT time, entity FROM ${staged.from} WHERE entity IS NOT NULL) r JOIN cases i ON ${within('r', 'i')}
        GROUP BY ALL`);
      found.push(...(await wholeModality(context, table, modality)));
      found.push(...(await steadyInstances(context, table, modality)));
    }
    return found;
  },
};

const place = (table: CaseTable, id: unknown, window: unknown) =>
  `${table.cases[Number(id)]?.id ?? ''}, window ${Number(window) + 1} of ${table.windows}`;

async function wholeModality({ db }: CheckContext, table: CaseTable, modality: string): Promise<Finding[]> {
  const rows = await db.rows(
    'SELECT c, min(w) AS lo, max(w) AS hi, count(DISTINCT w) AS n FROM presence GROUP BY c ORDER BY c',
  );
  const inner = rows.filter((row) => Number(row.hi) - Number(row.lo) + 1 > Number(row.n));
  const outer = rows.filter((row) => Number(row.hi) - Number(row.lo) + 1 < table.windows);
  const sum = (list: typeof rows, of: (row: (typeof rows)[number]) => number) =>
    list.reduce((total, row) => total + of(row), 0);
  const found: Finding[] = [];
  const [first] = inner;
  if (first) {
    const windows = sum(inner, (row) => Number(row.hi) - Number(row.lo) + 1 - Number(row.n));
    const [gap] = await db.rows(
      `SELECT min(w) AS w FROM range(${Number(first.lo)}, ${Number(first.hi)}) t(w) WHERE w NOT IN (SELECT w FROM presence WHERE c = ${Number(first.c)})`,
    );
    found.push(
      finding('MED3404', { modality, windows, cases: inner.length }, windows, place(table, first.c, gap?.w)),
    );
  }
  const [part] = outer;
  if (part) {
    const windows = sum(outer, (row) => table.windows - (Number(row.hi) - Number(row.lo) + 1));
    const example = `${table.cases[Number(part.c)]?.id ?? ''}: records in windows ${Number(part.lo) + 1} to ${Number(part.hi) + 1} of ${table.windows}`;
    const params = { modality, windows, cases: outer.length, all: table.cases.length };
    found.push(finding('MED3406', params, windows, example));
  }
  return found;
}

async function steadyInstances({ db }: CheckContext, table: CaseTable, modality: string): Promise<Finding[]> {
  const [row] = await db.rows(`
    WITH own AS (SELECT entity, c, min(w) AS lo, max(w) AS hi, count(*) AS n FROM presence GROUP BY ALL),
    present AS (SELECT DISTINCT c, w FROM presence),
    steady AS (SELECT entity FROM own JOIN (SELECT c, count(*) AS windows FROM present GROUP BY c) USING (c)
      GROUP BY entity HAVING sum(n) >= ${steadyShare} * sum(windows)),
    missing AS (SELECT own.c, present.w, own.entity FROM own SEMI JOIN steady USING (entity)
      JOIN present ON present.c = own.c AND present.w > own.lo AND present.w < own.hi
      ANTI JOIN presence p ON p.c = own.c AND p.w = present.w AND p.entity = own.entity)
    SELECT count(*) AS n, count(DISTINCT entity) AS entities, min({c: c, w: w, e: entity}).c AS c,
      min({c: c, w: w, e: entity}).w AS w, min({c: c, w: w, e: entity}).e AS entity FROM missing`);
  const windows = Number(row?.n ?? 0);
  if (!row || windows === 0) return [];
  const params = { modality, windows, instances: Number(row.entities) };
  return [finding('MED3405', params, windows, `${place(table, row.c, row.w)}: ${String(row.entity)}`)];
}
