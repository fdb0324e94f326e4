/**
 * Stage `drain.match`: corrupted lines against the tree that sound lines gave. Nothing is learnt; the cases that are not
 * corrupted keep their counts.
 *
 * Inputs: `drain`, `lines` (a `corrupt.log` artefact), `cases`. Artefact: `counts` and `unmatched` as stage `drain` has them.
 * The templates are those of `drain`.
 */
import { stageKinds } from '../catalog/stages.ts';
import { type DrainState, restoreDrain } from '../data/drain/drain.ts';
import type { CorruptionNote } from './corrupt.ts';
import { countTemplates, noticeUnmatched, type Unmatched } from './drain.ts';
import type { JsonObject, StageKind } from './stage.ts';
import { readCases, requireInput, withDatabase } from './telemetry.ts';

export const stage: StageKind<JsonObject> = {
  kind: 'drain.match',
  version: stageKinds['drain.match'].version,
  cost: stageKinds['drain.match'].cost,
  async run(_params, context) {
    const sound = requireInput(context, 'drain');
    const corrupted = requireInput(context, 'lines');
    const drain = restoreDrain(sound.json<DrainState>('tree'));
    const poor = await withDatabase(context, 'match', (db) =>
      countTemplates(db, drain, corrupted.path('lines.parquet'), readCases(context)),
    );
    const cases = new Set(corrupted.json<CorruptionNote>('corruption').cases);
    const counts = mergeCounts(sound.array<Int32Array>('counts').data, poor.counts, cases);
    context.out.array('counts', { shape: [counts.length / 4, 4], data: counts });
    const before = sound.json<Unmatched>('unmatched');
    const choose = (name: 'lines' | 'unmatched') =>
      before[name].map((n, index) => (cases.has(index) ? (poor.unmatched[name][index] ?? 0) : n));
    const unmatched: Unmatched = { lines: choose('lines'), unmatched: choose('unmatched') };
    context.out.json('unmatched', unmatched);
    noticeUnmatched(context, unmatched);
  },
};

/** Rows [case, window, template, count] of `poor` for the cases in `taken`, of `sound` for the others; sorted by case. */
function mergeCounts(sound: Int32Array, poor: Int32Array, taken: ReadonlySet<number>): Int32Array {
  const rows: Int32Array[] = [];
  for (let i = 0; i < sound.length; i += 4)
    if (!taken.has(sound[i] ?? -1)) rows.push(sound.subarray(i, i + 4));
  for (let i = 0; i < poor.length; i += 4) rows.push(poor.subarray(i, i + 4));
  rows.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const counts = new Int32Array(rows.length * 4);
  rows.forEach((row, i) => {
    counts.set(row, 4 * i);
  });
  return counts;
}
