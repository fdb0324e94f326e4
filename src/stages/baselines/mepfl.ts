/**
 * Stage `baseline.mepfl`: MEPFL (Zhou et al., "Latent Error Prediction and Fault Localization for Microservice Applications
 * by Learning from System Trace Logs", ESEC/FSE 2019), with traces alone.
 *
 * Adapted: MEPFL describes a trace by configuration, resources, instances and interactions of its services, and so does
 * this, as far as spans tell (`traces.ts`): its memory and CPU limits, thread counts and locks are not in them. Its models
 * tell latent errors, faulty services and fault types apart, each on traces whose fault is known; here a trace has the
 * label of its case, of each case at most `traces` are looked at (half of them the failed and the slowest), and the answer
 * is the mean of the forest's answers to the traces of the case's second half. Its random forest is the variant taken here:
 * Gini, √d features per split, bootstrap, balanced classes. Cases are split, never traces. A case without traces there has
 * no evidence.
 */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';
import { fitForest } from './learners/forest.ts';
import { readTraces } from './traces.ts';

type MepflParams = JsonObject & {
  readonly seed: number;
  readonly trees: number;
  readonly traces: number;
};

export const stage: StageKind<MepflParams> = {
  kind: 'baseline.mepfl',
  version: stageKinds['baseline.mepfl'].version,
  cost: stageKinds['baseline.mepfl'].cost,
  run: ({ seed, trees, traces: limit }, context) =>
    answerCases(context, async ({ train, classes }) => {
      const fitted = train.map(({ index }) => index);
      const traces = await readTraces(context, { fitted, limit, seed });
      const samples = train.flatMap(({ index, label }) => traces.sound(index).map((row) => ({ row, label })));
      if (samples.length === 0) return () => undefined;
      const forest = fitForest(
        samples.map(({ row }) => row),
        samples.map(({ label }) => label),
        { classes, trees, seed, balanced: true },
      );
      return (index) => {
        const answers = traces.given(index).map(forest);
        if (answers.length === 0) return undefined;
        return Array.from(
          { length: classes },
          (_, k) => answers.reduce((sum, shares) => sum + (shares[k] ?? 0), 0) / answers.length,
        );
      };
    }),
};
