/** The panes of the explorer as lines. Pure. */
import type { RecordedRow } from '../../../report/recorded.ts';
import { clip } from '../../../report/text.ts';
import { type ScreenLine, type Segment, seg } from '../lines.ts';
import type { CaseAnswers, Difference } from './answers.ts';
import { classScores, type Grid } from './grid.ts';

const gap = 2;

export interface TablePlace {
  readonly row: number;
  readonly column: number;
  readonly sort?: { readonly head: string; readonly descending: boolean };
  readonly marked?: string;
}

/** Head and rows, scrolled so that the chosen cell is in sight. */
export function tablePane(grid: Grid, place: TablePlace, columns: number, room: number): ScreenLine[] {
  if (grid.rows.length === 0) return [[seg('no row has such a name', 'dim')]];
  const longest = Math.max(...grid.rows.map(({ label }) => label.length));
  const labelWidth = Math.min(longest + 2 * gap, Math.max(10, Math.floor(columns / 2)));
  const widths = grid.heads.map(
    (head, i) => gap + Math.max(head.length + 1, ...grid.rows.map(({ cells }) => cells[i]?.text.length ?? 0)),
  );
  const from = firstColumn(widths, place.column, columns - labelWidth);
  const heads = grid.heads.flatMap((head, i): Segment[] => {
    if (i < from) return [];
    const mark = place.sort?.head === head ? (place.sort.descending ? '↓' : '↑') : '';
    return [seg(`${head}${mark}`.padEnd(widths[i] ?? 0), i === place.column ? 'chosen' : 'bold')];
  });
  const more = from > 0 ? `‹ ${from} more` : '';
  const lines = grid.rows.map(({ label, cells, bold }, i): Segment[] => {
    const mark = label === place.marked ? '* ' : '  ';
    const here = i === place.row;
    const tone = here ? 'chosen' : bold ? 'bold' : 'plain';
    return [
      seg(clip(`${mark}${label}`, labelWidth - gap), tone),
      seg(' '.repeat(gap)),
      ...cells.flatMap(({ text }, k): Segment[] =>
        k < from ? [] : [seg(text.padEnd(widths[k] ?? 0), here && k === place.column ? 'chosen' : 'plain')],
      ),
    ];
  });
  const shown = Math.max(1, room - 1);
  const first = Math.max(0, Math.min(place.row - Math.floor(shown / 2), lines.length - shown));
  return [[seg(clip(more, labelWidth), 'dim'), ...heads], ...lines.slice(first, first + shown)];
}

/** As few columns as possible are scrolled away for the chosen one to be seen. */
function firstColumn(widths: readonly number[], chosen: number, room: number): number {
  for (let from = 0; from < chosen; from++) {
    const needed = widths.slice(from, chosen + 1).reduce((sum, width) => sum + width, 0);
    if (needed <= room) return from;
  }
  return chosen;
}

/** Per class: precision, recall, F1, cases, and a line of the confusion matrix over all seeds. */
export function rowPane(row: RecordedRow, confusion: readonly (readonly number[])[]): ScreenLine[] {
  const classes = classScores(row);
  const nameWidth = Math.max(5, ...classes.map(({ name }) => name.length)) + gap;
  const cellWidth = Math.max(3, ...confusion.flat().map((n) => String(n).length)) + gap;
  const largest = Math.max(1, ...confusion.flat());
  const facts: ScreenLine[] = [
    [seg(row.label, 'bold'), seg(`  ${row.experiment.name}, ${row.record.run}`, 'dim')],
    ...(row.row.result.corrupted ?? []).map((text): ScreenLine => [seg(`corrupted ${text}`, 'warn')]),
    [],
    [
      seg(`${'truth'.padEnd(nameWidth)}prec.  recall F1     cases   answered as `, 'dim'),
      ...classes.map((_, k) => seg(`#${k}`.padStart(cellWidth), 'dim')),
    ],
  ];
  const lines = classes.map(({ name, precision, recall, f1, support }, k): ScreenLine => {
    const scores = [precision, recall, f1].map((value) => value.toFixed(3)).join('  ');
    return [
      seg(`${name.padEnd(nameWidth)}${scores}  ${String(support).padStart(5)}   `),
      seg(`#${k}`.padEnd(12), 'dim'),
      ...(confusion[k] ?? []).map((n, answer) =>
        seg((n === 0 ? '·' : String(n)).padStart(cellWidth), toneOf(n, largest, answer === k)),
      ),
    ];
  });
  return [...facts, ...lines];
}

const toneOf = (count: number, largest: number, right: boolean) =>
  count === 0 ? 'dim' : right ? 'good' : count > largest / 4 ? 'bad' : 'warn';

/** Every case: truth and the answers of the seeds. */
export function casesPane(
  cases: readonly CaseAnswers[],
  chosen: number,
  room: number,
  columns: number,
): ScreenLine[] {
  if (cases.length === 0) return [[seg('no case fits', 'dim')]];
  const seeds = [...new Set(cases.flatMap(({ bySeed }) => [...bySeed.keys()]))];
  const idWidth = Math.min(Math.max(...cases.map(({ id }) => id.length)), Math.floor(columns / 2)) + gap;
  const answerWidth =
    Math.max(
      6,
      ...cases.flatMap(({ truth, bySeed }) => [truth, ...bySeed.values()].map((one) => one.length)),
    ) + gap;
  const head: ScreenLine = [
    seg(clip('case', idWidth), 'dim'),
    seg(clip('truth', answerWidth), 'dim'),
    ...seeds.map((seed) => seg(clip(`seed ${seed}`, answerWidth), 'dim')),
  ];
  const lines = cases.map(
    ({ id, truth, bySeed }, i): ScreenLine => [
      seg(clip(id, idWidth), i === chosen ? 'chosen' : 'plain'),
      seg(clip(truth, answerWidth)),
      ...seeds.map((seed) => {
        const answer = bySeed.get(seed);
        return seg(clip(answer ?? '', answerWidth), answer === truth ? 'good' : 'bad');
      }),
    ],
  );
  const shown = Math.max(1, room - 1);
  const first = Math.max(0, Math.min(chosen - Math.floor(shown / 2), lines.length - shown));
  return [head, ...lines.slice(first, first + shown)];
}

/** What sets two rows apart. */
export function diffPane(
  a: RecordedRow,
  b: RecordedRow,
  { settings, scores, flipped }: Difference,
): ScreenLine[] {
  const width = (values: readonly string[], most: number) =>
    Math.min(most, Math.max(0, ...values.map((one) => one.length))) + gap;
  const section = (title: string, rows: readonly (readonly string[])[], none: string): ScreenLine[] => {
    const widths = [0, 1, 2].map((i) =>
      width([...rows.map((row) => row[i] ?? ''), i === 1 ? a.label : i === 2 ? b.label : ''], 44),
    );
    return [
      [],
      [
        seg(title.padEnd(widths[0] ?? 0), 'bold'),
        ...(rows.length === 0 ? [] : [seg(clip(a.label, widths[1] ?? 0), 'dim'), seg(b.label, 'dim')]),
      ],
      ...(rows.length === 0
        ? [[seg(none, 'dim')]]
        : rows.map(
            (row): ScreenLine => row.map((text, i) => seg(i < 2 ? clip(text, widths[i] ?? 0) : text)),
          )),
    ];
  };
  const better = (side: 'a' | 'b') => flipped.filter((one) => one.better === side).length;
  const told = `${flipped.length} flipped: ${better('a')} for ${a.label}, ${better('b')} for ${b.label}`;
  return [
    [seg(`${a.label} against ${b.label}`, 'bold')],
    ...section('settings', settings, 'no setting differs'),
    ...section('scores', scores, ''),
    [],
    [seg('cases', 'bold'), seg(`  ${told}`, 'dim')],
    ...flipped.map(
      ({ id, seed, truth, a: mine, b: theirs, better: side }): ScreenLine => [
        seg(`${id}, seed ${seed}  `),
        seg(`${truth}: `, 'dim'),
        seg(mine, side === 'a' ? 'good' : 'bad'),
        seg(' | '),
        seg(theirs, side === 'b' ? 'good' : 'bad'),
      ],
    ),
  ];
}
