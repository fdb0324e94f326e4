/**
 * Stage `baseline.random_forest`: a random forest on the summary features of `summary.ts`. A sanity row, no published method.
 */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';
import { fitForest } from './learners/forest.ts';
import { readSummaries } from './summary.ts';

type ForestParams = JsonObject & {
  readonly seed: number;
  readonly trees: number;
  readonly class_weight: 'none' | 'balanced';
};

export const stage: StageKind<ForestParams> = {
  kind: 'baseline.random_forest',
  version: stageKinds['baseline.random_forest'].version,
  cost: stageKinds['baseline.random_forest'].cost,
  run: ({ seed, trees, class_weight }, context) =>
    answerCases(context, ({ train, classes }) => {
      const summaries = readSummaries(context, 'random_forest');
      const { width, data, evidence } = summaries;
      const rowOf = (index: number) => data.subarray(index * width, (index + 1) * width);
      const forest = fitForest(
        train.map(({ index }) => rowOf(index)),
        train.map(({ label }) => label),
        { classes, trees, seed, balanced: class_weight === 'balanced' },
      );
      return (index) => (evidence[index] ? forest(rowOf(index)) : undefined);
    }),
};
