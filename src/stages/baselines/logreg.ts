/**
 * Stage `baseline.logreg`: multinomial logistic regression on standardised summary features (`summary.ts`). A sanity row, no
 * published method. Fitted on the training cases; the penalty is fixed beforehand and not chosen on validation cases.
 */
import { stageKinds } from '../../catalog/stages.ts';
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';
import { fitLogistic } from './learners/logistic.ts';
import { readSummaries, standardise } from './summary.ts';

export const stage: StageKind<JsonObject & { readonly c: number }> = {
  kind: 'baseline.logreg',
  version: stageKinds['baseline.logreg'].version,
  cost: stageKinds['baseline.logreg'].cost,
  run: ({ c }, context) =>
    answerCases(context, ({ train, classes }) => {
      const summaries = readSummaries(context, 'logreg');
      const rowOf = standardise(
        summaries,
        train.map(({ index }) => index),
      );
      const model = fitLogistic(
        train.map(({ index }) => rowOf(index)),
        train.map(({ label }) => label),
        { classes, c },
      );
      if (!model.converged) {
        const { code, message } = report(baselineCodes, 'MED3750', { row: 'logreg', steps: model.steps });
        context.notice({ code, message, count: 1 });
      }
      return (index) => (summaries.evidence[index] ? model.probabilities(rowOf(index)) : undefined);
    }),
};
