/**
 * Draws a dataset as one SVG: cases over time per type, class bars, coverage per modality and window. Light or dark as the
 * viewer prefers. Rows are labelled, so colour carries nothing but the share of covered cases.
 */

import type { Description } from '../../stages/description.ts';
import { escapeMarkup } from '../markup.ts';
import { countsText, formatCount, formatShare, formatTime, typeCounts } from './facts.ts';

const width = 960;
const margin = 24;
const rowHeight = 22;
const labelWidth = 190;
const barSpace = 190;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 16px; font-weight: 600; }
  .head { font-weight: 600; }
  .soft { fill: #57606a; font-size: 11px; }
  .line { stroke: #d0d7de; stroke-width: 1; }
  .mark { fill: #0969da; }
  .dot { fill: #0969da; fill-opacity: 0.55; }
  .cell { stroke: #ffffff; stroke-width: 1; }
  .empty { fill: #eaeef2; }
  .back { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .soft { fill: #9198a1; }
    .line { stroke: #3d444d; }
    .mark { fill: #4493f8; }
    .dot { fill: #4493f8; }
    .cell { stroke: #0d1117; }
    .empty { fill: #21262d; }
    .back { fill: #0d1117; }
  }`;

export function drawDescription(found: Description, source: string): string {
  const parts: string[] = [];
  let y = margin + 14;
  parts.push(text(margin, y, `${source}${found.simulated ? ' (simulated)' : ''}`, 'title'));
  y += 20;
  const facts = `${countsText(found)}, ${found.instances.length} instances, ${formatCount(found.kpis.length)} KPIs, ${formatCount(found.links.length)} links`;
  parts.push(text(margin, y, facts, 'soft'));
  y += 32;
  const timeline = drawCases(found, y);
  parts.push(timeline.svg);
  const coverage = drawCoverage(found, timeline.bottom + 34);
  parts.push(coverage.svg);
  const height = coverage.bottom + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(`What ${source} holds`)}">
<style>${style}
</style>
<rect class="back" width="${width}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}

interface Drawn {
  readonly svg: string;
  readonly bottom: number;
}

function drawCases(found: Description, top: number): Drawn {
  const [left, right] = [margin + labelWidth, width - margin - barSpace];
  const types = typeCounts(found);
  const most = Math.max(1, ...types.map(({ cases }) => cases));
  // Labels without times have no day.
  const timed = found.cases.filter(({ day }) => day !== '');
  const times = timed.map(({ injected }) => injected);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const ticks = times.length > 0 ? timeTicks(first, last) : [];
  const x = (time: number) =>
    last > first ? left + ((time - first) / (last - first)) * (right - left) : (left + right) / 2;
  const parts = [
    text(margin, top, timed.length > 0 ? 'Cases over time (UTC)' : 'Cases have no times', 'head'),
    text(right + 20, top, 'Cases per type', 'head'),
  ];
  const from = top + 12;
  const bottom = from + types.length * rowHeight;
  for (const { time, label } of ticks) {
    parts.push(`<line class="line" x1="${px(x(time))}" x2="${px(x(time))}" y1="${from}" y2="${bottom}"/>`);
    parts.push(text(x(time), bottom + 16, label, 'soft', 'middle'));
  }
  types.forEach(({ type, cases }, label) => {
    const middle = from + label * rowHeight + rowHeight / 2;
    parts.push(text(left - 12, middle + 4, short(type), '', 'end', type));
    for (const { injected, id, label: own } of timed)
      if (own === label)
        parts.push(
          `<circle class="dot" cx="${px(x(injected))}" cy="${middle}" r="4"><title>${escapeMarkup(`${id}: ${type}`)}</title></circle>`,
        );
    const length = (cases / most) * (barSpace - 80);
    parts.push(
      `<rect class="mark" x="${right + 20}" y="${middle - 6}" width="${px(length)}" height="12" rx="2"/>`,
      text(
        right + 26 + length,
        middle + 4,
        `${cases} (${formatShare(cases / Math.max(1, found.cases.length))})`,
        'soft',
      ),
    );
  });
  return { svg: parts.join('\n'), bottom: bottom + 16 };
}

function drawCoverage(found: Description, top: number): Drawn {
  const [left, right] = [margin + labelWidth, width - margin - barSpace];
  const cell = (right - left) / Math.max(1, found.windows);
  const parts = [text(margin, top, 'Coverage: share of the cases with a record in each window', 'head')];
  const from = top + 12;
  const rows = Object.entries(found.modalities);
  rows.forEach(([name, { coverage, inCases, casesWithout }], row) => {
    const y = from + row * rowHeight;
    parts.push(text(left - 12, y + rowHeight / 2 + 4, name, '', 'end'));
    coverage.forEach((share, window) => {
      const at = `x="${px(left + window * cell)}" y="${y + 1}" width="${px(cell)}" height="${rowHeight - 2}"`;
      const hint = `<title>${name}, window ${window + 1}: ${formatShare(share)} of the cases</title>`;
      parts.push(`<rect class="cell empty" ${at}/>`);
      parts.push(`<rect class="cell mark" fill-opacity="${share.toFixed(3)}" ${at}>${hint}</rect>`);
    });
    const without = casesWithout > 0 ? `, ${casesWithout} without` : '';
    parts.push(text(right + 20, y + rowHeight / 2 + 4, `${formatCount(inCases)} records${without}`, 'soft'));
  });
  const bottom = from + rows.length * rowHeight + 16;
  if (found.windowMs === 0) return { svg: parts.join('\n'), bottom };
  const seconds = (found.windowMs / 1000) * found.windows;
  parts.push(
    text(left, bottom, 'start of a case', 'soft'),
    text(right, bottom, `after ${formatLength(seconds)}`, 'soft', 'end'),
  );
  return { svg: parts.join('\n'), bottom };
}

function formatLength(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

const steps = [1, 5, 15, 60, 180, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440, 30 * 1440].map(
  (min) => min * 60_000,
);

/** At most seven round times between the first and the last. */
export function timeTicks(first: number, last: number): { readonly time: number; readonly label: string }[] {
  if (first === last) return [{ time: first, label: formatTime(first).slice(0, 16) }];
  const step =
    steps.find((one) => (last - first) / one <= 6) ?? Math.ceil((last - first) / 6 / 86_400_000) * 86_400_000;
  const ticks: { time: number; label: string }[] = [];
  for (let time = Math.ceil(first / step) * step; time <= last; time += step) {
    const label = formatTime(time);
    ticks.push({ time, label: step >= 86_400_000 ? label.slice(0, 10) : label.slice(5, 16) });
  }
  return ticks;
}

const px = (value: number) => Number(value.toFixed(2));
const short = (name: string) => (name.length <= 28 ? name : `${name.slice(0, 27)}…`);

function text(x: number, y: number, content: string, kind = '', anchor = '', hint = ''): string {
  const title = hint === '' || hint === content ? '' : `<title>${escapeMarkup(hint)}</title>`;
  const attributes = `${kind ? ` class="${kind}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}`;
  return `<text x="${px(x)}" y="${px(y)}"${attributes}>${escapeMarkup(content)}${title}</text>`;
}
