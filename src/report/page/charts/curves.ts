/** Lines over an axis, with the band they come from: losses and θ over epochs, scores over the values of a sweep. */
import { scaleLinear, scalePoint } from 'd3-scale';
import { area, line as path } from 'd3-shape';
import { element, type Markup } from '../../markup.ts';
import { besideEdge, chartWidth, drawing, legend, line, text, valueTicks } from './frame.ts';

export interface CurvePoint {
  readonly x: number | string;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface Curve {
  readonly name: string;
  /** Class of its colour, and `dashed`. */
  readonly kind: string;
  readonly points: readonly CurvePoint[];
  /** Dots at the points: where they are few and lie apart. */
  readonly dots?: true;
  /** The legend leaves it out: the caption says what it is. */
  readonly unnamed?: true;
}

export interface Curves {
  readonly title: string;
  readonly description: string;
  readonly xName: string;
  readonly yName: string;
  readonly curves: readonly Curve[];
  /** Places on the x axis that somebody named. */
  readonly marks?: readonly { readonly x: number | string; readonly label: string }[];
  /** Zero belongs to it. */
  readonly fromZero?: boolean;
}

const [left, right, plotHeight] = [40, 10, 150];

export function drawCurves(what: Curves): Markup {
  const { curves, marks = [], fromZero } = what;
  const points = curves.flatMap((curve) => curve.points);
  const heights = points.flatMap(({ y, low = y, high = y }) => [low, high]);
  const [low, high] = [Math.min(...heights, ...(fromZero ? [0] : [])), Math.max(...heights)];
  const named = legend(
    curves.filter(({ unnamed }) => !unnamed),
    left,
    14,
  );
  const top = 14 + named.height + (marks.length > 0 ? 16 : 4);
  const bottom = top + plotHeight;
  const y = scaleLinear()
    .domain(low === high ? [low - 0.05, high + 0.05] : [low, high])
    .range([bottom, top])
    .nice(4);
  const x = horizontal([...points.map((point) => point.x), ...marks.map((mark) => mark.x)]);
  return drawing(
    { title: what.title, description: what.description, height: bottom + 36 },
    text(what.yName, { x: 2, y: 10, kind: 'soft', room: chartWidth }),
    named.parts,
    valueTicks(y, 4).flatMap(({ at, label }) => [
      line(left, at, chartWidth - right, at, 'grid'),
      text(label, { x: left - 5, y: at + 4, anchor: 'end', kind: 'soft' }),
    ]),
    x.ticks.map(({ at, label }) =>
      text(label, { x: at, y: bottom + 15, anchor: 'middle', kind: 'soft', room: x.room }),
    ),
    text(what.xName, {
      x: chartWidth - right,
      y: bottom + 31,
      anchor: 'end',
      kind: 'soft',
      room: chartWidth - left,
    }),
    marks.flatMap(({ x: where, label }) => [
      line(x.at(where), top - 4, x.at(where), bottom, 'mark'),
      text(label, { ...besideEdge(x.at(where), 45), y: top - 8, kind: 'soft', room: 90 }),
    ]),
    curves.map((curve) => drawCurve(curve, x.at, y)),
  );
}

function drawCurve(
  { kind, points, dots }: Curve,
  x: (value: number | string) => number,
  y: (value: number) => number,
) {
  const band = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  const d =
    path<CurvePoint>(
      (point) => x(point.x),
      (point) => y(point.y),
    ).digits(1)(points) ?? '';
  const filled = area<CurvePoint>(
    (point) => x(point.x),
    (point) => y(point.low ?? point.y),
    (point) => y(point.high ?? point.y),
  ).digits(1)(band);
  return element(
    'g',
    {},
    dots
      ? band.map(({ x: where, low = 0, high = 0 }) =>
          line(x(where), y(low), x(where), y(high), `whisker ${kind}`),
        )
      : element('path', { d: filled ?? '', class: `band ${kind}` }),
    element('path', { d, class: `curve ${kind}` }),
    dots || points.length === 1
      ? points.map((point) =>
          element('circle', { cx: x(point.x), cy: y(point.y), r: 3, class: `point ${kind}` }),
        )
      : undefined,
  );
}

interface Horizontal {
  readonly at: (value: number | string) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Pixels of a tick's label. */
  readonly room: number;
}

/** Numbers lie where they are; other values lie side by side. */
function horizontal(values: readonly (number | string)[]): Horizontal {
  const span: [number, number] = [left + 6, chartWidth - right - 6];
  if (values.every((value) => typeof value === 'number')) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const scale = scaleLinear()
      .domain(low === high ? [low - 1, high + 1] : [low, high])
      .range(span);
    const ticks = valueTicks(scale, 6, values.every(Number.isInteger));
    return { at: (value) => scale(Number(value)), ticks, room: 60 };
  }
  const names = [...new Set(values.map(String))];
  const scale = scalePoint<string>().domain(names).range(span).padding(0.5);
  const ticks = names.map((name) => ({ at: scale(name) ?? left, label: name }));
  return { at: (value) => scale(String(value)) ?? left, ticks, room: scale.step() - 4 };
}
