/**
 * Sequences whose rows stand for several equal windows each. Without positions a network gives equal windows equal values all the
 * way, so one row can be computed for all of them: as a key it counts as often as it occurs (e^(s + ln n) = n · e^s), and where
 * windows are summed it brings the weights of all its windows. The answer is the same but for rounding.
 */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';

export interface Repeats {
  /** `[windows, rows]`: 1 where the row stands for the window, every row for at least one. */
  readonly members: Node;
}

export function windowsOf({ members }: Repeats): number {
  return members.type.shape[0] ?? 0;
}

/** `[rows]`: the logarithm of how many windows each row stands for. */
export function logCounts(g: GraphBuilder, { members }: Repeats): Node {
  return t.log(g, t.reduceSum(g, members, [0]));
}

/** Mean over the windows of a sequence `[rows, batch, width]`: `[batch, width]`. */
export function meanOf(g: GraphBuilder, sequence: Node, repeats: Repeats | undefined): Node {
  if (!repeats) return t.reduceMean(g, sequence, [0]);
  const [rows, batch, width] = sequence.type.shape as [number, number, number];
  const shares = t.reduceMean(g, repeats.members, [0], true);
  const mean = t.matmul(g, shares, t.reshape(g, sequence, [rows, batch * width]));
  return t.reshape(g, mean, [batch, width]);
}
