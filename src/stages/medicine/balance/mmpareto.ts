/**
 * MMPareto (Wei & Hu, ICML 2024; METHOD 7): every encoder learns from the model's loss and from that of its own head. Gradients
 * that agree are added; of those that conflict the convex combination of least norm is taken, with the length of their sum.
 */
import type { Modality } from '../../contracts.ts';
import { names } from '../names.ts';
import { type Balancing, lossesOf, sumOf, zip } from './balance.ts';

export function mmpareto(modalities: readonly Modality[]): Balancing {
  return {
    rules: zip(modalities, (name) => ({ pareto: [names.loss('model'), names.loss(name)] as const })),
    initial: {},
    build(g, parts) {
      const asIs = ({ node }: (typeof parts.encodings)[number]) => node;
      const losses = lossesOf(g, parts, asIs, asIs);
      return { objective: sumOf(g, Object.values(losses)), losses };
    },
    drive: () => ({ feeds: {}, scales: {} }),
  };
}
