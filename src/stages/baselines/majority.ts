/** Stage `baseline.majority`: answers the most frequent class of the training cases, with the class frequencies as probabilities. */
import { stageKinds } from '../../catalog/stages.ts';
import type { CasePrediction, Predictions, Split } from '../contracts.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';

export const stage: StageKind<JsonObject> = {
  kind: 'baseline.majority',
  version: stageKinds['baseline.majority'].version,
  cost: stageKinds['baseline.majority'].cost,
  async run(_params, context) {
    const { cases, classes } = readCases(context);
    const split = requireInput(context, 'split').json<Split>('split');
    const counts = classes.map((_, label) => split.train.filter((i) => cases[i]?.label === label).length);
    const probabilities = counts.map((n) => n / split.train.length);
    // Ties go to the first class.
    const answer = counts.indexOf(Math.max(...counts));
    const predict = (part: readonly number[]): CasePrediction[] =>
      part.flatMap((i) => {
        const row = cases[i];
        return row ? [{ id: row.id, truth: row.label, answer, probabilities }] : [];
      });
    const predictions: Predictions = { classes, valid: predict(split.valid), test: predict(split.test) };
    context.out.json('predictions', predictions);
  },
};
