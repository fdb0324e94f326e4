/** Clocks: rows of one instance in one file that lie well before an earlier row. */
import {
  type CheckContext,
  type DataCheck,
  finding,
  type Staged,
  stagedModalities,
  timeText,
} from './check.ts';

/** Smaller steps back are the usual effect of buffers. */
const toleranceMinutes = 1;

export const order: DataCheck = {
  name: 'order',
  doc: 'Rows that lie more than a minute before an earlier row of the same instance in the same file.',
  async run(context) {
    const found = [];
    for (const { modality, staged } of stagedModalities(context)) {
      const { jumps, example } = await countJumps(context, staged, modality === 'metric');
      if (jumps > 0)
        found.push(
          finding(
            'MED3403',
            { modality, jumps, records: staged.records, minutes: toleranceMinutes },
            jumps,
            example,
          ),
        );
    }
    return found;
  },
};

/** One pass in the order of the rows: what is held is the latest time of each series of one file. */
async function countJumps({ db }: CheckContext, staged: Staged, metric: boolean) {
  const series = metric ? `concat(entity, ' ', kpi)` : 'entity';
  let jumps = 0;
  let example = '';
  let current = -1;
  const latest = new Map<string, number>();
  await db.stream(`SELECT file, time, ${series} AS series FROM ${staged.from}`, (columns, rows) => {
    const [file, time, name] = columns;
    if (!file || !time || !name) return;
    for (let row = 0; row < rows; row++) {
      if (file.number(row) !== current) {
        current = file.number(row);
        latest.clear();
      }
      const [at, who] = [time.number(row), name.text(row)];
      const before = latest.get(who);
      if (before === undefined || at >= before) latest.set(who, at);
      else if (before - at > toleranceMinutes * 60_000) {
        jumps++;
        example ||= `${staged.files[current]}: ${who} at ${timeText(at)} after ${timeText(before)}`;
      }
    }
  });
  return { jumps, example };
}
