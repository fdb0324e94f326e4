/** KPIs that carry nothing (no number, always the same) or that are there on some days only. */

import type { Finding } from '../../stages/findings.ts';
import type { Cell } from '../database.ts';
import { type CheckContext, type DataCheck, finding } from './check.ts';

type Row = Readonly<Record<string, Cell>>;

export const kpis: DataCheck = {
  name: 'kpis',
  doc: 'KPIs without numbers, with missing values, constant, or on some days only.',
  async run(context) {
    const { db, staged } = context;
    if (!staged.metric) return [];
    await db.run(`
      CREATE OR REPLACE TABLE series AS
      SELECT kpi, entity, CAST(floor(time / 86400000) AS INTEGER) AS day, count(*) AS n, count(value) AS good,
        min(value) AS lo, max(value) AS hi
      FROM ${staged.metric.from} WHERE kpi IS NOT NULL GROUP BY ALL`);
    const rows = await db.rows(`
      SELECT kpi, CAST(sum(n) AS BIGINT) AS n, CAST(sum(good) AS BIGINT) AS good, bool_and(constant) AS constant,
        count(*) AS entities, min(entity) AS entity, min(lo) AS lo
      FROM (SELECT kpi, entity, sum(n) AS n, sum(good) AS good, min(lo) AS lo, coalesce(min(lo) = max(hi), true) AS constant
        FROM series GROUP BY ALL) GROUP BY kpi ORDER BY kpi`);
    return [...values(rows, staged.metric.records), ...(await days(context, rows.length))];
  },
};

function values(rows: readonly Row[], records: number): Finding[] {
  const name = (row: Row) => String(row.kpi);
  const found: Finding[] = [];
  const empty = rows.filter((row) => Number(row.good) === 0);
  const holed = rows.filter((row) => Number(row.good) > 0 && Number(row.good) < Number(row.n));
  const constant = rows.filter((row) => Number(row.good) > 0 && row.constant === true);
  const all = rows.length;
  const [noNumber, hole, same] = [empty[0], holed[0], constant[0]];
  if (noNumber)
    found.push(
      finding(
        'MED3412',
        { kpis: empty.map(name), all },
        empty.length,
        `${name(noNumber)}: ${Number(noNumber.n)} records`,
      ),
    );
  if (hole) {
    const count = holed.reduce((sum, row) => sum + Number(row.n) - Number(row.good), 0);
    const worst = holed.reduce(
      (a, b) => (Number(b.good) / Number(b.n) < Number(a.good) / Number(a.n) ? b : a),
      hole,
    );
    const missing = Number(worst.n) - Number(worst.good);
    found.push(
      finding(
        'MED3413',
        { gaps: count, records, kpis: holed.map(name) },
        count,
        `${name(worst)}: ${missing} of ${Number(worst.n)}`,
      ),
    );
  }
  if (same)
    found.push(
      finding(
        'MED3414',
        { kpis: constant.map(name), all },
        constant.length,
        `${name(same)}: always ${Number(same.lo)} on ${String(same.entity)}${Number(same.entities) > 1 ? ` and ${Number(same.entities) - 1} more` : ''}`,
      ),
    );
  return found;
}

async function days({ db }: CheckContext, all: number): Promise<Finding[]> {
  const [total = 0] = await db.numbers('SELECT count(DISTINCT day) FROM series');
  if (total < 2) return [];
  const rows = await db.rows(`
    SELECT kpi, count(DISTINCT day) AS n, min(day) AS first FROM series GROUP BY kpi
    HAVING count(DISTINCT day) < ${total} ORDER BY kpi`);
  const [first] = rows;
  if (!first) return [];
  const date = new Date(Number(first.first) * 86_400_000).toISOString().slice(0, 10);
  const example = `${String(first.kpi)}: on ${Number(first.n)} of ${total} days, first on ${date}`;
  return [
    finding('MED3415', { kpis: rows.map((row) => String(row.kpi)), all, days: total }, rows.length, example),
  ];
}
