/** One line per row: a value, how far it reaches, and what was published of it. Scores with intervals, times with percentiles. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { element, type Markup } from '../../markup.ts';
import { besideEdge, chartWidth, drawing, line, text, valueTicks } from './frame.ts';

export interface RangeRow {
  readonly label: string;
  readonly value: number;
  /** Ends of the line; absent where nobody knows. */
  readonly range?: readonly [low: number, high: number];
  /** A number of a paper. */
  readonly published?: number;
  /** Drawn full: it is among the best. */
  readonly full: boolean;
  /** The number in words. */
  readonly says: string;
}

export interface Ranges {
  readonly title: string;
  readonly rows: readonly RangeRow[];
  /** Times spread over powers of ten. */
  readonly scale: 'linear' | 'log';
  /** How a tick of the axis reads. */
  readonly tick?: (value: number) => string;
}

const [rowHeight, edge] = [34, 8];

export function drawRanges({ title, rows, scale: kind, tick }: Ranges): Markup {
  const values = rows.flatMap(({ value, range = [], published = value }) => [value, published, ...range]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bottom = rows.length * rowHeight + 6;
  const span: [number, number] = [edge, chartWidth - edge];
  const scale =
    kind === 'log'
      ? scaleLog()
          .domain([low / 1.3, high * 1.3])
          .range(span)
          .nice()
      : scaleLinear()
          .domain(low === high ? [low - 0.05, high + 0.05] : [low, high])
          .range(span)
          .nice(5);
  const ticks = valueTicks(scale, 5).map(({ at, label }) => ({
    at,
    label: tick ? tick(scale.invert(at)) : label,
  }));
  return drawing(
    {
      title,
      description: rows.map(({ label, says }) => `${label}: ${says}.`).join(' '),
      height: bottom + 20,
    },
    apart(ticks).flatMap(({ at, label }) => [
      line(at, 0, at, bottom, 'grid'),
      text(label, { ...besideEdge(at, 24), y: bottom + 14, kind: 'soft' }),
    ]),
    rows.map((row, i) => drawRow(row, i * rowHeight, scale)),
  );
}

/** Without those whose labels would run into the one before. */
function apart<T extends { readonly at: number }>(ticks: readonly T[]): T[] {
  let last = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ at }) => {
    if (at - last < 56) return false;
    last = at;
    return true;
  });
}

function drawRow(row: RangeRow, top: number, scale: (value: number) => number): Markup {
  const { label, value, range, published, full, says } = row;
  const [x, y] = [scale(value), top + 24];
  const room = chartWidth - 2 * edge;
  const taken = Math.min(room * 0.62, says.length * 6 + 10);
  return element(
    'g',
    {},
    text(label, { x: edge, y: top + 13, room: room - taken, kind: full ? 'strong' : undefined }),
    text(says, { x: chartWidth - edge, y: top + 13, anchor: 'end', kind: 'soft', room: taken }),
    range ? line(scale(range[0]), y, scale(range[1]), y, 'reach') : undefined,
    element('circle', { cx: x, cy: y, r: 4.5, class: full ? 'dot' : 'dot hollow' }),
    published === undefined ? undefined : diamond(scale(published), y),
  );
}

const diamond = (x: number, y: number) =>
  element('path', { d: `M${x.toFixed(2)} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z`, class: 'published' });
