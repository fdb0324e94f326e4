/**
 * What all charts share: one SVG as wide as a phone, which a reader without eyes hears as its title and description, texts
 * that fit, axes, and a legend. Colours are classes; the page's style says what they are by day and by night.
 */
import type { ScaleContinuousNumeric } from 'd3-scale';
import { type Content, element, type Markup } from '../../markup.ts';

/** Pixels at which letters have their natural size: several charts stand side by side where there is room. */
export const chartWidth = 360;

/** Letters of the chart's 11 pixels are about this wide. */
const letter = 6;

export interface Drawing {
  readonly title: string;
  /** The same in words, for whoever does not see it. */
  readonly description: string;
  readonly width?: number;
  readonly height: number;
}

export function drawing(
  { title, description, width = chartWidth, height }: Drawing,
  ...parts: Content[]
): Markup {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      ...(width > chartWidth ? { style: `min-width: ${Math.ceil(width)}px` } : {}),
    },
    element('title', {}, title),
    element('desc', {}, description),
    ...parts,
  );
}

export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'middle' | 'end' | undefined;
  readonly kind?: string | undefined;
  /** Pixels it may take: a longer text ends with an ellipsis and is whole where the pointer rests on it. */
  readonly room?: number;
}

export function text(
  content: string,
  { x, y, anchor, kind, room = Number.POSITIVE_INFINITY }: TextPlace,
): Markup {
  const most = Math.max(2, Math.floor(room / letter));
  const short = [...content].length > most ? `${[...content].slice(0, most - 1).join('')}…` : content;
  return element(
    'text',
    { x, y, 'text-anchor': anchor, class: kind },
    short,
    short === content ? undefined : element('title', {}, content),
  );
}

/** Text around `x` that takes `half` the pixels on either side, or on one side where the chart ends. */
export function besideEdge(x: number, half: number): Pick<TextPlace, 'x' | 'anchor'> {
  if (x < half) return { x };
  return { x, anchor: x > chartWidth - half ? 'end' : 'middle' };
}

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): Markup =>
  element('line', { x1, y1, x2, y2, class: kind });

/** Class of the nth colour. */
export const colourOf = (place: number) => `c${place % 8}`;

export interface LegendEntry {
  readonly name: string;
  /** Classes of its sample. */
  readonly kind: string;
}

/** Samples of lines with their names, in as many lines as they need; says how high it is. */
export function legend(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
): { parts: Markup[]; height: number } {
  let [x, y] = [left, top + 8];
  const parts = entries.flatMap(({ name, kind }) => {
    const room = Math.min(chartWidth - left - 30, [...name].length * letter + 2);
    if (x > left && x + 24 + room > chartWidth) [x, y] = [left, y + 16];
    const sample = [line(x, y, x + 16, y, `curve ${kind}`), text(name, { x: x + 20, y: y + 4, room })];
    x += 32 + room;
    return sample;
  });
  return { parts, height: entries.length === 0 ? 0 : y - top + 12 };
}

type Axis = Pick<ScaleContinuousNumeric<number, number>, 'ticks' | 'tickFormat'> &
  ((value: number) => number);

/** Where an axis has round values, and how they read. */
export function valueTicks(
  scale: Axis,
  count: number,
  whole = false,
): { readonly at: number; readonly label: string }[] {
  const format = whole ? String : scale.tickFormat(count);
  const values = scale.ticks(count).filter((value) => !whole || Number.isInteger(value));
  return values.flatMap((value) => {
    const label = format(value);
    return label === '' ? [] : [{ at: scale(value), label }];
  });
}
