/** Reads one value of a syntax tree as what its setting takes, or reports why it cannot be that. */
import type { NumberRange, ValueType } from '../catalog/types.ts';
import { durationUnits } from '../catalog/units.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { NumberValue, Value } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { describeType, describeValue } from './describe.ts';
import { maskCall, readMask } from './masks.ts';
import { expandRange } from './ranges.ts';

/** Every type but calls, which `settings.ts` reads argument by argument. */
export type PlainType = Exclude<ValueType, { kind: 'call' }>;

/** Undefined where the value does not fit: it is reported then. */
export function readValue(type: PlainType, name: string, value: Value, context: Context): Json | undefined {
  switch (type.kind) {
    case 'number':
    case 'fraction':
    case 'duration':
      if (type.kind === 'fraction' && type.all && value.kind === 'name' && value.text === 'all') return 1;
      return value.kind === 'number' && !value.side
        ? readNumber(type, name, value, context)
        : mismatch(type, name, value, context);
    case 'text':
      return value.kind === 'string' ? value.text : mismatch(type, name, value, context);
    case 'choice':
    case 'reference': {
      if (type.kind === 'reference' && type.to === 'row' && value.kind === 'string') return value.text;
      if (value.kind !== 'name') return mismatch(type, name, value, context);
      if (type.kind === 'reference' || type.of.some((word) => word.name === value.text)) return value.text;
      const known = type.of.map((word) => word.name);
      const nearest = nearestName(value.text, known);
      context.problems.add(
        report(
          specCodes,
          'MED1207',
          { name, found: value.text, known, ...(nearest ? { nearest } : {}) },
          { span: value.span },
        ),
      );
      return undefined;
    }
    case 'mask': {
      if (value.kind === 'name') return readValue({ kind: 'choice', of: type.of }, name, value, context);
      const call = maskCall(value);
      return call ? readMask(call, context) : mismatch(type, name, value, context);
    }
    case 'list':
      return readList(type, name, value, context);
    case 'integers':
      return readIntegers(type, name, value, context);
    case 'around':
      return readAround(type, name, value, context);
  }
}

function mismatch(type: ValueType, name: string, value: Value, context: Context): undefined {
  const params = { name, takes: describeType(type), found: describeValue(value) };
  context.problems.add(report(specCodes, 'MED1202', params, { span: value.span }));
  return undefined;
}

type NumericType = Extract<ValueType, { kind: 'number' | 'fraction' | 'duration' }>;

/** A number with its unit, within its range: fractions as 0..1, durations as milliseconds. */
export function readNumber(
  type: NumericType,
  name: string,
  value: NumberValue,
  context: Context,
): number | undefined {
  const factor = unitFactor(type, value.unit);
  if (factor === undefined) {
    const suggestions =
      type.kind === 'duration' && !value.unit ? `write ${value.value}s or ${value.value}m` : undefined;
    const units =
      type.kind === 'duration'
        ? `a duration in ${Object.keys(durationUnits).join(', ')}`
        : type.kind === 'fraction'
          ? 'a share, as `20%` or `0.2`'
          : 'a number without a unit';
    const params = { name, found: `${value.value}${value.unit}`, unit: value.unit, takes: units };
    context.problems.add(
      report(specCodes, 'MED1206', suggestions ? { ...params, fix: suggestions } : params, {
        span: value.span,
      }),
    );
    return undefined;
  }
  const number = Number((value.value * factor).toPrecision(15));
  const whole = type.kind !== 'number' || !type.integer || Number.isInteger(number);
  if (!Number.isFinite(number) || !whole || !inRange(type, number)) {
    const params = { name, takes: describeType(type), found: `${value.value}${value.unit}` };
    context.problems.add(report(specCodes, 'MED1203', params, { span: value.span }));
    return undefined;
  }
  return number;
}

function unitFactor(type: NumericType, unit: string): number | undefined {
  if (type.kind === 'duration') return Object.hasOwn(durationUnits, unit) ? durationUnits[unit] : undefined;
  if (type.kind === 'fraction' && unit === '%') return 0.01;
  return unit === '' ? 1 : undefined;
}

function inRange(range: NumberRange, value: number): boolean {
  return (
    value >= (range.min ?? Number.NEGATIVE_INFINITY) &&
    value <= (range.max ?? Number.POSITIVE_INFINITY) &&
    value > (range.above ?? Number.NEGATIVE_INFINITY) &&
    value < (range.below ?? Number.POSITIVE_INFINITY)
  );
}

function readList(
  type: Extract<ValueType, { kind: 'list' }>,
  name: string,
  value: Value,
  context: Context,
): Json | undefined {
  if (type.of.kind === 'call' || value.kind !== 'list') return mismatch(type, name, value, context);
  const inner: PlainType = type.of;
  if (value.items.length < (type.atLeast ?? 0)) return mismatch(type, name, value, context);
  const items = value.items.map((item) => readValue(inner, name, item, context));
  if (items.some((item) => item === undefined)) return undefined;
  return noneTwice(items as Json[], name, value.items, context);
}

function readIntegers(
  type: Extract<ValueType, { kind: 'integers' }>,
  name: string,
  value: Value,
  context: Context,
): Json | undefined {
  const numbers: readonly Value[] | undefined =
    value.kind === 'list'
      ? value.items
      : value.kind === 'range'
        ? expandRange(value, context)
        : value.kind === 'number'
          ? [value]
          : undefined;
  if (!numbers) return value.kind === 'range' ? undefined : mismatch(type, name, value, context);
  if (numbers.length === 0) return mismatch(type, name, value, context);
  const each: PlainType = { kind: 'number', integer: true, min: type.min, max: 2 ** 31 - 1 };
  const items = numbers.map((item) => readValue(each, name, item, context));
  if (items.some((item) => item === undefined)) return undefined;
  return noneTwice(items as Json[], name, numbers, context);
}

function noneTwice(
  items: readonly Json[],
  name: string,
  values: readonly Value[],
  context: Context,
): Json | undefined {
  const at = items.findIndex((item, i) => items.indexOf(item) < i);
  if (at < 0) return items;
  const span = values[at]!.span;
  context.problems.add(report(specCodes, 'MED1212', { name, found: `\`${String(items[at])}\`` }, { span }));
  return undefined;
}

function readAround(
  type: Extract<ValueType, { kind: 'around' }>,
  name: string,
  value: Value,
  context: Context,
): Json | undefined {
  if (value.kind !== 'range' || value.from.side !== 'before' || value.to.side !== 'after' || value.step)
    return mismatch(type, name, value, context);
  const each = { kind: 'duration', min: 0 } as const;
  const before = readNumber(each, name, value.from, context);
  const after = readNumber(each, name, value.to, context);
  if (before === undefined || after === undefined) return undefined;
  return before + after > 0 ? { before, after } : mismatch(type, name, value, context);
}
