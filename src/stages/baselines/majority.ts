/** Stage `baseline.majority`: answers the most frequent class of the training cases, with the class frequencies as probabilities. */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';

export const stage: StageKind<JsonObject> = {
  kind: 'baseline.majority',
  version: stageKinds['baseline.majority'].version,
  cost: stageKinds['baseline.majority'].cost,
  // Ties go to the first class.
  run: (_params, context) =>
    answerCases(
      context,
      ({ prior }) =>
        () =>
          prior,
    ),
};
