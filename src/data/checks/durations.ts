/** Spans whose duration is negative, absurd, zero or no number. */
import type { Finding } from '../../stages/findings.ts';
import { type DataCheck, finding, timeText } from './check.ts';

/** No request of a user takes an hour; a unit that is wrong by 1,000 does. */
const absurdUs = 3_600e6;

export const durations: DataCheck = {
  name: 'durations',
  doc: 'Spans that last less than nothing, more than an hour, nothing at all, or no number of µs.',
  async run({ db, staged: { trace } }) {
    if (!trace) return [];
    const kinds = [
      ['MED3408', 'duration_us < 0'],
      ['MED3409', `isfinite(duration_us) AND duration_us > ${absurdUs}`],
      ['MED3410', 'duration_us = 0'],
      ['MED3411', 'duration_us IS NULL OR NOT isfinite(duration_us) OR entity IS NULL'],
    ] as const;
    const first = `min({t: time, e: coalesce(entity, ''), d: duration_us, f: file})`;
    const parts = kinds.map(
      ([, where], i) => `count(*) FILTER (${where}) AS n${i}, ${first} FILTER (${where}) AS x${i}`,
    );
    const fields = kinds.map(
      (_, i) => `n${i}, x${i}.t AS t${i}, x${i}.e AS e${i}, x${i}.d AS d${i}, x${i}.f AS f${i}`,
    );
    const [row = {}] = await db.rows(
      `SELECT ${fields.join(', ')} FROM (SELECT ${parts.join(', ')} FROM ${trace.from})`,
    );
    const all = trace.records;
    return kinds.flatMap(([code], i): Finding[] => {
      const spans = Number(row[`n${i}`] ?? 0);
      if (spans === 0) return [];
      const where = `${timeText(Number(row[`t${i}`]))} ${String(row[`e${i}`])}`;
      const example = `${where}: ${String(row[`d${i}`] ?? 'no number')} µs in ${trace.files[Number(row[`f${i}`])]}`;
      if (code === 'MED3411') return [finding(code, { spans }, spans, example)];
      if (code === 'MED3409') return [finding(code, { spans, all, limit: 'an hour' }, spans, example)];
      return [finding(code, { spans, all }, spans, example)];
    });
  },
};
