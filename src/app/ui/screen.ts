/**
 * The lines of the run's screen: pure text with tones, cut to the window. `app.tsx` hands them to Ink. Order: what runs and how
 * far, rows by seed, jobs at work, notices.
 */
import { noticeLines as noticeTexts } from '../../report/notices.ts';
import { clip } from '../../report/text.ts';
import { formatSeconds, plural } from '../format.ts';
import {
  type JobState,
  lossText,
  nameOf,
  type RowView,
  type RunView,
  rowsOf,
  runningStages,
  runSecondsLeft,
  stageSecondsLeft,
} from './view.ts';

export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'busy' | 'warn';
export interface Segment {
  readonly text: string;
  readonly tone: Tone;
}
export type ScreenLine = readonly Segment[];

export interface Window {
  readonly columns: number;
  readonly rows: number;
}

const seg = (text: string, tone: Tone = 'plain'): Segment => ({ text, tone });

const maxRunning = 8;
const maxNotices = 3;

/** At most `rows - 1` lines, each at most `columns` wide: a full window would scroll, and Ink would have to clear it. */
export function screenLines(view: RunView, window: Window, now: number): ScreenLine[] {
  if (!view.started) return [];
  const room = Math.max(4, window.rows - 1);
  const head = headLines(view, now, window.columns);
  const running = runningLines(view, now, window.columns, Math.min(maxRunning, Math.max(1, room - 6)));
  const notices = noticeLines(view, window.columns);
  let rest = room - head.length - running.length - 2;
  const keptNotices = rest - notices.length - 1 >= 3 ? notices : [];
  rest -= keptNotices.length > 0 ? keptNotices.length + 1 : 0;
  const grid = gridLines(view, window.columns, Math.max(0, rest));
  const parts = [head, grid, running, keptNotices].filter((part) => part.length > 0);
  const lines = parts.flatMap((part, i) => (i === 0 ? part : [[], ...part]));
  return lines.slice(0, room).map((line) => cut(line, window.columns));
}

function headLines(view: RunView, now: number, columns: number): ScreenLine[] {
  const { started } = view;
  if (!started) return [];
  const data = started.experiments.map(
    (experiment) => `${experiment.data}${experiment.simulated ? ' (simulated)' : ''}`,
  );
  const engines = [...new Set(started.experiments.map((experiment) => experiment.engine))].filter(Boolean);
  const total = started.stages.toRun;
  const elapsed = formatSeconds((now - view.startedAt) / 1000);
  const left = runSecondsLeft(view, now);
  const eta = left === undefined || view.ended >= total ? '' : `, about ${formatSeconds(left)} left`;
  const text = ` ${view.ended} of ${plural(total, 'stage')}, ${elapsed}${eta}`;
  const failed = view.failed > 0 ? [seg(`  ${view.failed} failed`, 'bad')] : [];
  const width = Math.max(8, Math.min(30, columns - text.length - (failed[0]?.text.length ?? 0)));
  const full = total === 0 ? width : Math.round((width * view.ended) / total);
  return [
    [
      seg('medx ', 'bold'),
      seg(started.file, 'bold'),
      seg(`  ${[...new Set(data)].join(', ')}`),
      seg(`  ${engines.join('; ')}`, 'dim'),
    ],
    [seg('█'.repeat(full), 'good'), seg('░'.repeat(width - full), 'dim'), seg(text), ...failed],
  ];
}

const marks: Readonly<Record<JobState, Segment>> = {
  done: seg('✓', 'good'),
  cached: seg('✓', 'good'),
  running: seg('▸', 'busy'),
  waiting: seg('·', 'dim'),
  failed: seg('✗', 'bad'),
  skipped: seg('✗', 'bad'),
  stopped: seg('-', 'dim'),
};

function gridLines(view: RunView, columns: number, room: number): ScreenLine[] {
  const rows = rowsOf(view);
  if (rows.length === 0 || room < 2) return [];
  const several = new Set(rows.map((row) => row.experiment)).size > 1;
  const label = (row: RowView) => (several ? `${row.experiment} ${row.name}` : row.name);
  const labelWidth = Math.min(28, Math.max(6, ...rows.map((row) => label(row).length)));
  const cellWidth =
    Math.max(2, ...rows.flatMap((row) => row.seeds.map((seed) => cellText(seed.jobs).length))) + 2;
  const most = Math.max(...rows.map((row) => row.seeds.length));
  const wide = labelWidth + 2 + most * cellWidth <= columns;

  const headline = wide
    ? [
        seg(clip('seed', labelWidth + 2), 'dim'),
        ...(rows.find((row) => row.seeds.length === most)?.seeds ?? []).map(({ seed }) =>
          seg(String(seed).padEnd(cellWidth), 'dim'),
        ),
      ]
    : [seg(clip('row', labelWidth + 2), 'dim'), seg('jobs done', 'dim')];
  const lines = rows.map((row): Segment[] => [
    seg(`${clip(label(row), labelWidth)}  `, isBusy(row) ? 'bold' : 'plain'),
    ...(wide ? row.seeds.map(({ jobs }) => cell(jobs, cellWidth)) : [summary(row)]),
  ]);
  return [headline, ...around(lines, rows, room - 1)];
}

const isBusy = (row: RowView) => row.seeds.some(({ jobs }) => jobs.includes('running'));
const isOpen = (row: RowView) =>
  row.seeds.some(({ jobs }) => jobs.includes('waiting') || jobs.includes('running'));
const isDone = (state: JobState) => state === 'done' || state === 'cached';

function cellText(jobs: readonly JobState[]): string {
  return jobs.length === 1 ? marks[jobs[0]!].text : `${jobs.filter(isDone).length}/${jobs.length}`;
}

/** A seed of a row: one mark, or with folds how many are done. */
function cell(jobs: readonly JobState[], width: number): Segment {
  const text = cellText(jobs).padEnd(width);
  if (jobs.length === 1) return seg(text, marks[jobs[0]!].tone);
  if (jobs.some((state) => state === 'failed' || state === 'skipped')) return seg(text, 'bad');
  if (jobs.every(isDone)) return seg(text, 'good');
  return seg(text, jobs.includes('running') ? 'busy' : jobs.some(isDone) ? 'plain' : 'dim');
}

function summary(row: RowView): Segment {
  const jobs = row.seeds.flatMap((seed) => seed.jobs);
  return cell(jobs.length === 1 ? [...jobs, ...jobs] : jobs, 9);
}

/** Rows around the first that is not done, and how many are not shown. */
function around(lines: readonly ScreenLine[], rows: readonly RowView[], room: number): readonly ScreenLine[] {
  if (lines.length <= room) return lines;
  const shown = Math.max(1, room - 1);
  const open = rows.findIndex(isOpen);
  const first = Math.min(Math.max(0, open - 1), lines.length - shown);
  const hidden = lines.length - shown;
  const note = `… ${plural(hidden, 'more row')} (${first} above, ${hidden - first} below)`;
  return [...lines.slice(first, first + shown), [seg(note, 'dim')]];
}

function runningLines(view: RunView, now: number, columns: number, room: number): ScreenLine[] {
  const running = runningStages(view).sort((a, b) => (a.cost === b.cost ? 0 : a.cost === 'train' ? -1 : 1));
  const shown = running.length <= room ? running : running.slice(0, Math.max(1, room - 1));
  const nameWidth = Math.min(
    Math.max(12, ...shown.map((stage) => nameOf(view, stage).length)),
    Math.floor(columns / 2.5),
  );
  const lines = shown.map((stage): Segment[] => {
    const left = stageSecondsLeft(stage, now);
    const total = String(stage.steps);
    const word = stage.cost === 'train' ? 'epoch' : 'step';
    const epoch = stage.steps > 0 ? `${word} ${String(stage.step).padStart(total.length)}/${total}  ` : '';
    const time =
      left === undefined ? formatSeconds((now - stage.startedAt) / 1000) : `${formatSeconds(left)} left`;
    return [
      seg('▸ ', 'busy'),
      seg(`${clip(nameOf(view, stage), nameWidth)}  `),
      seg(epoch),
      seg(time.padEnd(12), 'dim'),
      seg(`  ${lossText(stage.losses)}`),
      ...(stage.note ? [seg(`  ${stage.note}`, 'dim')] : []),
    ];
  });
  const hidden = running.length - shown.length;
  return hidden > 0 ? [...lines, [seg(`… ${hidden} more running`, 'dim')]] : lines;
}

function noticeLines(view: RunView, columns: number): ScreenLine[] {
  const all = noticeTexts([...view.notices.values()]);
  const lines = all
    .slice(-maxNotices)
    .map((text): Segment[] => [seg(clip(`! ${text}`, columns).trimEnd(), 'warn')]);
  const hidden = all.length - lines.length;
  return hidden > 0 ? [[seg(`! ${plural(hidden, 'earlier notice')}`, 'dim')], ...lines] : lines;
}

/** Cuts a line at the window's edge. */
function cut(line: ScreenLine, columns: number): ScreenLine {
  const kept: Segment[] = [];
  let left = columns;
  for (const segment of line) {
    if (left <= 0) break;
    const text = segment.text.length <= left ? segment.text : clip(segment.text, left);
    kept.push({ ...segment, text });
    left -= text.length;
  }
  return kept;
}
