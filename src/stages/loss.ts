/** The loss that chooses settings: that of the probabilities of answers, whatever the training weighed. */
import type { CasePrediction } from './contracts.ts';

/** Nats per case, each counting the same; of at least one. A probability of 0 counts as 1e-12. */
export function meanLoss(cases: readonly CasePrediction[]): number {
  const losses = cases.map(
    ({ truth, probabilities }) => -Math.log(Math.max(1e-12, probabilities[truth] ?? 0)),
  );
  return losses.reduce((sum, one) => sum + one, 0) / losses.length;
}
