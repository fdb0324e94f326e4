/** Stage `split`: divides the cases → `split` (Split). */
import { stageKinds } from '../catalog/stages.ts';
import { missingClasses, overlappingTests, splitCases } from '../data/split.ts';
import type { SplitParams } from './contracts.ts';
import type { StageKind } from './stage.ts';
import { noticeCode, readCases } from './telemetry.ts';

export const stage: StageKind<SplitParams> = {
  kind: 'split',
  version: stageKinds.split.version,
  cost: stageKinds.split.cost,
  async run(params, context) {
    const { cases, classes } = readCases(context);
    const split = splitCases(cases, params);
    for (const missing of missingClasses(cases, split, classes))
      noticeCode(context, 'MED3112', missing, missing.cases);
    const taken = new Set([...split.train, ...split.valid, ...split.test]);
    // Later folds' cases are not left out: their turn comes.
    const border = split.test.reduce((least, i) => Math.min(least, cases[i]?.start ?? 0), Infinity);
    const left =
      params.kind === 'temporal' ? cases.filter(({ start }, i) => start <= border && !taken.has(i)) : [];
    if (left.length > 0)
      noticeCode(context, 'MED3117', { cases: left.length, ids: left.map(({ id }) => id) }, left.length);
    const overlapping = params.kind === 'published' ? overlappingTests(cases, split) : 0;
    if (overlapping > 0) noticeCode(context, 'MED3145', { cases: overlapping }, overlapping);
    context.out.json('split', split);
  },
};
