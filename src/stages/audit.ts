/**
 * Stage `audit`: looks at the cases of an experiment and at the features of its first job for what would make scores too good,
 * and says it as notices. Leaves the judgement of scores to `src/report`.
 *
 * Parameters: `published`: the split is the set's own, which stage `split` judges. Inputs: `cases`, `split`, and features of any
 * modality under any other name. Artefact: json `audit` (`Audit`).
 */
import { stageKinds } from '../catalog/stages.ts';
import { findConfounding } from '../data/checks/confounding.ts';
import { type CaseFeatures, repeatedCases, tellingFeatures } from '../data/checks/leaks.ts';
import { overlappingTests } from '../data/split.ts';
import { statisticsCodes } from '../diagnostics/codes/statistics.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { FeatureAxes, Split } from './contracts.ts';
import type { StageKind } from './stage.ts';
import { readCases, requireInput } from './telemetry.ts';

/** File `audit`: what was looked at, and how much was found. */
export type Audit = {
  readonly cases: number;
  /** Numbers per case, over all features. */
  readonly features: number;
  readonly alarms: number;
};

export const stage: StageKind<{ readonly published: boolean }> = {
  kind: 'audit',
  version: stageKinds.audit.version,
  cost: stageKinds.audit.cost,
  async run({ published }, context) {
    const table = readCases(context);
    const split = requireInput(context, 'split').json<Split>('split');
    const learnt = [...split.train, ...split.valid];
    const notices: { code: string; message: string; count?: number }[] = [];
    const say = ({ code, message }: { code: string; message: string }, count: number) =>
      notices.push({ code, message, count });

    const shared = published ? 0 : overlappingTests(table.cases, split);
    if (shared > 0) {
      const params = { cases: shared, of: split.test.length };
      say(report(statisticsCodes, 'MED6003', params), shared);
    }
    const read = Object.entries(context.inputs)
      .filter(([name]) => name !== 'cases' && name !== 'split')
      .map(([, input]) => ({
        axes: input.json<FeatureAxes>('axes'),
        x: input.array<Float32Array>('x') as CaseFeatures,
      }));
    const idOf = (i: number) => table.cases[i]?.id ?? String(i);
    const repeated = repeatedCases(
      read.map(({ x }) => x),
      learnt,
      split.test,
    );
    const [twin] = repeated;
    if (twin) {
      const params = {
        cases: repeated.length,
        of: split.test.length,
        one: idOf(twin.asked),
        other: idOf(twin.learnt),
      };
      say(report(statisticsCodes, 'MED6004', params), repeated.length);
    }
    const labels = table.cases.map(({ label }) => label);
    for (const { axes, x } of read) {
      const telling = tellingFeatures(x, labels);
      const [first] = telling;
      if (first === undefined) continue;
      const params = {
        modality: axes.modality,
        features: telling.length,
        first: nameOf(axes, x.shape, first),
      };
      say(report(statisticsCodes, 'MED6005', params), telling.length);
    }
    for (const found of findConfounding(table)) say(found, found.count);

    for (const notice of notices) context.notice(notice);
    const features = read.reduce((sum, { x }) => sum + x.data.length / table.cases.length, 0);
    const audit: Audit = { cases: table.cases.length, features, alarms: notices.length };
    context.out.json('audit', audit);
  },
};

/** `frontend cpu_usage, window 3`, from the place of a feature within its case. */
function nameOf(axes: FeatureAxes, [, ...shape]: readonly number[], place: number): string {
  const at: number[] = [];
  let rest = place;
  for (const size of shape.toReversed()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  if (axes.modality === 'metric' && axes.instances && axes.kpis)
    return `${axes.instances[at[0] ?? 0]} ${axes.kpis[at[2] ?? 0]}, window ${(at[1] ?? 0) + 1}`;
  const names = axes.links ?? axes.events;
  const last = at[1] ?? 0;
  return `${names?.[last] ?? `component ${last + 1}`}, window ${(at[0] ?? 0) + 1}`;
}
