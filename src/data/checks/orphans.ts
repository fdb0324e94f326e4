/** Spans whose parent is not in the files. */
import { passesFor } from '../windows/stage.ts';
import { type DataCheck, finding, timeText } from './check.ts';

const perPass = 6_000_000;

export const orphans: DataCheck = {
  name: 'orphans',
  doc: 'Spans whose parent is not in the files.',
  async run({ db, staged: { trace } }) {
    if (!trace) return [];
    const passes = passesFor(trace.records, perPass);
    let count = 0;
    let first: { time: number; entity: string; file: number } | undefined;
    for (let pass = 0; pass < passes; pass++) {
      // A parent is in the pass of its children.
      const [row] = await db.rows(`
        SELECT count(*) AS n, min({t: time, e: entity, f: file}).t AS time, min({t: time, e: entity, f: file}).e AS entity,
          min({t: time, e: entity, f: file}).f AS file
        FROM (SELECT * FROM ${trace.from} WHERE parent % ${passes} = ${pass}) s
        ANTI JOIN (SELECT id FROM ${trace.from} WHERE id % ${passes} = ${pass}) p ON s.parent = p.id`);
      if (!row || Number(row.n) === 0) continue;
      count += Number(row.n);
      const time = Number(row.time);
      if (!first || time < first.time) first = { time, entity: String(row.entity), file: Number(row.file) };
    }
    if (!first) return [];
    const example = `${timeText(first.time)} ${first.entity} in ${trace.files[first.file]}`;
    return [finding('MED3407', { orphans: count, spans: trace.records }, count, example)];
  },
};
