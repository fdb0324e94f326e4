/**
 * Stage `baseline.stratified_random`: draws every answer by the class frequencies of the training cases. The draw depends on
 * the seed and the case's place in the table alone; the drawn class has probability 1.
 */
import { stageKinds } from '../../catalog/stages.ts';
import { uniformAt } from '../../data/random.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';

/** Of `uniformAt`: no other draw of a run shares it. */
const stream = 0x51a7;

export const stage: StageKind<JsonObject & { readonly seed: number }> = {
  kind: 'baseline.stratified_random',
  version: stageKinds['baseline.stratified_random'].version,
  cost: stageKinds['baseline.stratified_random'].cost,
  run: ({ seed }, context) =>
    answerCases(context, ({ prior }) => {
      const last = prior.findLastIndex((share) => share > 0);
      return (index) => {
        let rest = uniformAt(seed, stream, index);
        // Rounding may leave a little over: that is the last class's.
        const drawn = prior.findIndex((share) => {
          rest -= share;
          return rest < 0;
        });
        return prior.map((_, label) => (label === (drawn < 0 ? last : drawn) ? 1 : 0));
      };
    }),
};
