/** The axes of a sweep: what each ranges over, and how points are made of them. */

import { specCodes } from '../diagnostics/codes/spec.ts';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { spaceCodes } from '../diagnostics/codes/sweeps.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { drawPoints, type Point, type Range, type Axis as SpaceAxis } from '../search/space.ts';
import type { Json } from '../stages/stage.ts';
import type { NumberValue, RangeValue, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import { describeType, describeValue, formatValue } from './describe.ts';
import { expandRange } from './ranges.ts';
import type { SweepMode } from './sweep-mode.ts';
import { type PlainType, readNumber, readValue } from './values.ts';

/** The setting that an axis changes. */
export interface AxisSetting {
  readonly name: string;
  readonly type: PlainType;
}

/** A value of an axis: as written, as read, and as a file would write what was read. */
export interface AxisValue {
  readonly value: Value;
  readonly json: Json;
  readonly text: string;
}

/** `C` is what a sweep makes of a value. */
export type Axis<C> =
  | { readonly kind: 'list'; readonly items: readonly C[] }
  | { readonly kind: 'range'; readonly range: Range; readonly at: (value: number) => C };

/** Undefined where something was reported. Ranges without a step are for modes that draw. */
export function readAxisValues<C>(
  setting: AxisSetting,
  value: Value,
  mode: SweepMode,
  make: (value: AxisValue) => C,
  context: Context,
): Axis<C> | undefined {
  const { name, type } = setting;
  const bounds = boundsOf(value);
  if (bounds && mode.draws) return readRange(setting, bounds, make, context);
  if (bounds?.log) {
    const params = { mode: mode.kind, name };
    context.problems.add(report(spaceCodes, 'MED1430', params, { span: value.span }));
    return undefined;
  }
  const values = listValues(value, context);
  if (!values) return undefined;
  if (values.length === 0) {
    const params = { name, takes: `values, each ${describeType(type)}`, found: 'none' };
    context.problems.add(report(specCodes, 'MED1202', params, { span: value.span }));
  }
  const items = values.flatMap((one) => {
    const json = readValue(type, name, one, context);
    return json === undefined ? [] : [make({ value: one, json, text: formatValue(type, json) })];
  });
  return { kind: 'list', items };
}

/** The values of one axis: a list, a range, or a single one. Undefined where a range was reported. */
export function listValues(value: Value, context: Context): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'range') return expandRange(value, context) as readonly NumberValue[] | undefined;
  return [value];
}

interface Bounds {
  readonly written: RangeValue;
  readonly log: boolean;
}

/** `0.1..0.9`, `log(1e-5..1e-2)`: the ends of what is to be drawn from. */
function boundsOf(value: Value): Bounds | undefined {
  if (value.kind === 'range') return value.step ? undefined : { written: value, log: false };
  if (value.kind !== 'call' || value.name.text !== 'log' || value.args.length !== 1) return undefined;
  const inner = value.args[0]?.value;
  return inner?.kind === 'range' && !inner.step ? { written: inner, log: true } : undefined;
}

function readRange<C>(
  { name, type }: AxisSetting,
  { written, log }: Bounds,
  make: (value: AxisValue) => C,
  context: Context,
): Axis<C> | undefined {
  const { from, to, span } = written;
  if (type.kind !== 'number' && type.kind !== 'fraction' && type.kind !== 'duration') {
    const params = { name, takes: describeType(type), found: describeValue(written) };
    context.problems.add(report(specCodes, 'MED1202', params, { span }));
    return undefined;
  }
  const refuse = (reason: string) => {
    const text = `${from.value}${from.unit}..${to.value}${to.unit}`;
    context.problems.add(report(specCodes, 'MED1211', { text, reason }, { span }));
    return undefined;
  };
  if (from.side || to.side) return refuse('`before` and `after` belong to intervals of time');
  if (from.unit !== to.unit) return refuse('its numbers have different units');
  if (to.value <= from.value) return refuse('its end is not above its start');
  if (log && from.value <= 0) return refuse('numbers with a logarithm are above 0');
  const ends = [from, to].map((end) => readNumber(type, name, end, context));
  if (ends.some((end) => end === undefined)) return undefined;
  const whole = type.kind === 'number' && type.integer === true;
  const range: Range = { kind: 'range', low: from.value, high: to.value, log, whole };
  const at = (number: number) => {
    const value: NumberValue = { kind: 'number', value: number, unit: from.unit, span };
    // Between two values that fit every value does.
    const json = readNumber(type, name, value, context)!;
    return make({ value, json, text: formatValue(type, json) });
  };
  return { kind: 'range', range, at };
}

/** More points than anyone runs: each is at least one job per seed. */
const mostPoints = 10_000;

/** No point is empty. None at all where there would be too many, or too few: that is reported then. */
export function pointsOf<C>(
  axes: readonly Axis<C>[],
  mode: SweepMode,
  span: SourceSpan,
  context: Context,
): C[][] {
  if (mode.kind === 'search') return [];
  if (mode.kind === 'random') return drawn(axes, mode, span, context);
  const lists = axes.map((axis) => (axis.kind === 'list' ? axis.items : []));
  const cross = mode.kind === 'cross';
  const count = lists.reduce((total, { length }) => (cross ? total * length : total + length), cross ? 1 : 0);
  if (count > mostPoints) {
    context.problems.add(report(storeCodes, 'MED6131', { count, most: mostPoints }, { span }));
    return [];
  }
  const points = cross
    ? lists.reduce<C[][]>((all, list) => all.flatMap((done) => list.map((one) => [...done, one])), [[]])
    : lists.flatMap((list) => list.map((one) => [one]));
  return points.filter((point) => point.length > 0);
}

function drawn<C>(
  axes: readonly Axis<C>[],
  { points: count, seed }: SweepMode & { readonly kind: 'random' },
  span: SourceSpan,
  context: Context,
): C[][] {
  return drawDistinct(axes, count, seed, span, context).map((point) =>
    point.map((value, k) => {
      const axis = axes[k]!;
      return axis.kind === 'list' ? axis.items[value]! : axis.at(value);
    }),
  );
}

function spaceOf<C>(axis: Axis<C>): SpaceAxis {
  return axis.kind === 'list' ? { kind: 'list', count: axis.items.length } : axis.range;
}

/** None where a list was reported. Too few are reported. */
export function drawDistinct<C>(
  axes: readonly Axis<C>[],
  count: number,
  seed: number,
  span: SourceSpan,
  context: Context,
): Point[] {
  if (axes.length === 0 || axes.some((axis) => axis.kind === 'list' && axis.items.length === 0)) return [];
  const points = drawPoints(axes.map(spaceOf), count, seed);
  if (points.length < count)
    context.problems.add(report(spaceCodes, 'MED1431', { count, found: points.length }, { span }));
  return points;
}
