/** No balancing: the model's loss alone trains the encoders; heads learn beside it on stopped gradients, to tell their losses. */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder } from '../../../tensor/ir.ts';
import { type Balancing, lossesOf, type Objective, sumOf, type TrainingParts } from './balance.ts';

export const none: Balancing = {
  initial: {},
  build: plainObjective,
  drive: () => ({ feeds: {}, scales: {} }),
};

export function plainObjective(g: GraphBuilder, parts: TrainingParts): Objective {
  const losses = lossesOf(
    g,
    parts,
    ({ node }) => node,
    ({ node }) => t.stopGradient(g, node),
  );
  return { objective: sumOf(g, Object.values(losses)), losses };
}
