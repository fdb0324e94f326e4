/** The axes of a sweep: the values of each, and how points are made of them. */
import type { NumberValue, Value } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { expandRange } from './ranges.ts';

/** The values of one axis: a list, a range, or a single one. Undefined where a range was reported. */
export function listValues(value: Value, context: Context): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'range') return expandRange(value, context) as readonly NumberValue[] | undefined;
  return [value];
}

/** `cross`: every combination; else one axis at a time. No point is empty. */
export function pointsOf<T>(axes: readonly (readonly T[])[], cross: boolean): T[][] {
  const points = cross
    ? axes.reduce<T[][]>((all, axis) => all.flatMap((done) => axis.map((one) => [...done, one])), [[]])
    : axes.flatMap((axis) => axis.map((one) => [one]));
  return points.filter((point) => point.length > 0);
}
