/** A confusion matrix: truths down, answers across, the share of a truth's cases as the strength of the cell, counts in it. */
import type { RowDetails } from '../../details.ts';
import { element, type Markup } from '../../markup.ts';
import { chartWidth, drawing, text } from './frame.ts';

const [labels, smallest, largest] = [124, 20, 34] as const;

export function drawConfusion(row: string, { classes, confusion }: RowDetails): Markup {
  const cell = Math.max(smallest, Math.min(largest, (chartWidth - labels - 44) / classes.length));
  const width = labels + classes.length * cell + 44;
  const top = 34;
  const wrong = confusion.flatMap((counts, truth) =>
    counts.flatMap((n, answer) =>
      truth !== answer && n > 0
        ? [`${classes[truth]?.name} answered as ${classes[answer]?.name} ${n} times`]
        : [],
    ),
  );
  const rights = classes.map(
    ({ name, support }, k) => `${name} ${confusion[k]?.[k] ?? 0} of ${support} right`,
  );
  return drawing(
    {
      title: `Confusion matrix of ${row}`,
      description: [...rights, ...wrong].join('; '),
      width: Math.max(width, chartWidth),
      height: top + classes.length * cell + 6,
    },
    text('truth', { x: labels - 6, y: top - 6, anchor: 'end', kind: 'soft' }),
    text('answered as', { x: labels, y: 11, kind: 'soft' }),
    text('F1', { x: labels + classes.length * cell + 8, y: top - 6, kind: 'soft' }),
    classes.map(({ name, f1 }, truth) => {
      const y = top + truth * cell;
      const middle = y + cell / 2 + 4;
      return element(
        'g',
        {},
        text(String(truth), { x: labels + (truth + 0.5) * cell, y: top - 6, anchor: 'middle', kind: 'soft' }),
        text(`${truth} ${name}`, { x: labels - 6, y: middle, anchor: 'end', room: labels - 8 }),
        confusion[truth]?.map((count, answer) =>
          drawCell({
            count,
            all: classes[truth]?.support ?? 0,
            x: labels + answer * cell,
            y,
            cell,
            right: truth === answer,
          }),
        ),
        text(f1.toFixed(2), { x: labels + classes.length * cell + 8, y: middle, kind: 'soft' }),
      );
    }),
  );
}

interface Cell {
  readonly count: number;
  /** Cases of its truth. */
  readonly all: number;
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  readonly right: boolean;
}

function drawCell({ count, all, x, y, cell, right }: Cell): Markup[] {
  const place = { x: x + 0.5, y: y + 0.5, width: cell - 1, height: cell - 1 };
  const share = all === 0 ? 0 : count / all;
  const parts = [element('rect', { ...place, class: 'empty' })];
  if (count === 0) return parts;
  const kind = right ? 'right' : 'wrong';
  const ink = share > 0.5 ? 'count on' : 'count';
  return [
    ...parts,
    element('rect', { ...place, class: kind, 'fill-opacity': (0.15 + 0.85 * share).toFixed(2) }),
    text(String(count), { x: x + cell / 2, y: y + cell / 2 + 4, anchor: 'middle', kind: ink }),
  ];
}
