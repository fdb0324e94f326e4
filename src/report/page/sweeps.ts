/** Points of a sweep as curves of weighted F1: over each setting that several points share, the others held. Pure. */
import type { Json } from '../../stages/stage.ts';
import type { RecordedRow } from '../recorded.ts';
import type { Curve, CurvePoint, Curves } from './charts/curves.ts';
import { colourOf } from './charts/frame.ts';

type Chart = Pick<Curves, 'xName' | 'curves' | 'marks'> & { readonly hidden: number };

/** More lines than colours cannot be told apart; the table has them all. */
const mostCurves = 8;

/** No score is outside 0 and 1, though an interval over few seeds may be. */
export const cut = (score: number) => Math.max(0, Math.min(1, score));

/** A chart per setting. Points that say several settings are a line for each combination of the others. */
export function sweepCharts(rows: readonly RecordedRow[]): Chart[] {
  const points = rows.filter(({ row }) => row.result.point && row.result.scores.f1_weighted);
  const settings = [...new Set(points.flatMap(({ row }) => Object.keys(row.result.point ?? {})))];
  return settings.flatMap((setting) => {
    const own = points.filter(({ row }) => row.result.point?.[setting] !== undefined);
    const groups = new Map<string, RecordedRow[]>();
    for (const one of own)
      groups.set(lineName(one, setting), [...(groups.get(lineName(one, setting)) ?? []), one]);
    const lines = [...groups].filter(([, list]) => list.length > 1);
    if (lines.length === 0) return [];
    const marks = own.flatMap(({ row }) => {
      const note = row.result.published?.note;
      const value = row.result.point?.[setting];
      return note === undefined || value === undefined
        ? []
        : [{ x: placeOf(value), label: `paper: ${note}` }];
    });
    return [
      {
        xName: setting,
        curves: lines.slice(0, mostCurves).map(([name, list], i) => curveOf(name, list, setting, i)),
        marks: marks.filter(({ x }, i) => marks.findIndex((other) => other.x === x) === i),
        hidden: Math.max(0, lines.length - mostCurves),
      },
    ];
  });
}

/** The variant, the settings that are held, and the run: `full mao.beta=0.3 #2`. */
function lineName({ row, label }: RecordedRow, setting: string): string {
  const held = Object.entries(row.result.point ?? {}).flatMap(([path, value]) =>
    path === setting ? [] : [`${path}=${placeOf(value)}`],
  );
  return [label.split(' ')[0], ...held, row.run].filter(Boolean).join(' ');
}

function curveOf(name: string, rows: readonly RecordedRow[], setting: string, place: number): Curve {
  const points = rows.flatMap(({ row }): CurvePoint[] => {
    const score = row.result.scores.f1_weighted;
    const value = row.result.point?.[setting];
    if (!score || value === undefined) return [];
    const [low, high] = score.interval?.map(cut) ?? [];
    return [
      { x: placeOf(value), y: score.mean, ...(low === undefined || high === undefined ? {} : { low, high }) },
    ];
  });
  const numeric = points.every(({ x }) => typeof x === 'number');
  return {
    name,
    kind: colourOf(place),
    points: numeric ? points.sort((a, b) => Number(a.x) - Number(b.x)) : points,
    dots: true,
  };
}

const placeOf = (value: Json): number | string =>
  typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value);
