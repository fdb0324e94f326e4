/** Sinusoidal positions (Vaswani et al. 2017, section 3.5), added to a time-major sequence. */
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { constant } from '../ops/constant.ts';

/** `[windows, dim]` row-major: sin at even columns 2i, cos at odd ones, both of position / 10000^(2i/dim). */
export function sinusoids(windows: number, dim: number): number[] {
  const table: number[] = [];
  for (let t = 0; t < windows; t++) {
    for (let j = 0; j < dim; j++) {
      const angle = t * Math.exp(-(Math.log(10000) * (j - (j % 2))) / dim);
      table.push(Math.fround(j % 2 === 0 ? Math.sin(angle) : Math.cos(angle)));
    }
  }
  return table;
}

/** x `[windows, batch, dim]` plus the position of each window. */
export function addPosition(g: GraphBuilder, x: Node): Node {
  const [windows, , dim] = x.type.shape as [number, number, number];
  return add(g, x, constant(g, sinusoids(windows, dim), [windows, 1, dim]));
}
