/** The axes of a sweep: the values of each, and how points are made of them. */
import { storeCodes } from '../diagnostics/codes/store.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { NumberValue, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import { expandRange } from './ranges.ts';

/** The values of one axis: a list, a range, or a single one. Undefined where a range was reported. */
export function listValues(value: Value, context: Context): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'range') return expandRange(value, context) as readonly NumberValue[] | undefined;
  return [value];
}

/** More points than anyone runs: each is at least one job per seed. */
const mostPoints = 10_000;

/** `cross`: every combination; else one axis at a time. No point is empty. None at all where there would be too many. */
export function pointsOf<T>(
  axes: readonly (readonly T[])[],
  cross: boolean,
  span: SourceSpan,
  { problems }: Context,
): T[][] {
  const count = axes.reduce((total, { length }) => (cross ? total * length : total + length), cross ? 1 : 0);
  if (count > mostPoints) {
    problems.add(report(storeCodes, 'MED6131', { count, most: mostPoints }, { span }));
    return [];
  }
  const points = cross
    ? axes.reduce<T[][]>((all, axis) => all.flatMap((done) => axis.map((one) => [...done, one])), [[]])
    : axes.flatMap((axis) => axis.map((one) => [one]));
  return points.filter((point) => point.length > 0);
}
