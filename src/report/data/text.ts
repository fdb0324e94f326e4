/** Draws what a dataset holds for a terminal of a given width. Pure: the caller writes the lines. */
import type { Description } from '../../stages/description.ts';
import { clip, wrap } from '../text.ts';
import { countsBy, countsText, formatCount, formatShare, formatTime, typeCounts } from './facts.ts';

export interface DescriptionAbout {
  /** `microservo("d3")`. */
  readonly source: string;
  /** From the manifest: title, licence, citation. */
  readonly facts: readonly (readonly [key: string, text: string])[];
}

export interface DescriptionTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
}

export function renderDescription(
  found: Description,
  about: DescriptionAbout,
  { width, color }: DescriptionTextOptions,
): string[] {
  const paint = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const [bold, dim, warn] = [paint('1'), paint('2'), paint('33')];
  const lines = [bold(clipped(`${about.source}${found.simulated ? ' (simulated)' : ''}`, width))];
  for (const [key, text] of about.facts)
    lines.push(...wrap(text, width, `${key.padEnd(9)} `, ' '.repeat(10)).map(dim));
  const windows =
    found.windowMs === 0
      ? 'one window a case'
      : `${found.windows} windows of ${found.windowMs / 1000} s a case`;
  lines.push(
    ...wrap(
      `${countsText(found)}; ${found.instances.length} instances, ${formatCount(found.kpis.length)} KPIs, ${formatCount(found.links.length)} links; ${windows}`,
      width,
      '',
      '',
    ),
  );
  lines.push('', ...renderTelemetry(found, width, bold));
  lines.push('', ...renderTypes(found, width, bold));
  lines.push('', ...renderDays(found, width, bold));
  lines.push('', ...renderCoverage(found, width, bold, dim));
  const remarks = remarksOn(found);
  if (remarks.length > 0)
    lines.push('', ...remarks.flatMap((remark) => wrap(remark, width, '! ', '  ')).map(warn));
  return lines;
}

const short = (text: string, room: number) => (text.length <= room ? text : clip(text, room));

const clipped = (text: string, width: number) => (text.length <= width ? text : clip(text, width));

/** Columns padded to their widest cell; numbers to the right. */
function columns(rows: readonly (readonly string[])[], width: number, left: number): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    clipped(
      row
        .map((cell, i) => (i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
      width,
    ),
  );
}

function renderTelemetry(found: Description, width: number, bold: (text: string) => string): string[] {
  const rows = Object.entries(found.modalities).map(([name, one]) => [
    name,
    formatCount(one.rows),
    formatCount(one.refused),
    formatCount(one.inCases),
    formatCount(one.instances),
    one.range ? `${formatTime(one.range[0])} .. ${formatTime(one.range[1])}` : '–',
  ]);
  const [head = '', ...rest] = columns(
    [['telemetry', 'rows', 'refused', 'in cases', 'instances', 'from .. to (UTC)'], ...rows],
    width,
    1,
  );
  return [bold(head), ...rest];
}

function renderTypes(found: Description, width: number, bold: (text: string) => string): string[] {
  const types = typeCounts(found);
  const most = Math.max(1, ...types.map(({ cases }) => cases));
  const label = Math.min(40, Math.max(5, ...types.map(({ type }) => type.length)));
  const barWidth = Math.max(5, Math.min(30, width - label - 36));
  return [
    bold(clipped(`${'types'.padEnd(label)}  cases  ${''.padEnd(barWidth)}  share  services  days`, width)),
    ...types.map(({ type, cases, services, days }) => {
      const bar = '█'.repeat(Math.max(cases > 0 ? 1 : 0, Math.round((cases / most) * barWidth)));
      const share = formatShare(found.cases.length > 0 ? cases / found.cases.length : 0);
      return clipped(
        `${clip(type, label)}  ${formatCount(cases).padStart(5)}  ${bar.padEnd(barWidth)}  ${share.padStart(5)}  ${String(services).padStart(8)}  ${String(days).padStart(4)}`,
        width,
      );
    }),
  ];
}

/** Rows are days and services, where the labels say them; columns are types. */
function renderDays(found: Description, width: number, bold: (text: string) => string): string[] {
  const sections = (['day', 'service'] as const).flatMap((key) => {
    const rows = countsBy(found, key).filter(({ name }) => name !== '');
    if (rows.length === 0) return [];
    const shown = rows.slice(0, 31);
    const longest = Math.max(...shown.map(({ name }) => name.length));
    const room = Math.max(4, Math.floor((width - longest) / Math.max(1, found.classes.length)) - 2);
    const [head = '', ...rest] = columns(
      [
        [key, ...found.classes.map((type) => short(type, room))],
        ...shown.map(({ name, counts }) => [name, ...counts.map((n) => (n === 0 ? '·' : String(n)))]),
      ],
      width,
      1,
    );
    const more = rows.length - shown.length;
    return [[bold(head), ...rest, ...(more > 0 ? [`… ${more} more`] : [])]];
  });
  return sections.flatMap((section, i) => (i > 0 ? ['', ...section] : section));
}

const shades = ['·', '░', '▒', '▓', '█'] as const;

/** One character a window; several windows share one where the terminal is narrow (the lowest share counts). */
function renderCoverage(
  found: Description,
  width: number,
  bold: (text: string) => string,
  dim: (text: string) => string,
): string[] {
  const room = Math.max(10, width - 28);
  const perCell = Math.ceil(found.windows / room);
  const rows = Object.entries(found.modalities).map(([name, { coverage, casesWithout }]) => {
    const cells: string[] = [];
    for (let from = 0; from < coverage.length; from += perCell) {
      const lowest = Math.min(...coverage.slice(from, from + perCell));
      const shade = lowest === 0 ? 0 : lowest === 1 ? 4 : 1 + Math.floor(lowest * 2.999);
      cells.push(shades[shade] ?? '·');
    }
    const mean = coverage.reduce((a, b) => a + b, 0) / Math.max(1, coverage.length);
    const without = casesWithout > 0 ? `, ${casesWithout} cases without` : '';
    return clipped(`${name.padEnd(6)}  ${cells.join('')}  ${formatShare(mean)}${without}`, width);
  });
  const each = perCell === 1 ? 'each window' : `${perCell} windows a sign`;
  return [
    bold(clipped(`coverage: share of the cases with a record in ${each}`, width)),
    ...rows,
    dim(clipped('        · none  ░ under a third  ▒ under two thirds  ▓ nearly all  █ all', width)),
  ];
}

function remarksOn(found: Description): string[] {
  const remarks: string[] = [];
  const { refused } = found;
  if (refused.length > 0) {
    const names = refused.slice(0, 3).map(({ id, reason }) => `${id} (${reason})`);
    remarks.push(`${refused.length} labels refused: ${names.join('; ')}${refused.length > 3 ? '; …' : ''}`);
  }
  for (const [name, { rows, refused: bad }] of Object.entries(found.modalities))
    if (bad > 0) remarks.push(`${name}: ${formatCount(bad)} of ${formatCount(rows)} rows refused`);
  if (found.groups < found.cases.length)
    remarks.push(
      `the intervals of some cases overlap: ${found.cases.length} cases are ${found.groups} groups that stay on one side of a split`,
    );
  return remarks;
}
