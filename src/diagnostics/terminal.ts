/**
 * Draws a diagnostic for a terminal: head line with place, the line of source with carets, notes, one repair.
 * Pure: the caller finds the source and chooses colours.
 */

import { lineText, positionAt, type SourceFile, type SourceSpan } from '../text/source.ts';
import { visible } from '../text/visible.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';

export interface RenderOptions {
  readonly source: (name: string) => SourceFile | undefined;
  readonly color: boolean;
}

type Paint = (text: string) => string;

const codes: Readonly<Record<Severity | 'dim' | 'bold', string>> = {
  error: '1;31',
  warning: '1;33',
  notice: '1;36',
  dim: '2',
  bold: '1',
};

/** Column at which the place of the head line starts if the message leaves room. */
const placeColumn = 52;

export function renderDiagnostic(given: Diagnostic, options: RenderOptions): string {
  const diagnostic = safe(given);
  const paint = (kind: keyof typeof codes): Paint =>
    options.color ? (text) => `\u001b[${codes[kind]}m${text}\u001b[0m` : (text) => text;
  const strong = paint(diagnostic.severity);
  const dim = paint('dim');
  const file = diagnostic.span ? options.source(diagnostic.span.file) : undefined;

  const head = `${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`;
  const place = diagnostic.span ? placeOf(diagnostic.span, file) : (diagnostic.place ?? '');
  const gap = place ? ' '.repeat(Math.max(2, placeColumn - head.length)) : '';
  const tag = `${diagnostic.severity} ${diagnostic.code}`;
  const lines = [`${strong(tag)}${paint('bold')(head.slice(tag.length))}${gap}${dim(place)}`];

  if (diagnostic.span && file)
    lines.push('', ...excerpt(diagnostic.span, file, diagnostic.label ?? '', strong, dim));
  for (const related of diagnostic.related ?? []) {
    const other = options.source(related.span.file);
    lines.push('', `  ${related.message}  ${dim(placeOf(related.span, other))}`);
    if (other) lines.push('', ...excerpt(related.span, other, '', dim, dim));
  }
  const tail = [...(diagnostic.notes ?? []), ...(diagnostic.fix ? [diagnostic.fix] : [])];
  if (tail.length > 0) lines.push('', ...tail.map((line) => `  ${line}`));
  return lines.join('\n');
}

/** Names, labels and log lines that a message repeats are anyone's. */
function safe(one: Diagnostic): Diagnostic {
  const { message, place, label, notes, fix } = one;
  return {
    ...one,
    message: visible(message),
    ...(place === undefined ? {} : { place: visible(place) }),
    ...(label === undefined ? {} : { label: visible(label) }),
    ...(notes === undefined ? {} : { notes: notes.map(visible) }),
    ...(fix === undefined ? {} : { fix: visible(fix) }),
  };
}

/** Of a line that no window holds only the surroundings of the mark are worth a look. */
const excerptWidth = 400;

function around(line: string, column: number): { raw: string; column: number; more: string } {
  if (line.length <= excerptWidth) return { raw: line, column, more: '' };
  const from = Math.max(0, Math.min(column - excerptWidth / 4, line.length - excerptWidth));
  const raw = line.slice(from, from + excerptWidth);
  const more = from + excerptWidth < line.length ? '…' : '';
  return { raw: from > 0 ? `…${raw.slice(1)}` : raw, column: column - from, more };
}

function placeOf(span: SourceSpan, file: SourceFile | undefined): string {
  if (span.file.startsWith('--')) return 'command line';
  if (!file) return span.file;
  const { line, column } = positionAt(file, span.start);
  return `${span.file}:${line}:${column}`;
}

/** The first line of the span with carets under it; a span over several lines is marked to the end of its first. */
function excerpt(span: SourceSpan, file: SourceFile, label: string, strong: Paint, dim: Paint): string[] {
  const position = positionAt(file, span.start);
  const { line } = position;
  const { raw, column, more } = around(lineText(file, line), position.column);
  const number = String(line);
  const margin = ' '.repeat(number.length);
  const end = Math.max(column, Math.min(column - 1 + span.end - span.start, raw.length));
  // Tabs stay tabs under the text, so that the carets stand where the text does.
  const indent = raw.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, end - column + 1));
  return [
    `  ${dim(`${number} |`)} ${visible(raw).replace(/\s+$/, '')}${more}`,
    `  ${dim(`${margin} |`)} ${indent}${strong(label ? `${carets} ${label}` : carets)}`,
  ];
}
