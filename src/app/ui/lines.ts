/** Lines of a screen: text with tones, before anything is drawn. Pure; `terminal.tsx` hands them to Ink. */
import { clip } from '../../report/text.ts';
import { visible } from '../../text/visible.ts';

export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'busy' | 'warn' | 'chosen';
export interface Segment {
  readonly text: string;
  readonly tone: Tone;
}
export type ScreenLine = readonly Segment[];

export interface Window {
  readonly columns: number;
  readonly rows: number;
}

export const seg = (text: string, tone: Tone = 'plain'): Segment => ({ text, tone });

export const plainText = (line: ScreenLine): string => line.map((segment) => segment.text).join('');

/** Cuts a line at the window's edge. What would steer the terminal (names and log text are anyone's) becomes a sign. */
export function cutLine(line: ScreenLine, columns: number): ScreenLine {
  const kept: Segment[] = [];
  let left = columns;
  for (const segment of line) {
    if (left <= 0) break;
    const safe = visible(segment.text).replace(/[\n\t]/g, ' ');
    const text = safe.length <= left ? safe : clip(safe, left);
    kept.push({ ...segment, text });
    left -= text.length;
  }
  return kept;
}

/**
 * Fills a window: `head`, as much of `body` as there is room for, `foot`. One row stays free, because a full window scrolls.
 */
export function fillWindow(
  window: Window,
  head: readonly ScreenLine[],
  body: readonly ScreenLine[],
  foot: readonly ScreenLine[],
): ScreenLine[] {
  const rows = Math.max(4, window.rows - 1);
  const room = Math.max(0, rows - head.length - foot.length);
  const shown = body.slice(0, room);
  const empty = Array.from({ length: room - shown.length }, (): ScreenLine => []);
  return [...head, ...shown, ...empty, ...foot].slice(0, rows).map((line) => cutLine(line, window.columns));
}

/** `room` lines from `first` on, and how many lie above and below where there are more. */
export function scrolled(lines: readonly ScreenLine[], first: number, room: number): ScreenLine[] {
  if (lines.length <= room) return [...lines];
  const shown = Math.max(1, room - 1);
  const begin = Math.max(0, Math.min(first, lines.length - shown));
  const below = lines.length - shown - begin;
  return [...lines.slice(begin, begin + shown), [seg(`↑ ${begin} above   ↓ ${below} below`, 'dim')]];
}
