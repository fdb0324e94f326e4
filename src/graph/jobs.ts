/** The jobs of an experiment: one per seed, or per seed, repeat and fold, each with the split that it stands on. */
import type { ResolvedExperiment, ResolvedFolds, ResolvedSplit } from '../spec/resolved.ts';
import type { SplitParams } from '../stages/contracts.ts';
import type { GraphBuilder } from './builder.ts';
import type { PlannedJob } from './plan.ts';
import type { Telemetry } from './telemetry.ts';

type Place = Pick<PlannedJob, 'seed' | 'fold' | 'repeat'>;

export interface Job extends Place {
  readonly split: string;
  /** `seed 1 fold 2`, for people, who count folds from 1. */
  readonly label: string;
}

/** What tells it from the other jobs of its row. */
export function placeOf({ seed, fold, repeat }: Place): Place {
  return { seed, ...(fold === undefined ? {} : { fold }), ...(repeat === undefined ? {} : { repeat }) };
}

export function jobsOf(experiment: ResolvedExperiment, telemetry: Telemetry, graph: GraphBuilder): Job[] {
  const { seeds, folds, data } = experiment;
  const job = (params: SplitParams, seed: number, label: string): Job => ({
    seed,
    ...('fold' in params ? { fold: params.fold } : {}),
    split: graph.add('split', params, { cases: telemetry.cases }, `split ${data.name} ${label}`),
    label,
  });
  return seeds.flatMap((seed) => {
    if (!folds) return [job(splitParams(data.split, seed), seed, `seed ${seed}`)];
    const repeats = 'repeats' in folds ? (folds.repeats ?? 1) : 1;
    return Array.from({ length: repeats * folds.folds }, (_, at) => {
      const repeat = Math.floor(at / folds.folds);
      const place = repeats > 1 ? `seed ${seed} repeat ${repeat + 1}` : `seed ${seed}`;
      const fold = at % folds.folds;
      const made = job(foldParams(folds, fold, repeat, seed), seed, `${place} fold ${fold + 1}`);
      return repeats > 1 ? { ...made, fold: at, repeat } : made;
    });
  });
}

/** Nothing is drawn of a split by time: seeds share it. */
function splitParams(split: ResolvedSplit, seed: number): SplitParams {
  if (split.kind === 'temporal') return { ...split, seed: 0, groups: 'together' };
  if (split.kind === 'grouped') return { ...split, seed: split.seed ?? seed, groups: 'together' };
  const { overlap, seed: fixed, ...rest } = split;
  return { ...rest, seed: fixed ?? seed, groups: overlap };
}

function foldParams(folding: ResolvedFolds, fold: number, repeat: number, seed: number): SplitParams {
  if (folding.kind === 'temporal') return { ...folding, fold, seed: 0, groups: 'together' };
  const { repeats: _, ...drawn } = folding;
  const place = { fold, seed, ...(repeat > 0 ? { repeat } : {}) };
  if (drawn.kind === 'grouped') return { ...drawn, ...place, groups: 'together' };
  const { overlap, ...rest } = drawn;
  return { ...rest, ...place, groups: overlap };
}
