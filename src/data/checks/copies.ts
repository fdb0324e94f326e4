/** Copies: records that say the same thing twice, and metric samples that say two things at one time. */
import { passesFor } from '../windows/stage.ts';
import {
  type CheckContext,
  type DataCheck,
  finding,
  type Staged,
  stagedModalities,
  timeText,
} from './check.ts';

/** Groups that fit in memory at once. */
const perPass = 6_000_000;

export const copies: DataCheck = {
  name: 'copies',
  doc: 'Records that are there twice; metric samples of one time that differ.',
  async run(context) {
    const found = [];
    for (const { modality, staged } of stagedModalities(context)) {
      const same = await count(
        context,
        staged,
        modality === 'metric' ? 'lo IS NOT DISTINCT FROM hi' : 'true',
        modality === 'metric',
      );
      if (same.extra > 0)
        found.push(
          finding(
            'MED3401',
            { modality, copies: same.extra, records: staged.records },
            same.extra,
            same.example,
          ),
        );
      if (modality !== 'metric') continue;
      const differ = await count(context, staged, 'lo IS DISTINCT FROM hi', true);
      if (differ.groups > 0)
        found.push(
          finding(
            'MED3402',
            { times: differ.groups, samples: differ.groups + differ.extra },
            differ.groups,
            differ.example,
          ),
        );
    }
    return found;
  },
};

async function count({ db }: CheckContext, staged: Staged, where: string, metric: boolean) {
  const range = metric ? ', min(value) AS lo, max(value) AS hi' : '';
  const passes = passesFor(staged.records, perPass);
  let [groups, extra] = [0, 0];
  let first: { time: number; id: string } | undefined;
  for (let pass = 0; pass < passes; pass++) {
    const repeated = `SELECT id, count(*) AS n, min(time) AS time${range} FROM ${staged.from} WHERE id % ${passes} = ${pass} GROUP BY id HAVING count(*) > 1`;
    const [row] = await db.rows(
      `SELECT count(*) AS groups, coalesce(sum(n - 1), 0) AS extra, min({t: time, i: id}).t AS time, CAST(min({t: time, i: id}).i AS VARCHAR) AS id FROM (${repeated}) WHERE ${where}`,
    );
    if (!row || Number(row.groups) === 0) continue;
    groups += Number(row.groups);
    extra += Number(row.extra);
    const time = Number(row.time);
    if (!first || time < first.time) first = { time, id: String(row.id) };
  }
  if (!first) return { groups, extra, example: '' };
  const kpi = metric ? ', kpi, value' : '';
  const rows = await db.rows(
    `SELECT file, entity${kpi} FROM ${staged.from} WHERE id = ${first.id} ORDER BY ALL LIMIT 2`,
  );
  const files = [...new Set(rows.map((row) => staged.files[Number(row.file)] ?? ''))].join(' and ');
  const values = metric
    ? ` ${String(rows[0]?.kpi)} = ${rows.map((row) => String(row.value)).join(' and ')}`
    : '';
  return {
    groups,
    extra,
    example: `${timeText(first.time)} ${String(rows[0]?.entity)}${values} in ${files}`,
  };
}
