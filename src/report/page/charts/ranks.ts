/**
 * The critical-difference picture (Demšar 2006), turned so that long names fit on a phone: a line per row with a dot at its
 * mean rank, and bars down the right side that join rows that cannot be told apart.
 */
import { scaleLinear } from 'd3-scale';
import { element, type Markup } from '../../markup.ts';
import type { RankedMethods } from '../../statistics/ranks.ts';
import { chartWidth, drawing, line, text } from './frame.ts';

const [edge, rowHeight, top, bar] = [10, 32, 44, 8];

export function drawRanks({ methods, hidden = 0, groups, critical_difference }: RankedMethods): Markup {
  const last = methods.length + hidden;
  const right = chartWidth - edge - groups.length * bar - 4;
  const scale = scaleLinear().domain([1, last]).range([edge, right]);
  const bottom = top + methods.length * rowHeight;
  const cut = critical_difference > last - 1 ? ' (longer than the axis)' : '';
  const length = Math.min(critical_difference, last - 1);
  const ticks = scale.ticks(Math.min(10, last)).filter(Number.isInteger);
  return drawing(
    {
      title: 'Mean ranks and critical difference',
      description: methods.map(({ name, rank }) => `${name} ${rank.toFixed(2)}`).join(', '),
      height: bottom + 6,
    },
    text(`critical difference ${critical_difference.toFixed(2)}${cut}`, { x: edge, y: 11, kind: 'soft' }),
    line(edge, 18, scale(1 + length), 18, 'reach'),
    ticks.flatMap((rank) => [
      line(scale(rank), top - 4, scale(rank), bottom, 'grid'),
      text(String(rank), { x: scale(rank), y: top - 8, anchor: 'middle', kind: 'soft' }),
    ]),
    methods.map(({ name, rank }, i) => {
      const y = top + i * rowHeight;
      return element(
        'g',
        {},
        text(name, { x: edge, y: y + 11, room: right - edge - 40 }),
        text(rank.toFixed(2), { x: right, y: y + 11, anchor: 'end', kind: 'soft' }),
        element('circle', { cx: scale(rank), cy: y + 21, r: 4.5, class: 'dot' }),
      );
    }),
    groups.map(([first, last], k) => {
      const x = chartWidth - edge - (groups.length - 1 - k) * bar;
      return line(x, top + first * rowHeight + 4, x, top + (last + 1) * rowHeight - 6, 'joined');
    }),
  );
}
