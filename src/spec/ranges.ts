/** `0.1..0.9 step 0.1` → its numbers, both ends included. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { NumberValue, RangeValue } from '../syntax/ast.ts';
import type { Context } from './context.ts';

/** More than anyone sweeps: a slip of the pen such as `1..1000000`. */
const most = 10_000;

/** Undefined where it is no range: it is reported then. */
export function expandRange(range: RangeValue, context: Context): NumberValue[] | undefined {
  const { from, to, step } = range;
  const refuse = (reason: string) => {
    const text = `${from.value}${from.unit}..${to.value}${to.unit}${step ? ` step ${step.value}${step.unit}` : ''}`;
    context.problems.add(report(specCodes, 'MED1211', { text, reason }, { span: range.span }));
    return undefined;
  };
  if (from.side || to.side) return refuse('`before` and `after` belong to intervals of time');
  if (from.unit !== to.unit || (step && step.unit !== from.unit))
    return refuse('its numbers have different units');
  if (to.value < from.value) return refuse('its end is below its start');
  const whole = Number.isInteger(from.value) && Number.isInteger(to.value);
  if (!step && !whole) return refuse('say how far apart: `step 0.1`');
  const by = step?.value ?? 1;
  if (by <= 0) return refuse('its step has to be above 0');
  const count = (to.value - from.value) / by;
  if (Math.abs(count - Math.round(count)) > 1e-9) return refuse('its step does not reach its end');
  if (count >= most) return refuse(`that is ${Math.round(count) + 1} values; ${most} are the most`);
  return Array.from({ length: Math.round(count) + 1 }, (_, i) => ({
    kind: 'number' as const,
    value: Number((from.value + i * by).toPrecision(12)),
    unit: from.unit,
    span: range.span,
  }));
}
