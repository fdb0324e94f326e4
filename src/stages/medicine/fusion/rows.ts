/** Shared by the fusions: encodings side by side, and the mean of rows (paper 4.4, step 4: adaptive average pooling). */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { Encoding } from './fusion.ts';

/** `[batch, K · dim]`. */
export function sideBySide(g: GraphBuilder, encodings: readonly Encoding[]): Node {
  const nodes = encodings.map(({ node }) => node);
  const [only] = nodes;
  return nodes.length === 1 && only ? only : t.concat(g, nodes, 1);
}

/** Sum of at least one tensor of one shape, from the left. */
export function sumOf(g: GraphBuilder, rows: readonly Node[]): Node {
  return rows.reduce((sum, row) => t.add(g, sum, row));
}

export function meanOf(g: GraphBuilder, rows: readonly Node[]): Node {
  return t.mul(g, sumOf(g, rows), t.scalar(g, 1 / rows.length));
}
