/**
 * The first pane of a run: what runs and how far, rows by seed with the chosen job marked, jobs at work, notices. Pure text
 * with tones.
 */
import { noticeLines as noticeTexts } from '../../../report/notices.ts';
import { clip } from '../../../report/text.ts';
import { formatSeconds, plural } from '../../format.ts';
import { type ScreenLine, type Segment, seg, type Window } from '../lines.ts';
import {
  type JobState,
  type JobView,
  lossText,
  nameOf,
  type RowView,
  type RunView,
  rowsOf,
  runningStages,
  runSecondsLeft,
  stageSecondsLeft,
  unitOf,
} from '../view.ts';

const maxRunning = 8;
const maxNotices = 3;

/** A job of the grid: places in the list of rows, among the seeds of the row and among the folds of the seed. */
export interface Place {
  readonly row: number;
  readonly seed: number;
  readonly fold: number;
}

/** The place nearest to `place` that there is; undefined if there is no job at all. */
export function nearestPlace(rows: readonly RowView[], place: Place): Place | undefined {
  const within = (value: number, length: number) => Math.max(0, Math.min(value, length - 1));
  const row = within(place.row, rows.length);
  const seeds = rows[row]?.seeds ?? [];
  const seed = within(place.seed, seeds.length);
  const jobs = seeds[seed]?.jobs ?? [];
  return jobs.length === 0 ? undefined : { row, seed, fold: within(place.fold, jobs.length) };
}

export const jobAt = (rows: readonly RowView[], { row, seed, fold }: Place): JobView | undefined =>
  rows[row]?.seeds[seed]?.jobs[fold];

/** The lines between head and foot. */
export function gridPane(
  view: RunView,
  window: Window,
  now: number,
  chosen: Place | undefined,
): ScreenLine[] {
  const room = window.rows;
  const running = runningLines(view, now, window.columns, Math.min(maxRunning, Math.max(1, room - 4)));
  const notices = noticeLines(view, window.columns);
  let rest = room - running.length - 1;
  const keptNotices = rest - notices.length - 1 >= 3 ? notices : [];
  rest -= keptNotices.length > 0 ? keptNotices.length + 1 : 0;
  const grid = gridLines(view, window.columns, Math.max(0, rest), chosen);
  const parts = [grid, running, keptNotices].filter((part) => part.length > 0);
  return parts.flatMap((part, i) => (i === 0 ? part : [[], ...part])).slice(0, room);
}

/** File, data and engine; a bar with stages, time and pace. */
export function headLines(view: RunView, now: number, columns: number): ScreenLine[] {
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
export const markOf = (state: JobState): Segment => marks[state];

function gridLines(view: RunView, columns: number, room: number, chosen: Place | undefined): ScreenLine[] {
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
  const lines = rows.map((row, i): Segment[] => {
    const here = chosen?.row === i;
    return [
      seg(`${clip(label(row), labelWidth)}  `, here && !wide ? 'chosen' : isBusy(row) ? 'bold' : 'plain'),
      ...(wide
        ? row.seeds.flatMap(({ jobs }, k) =>
            cell(jobs, cellWidth, here && chosen.seed === k ? chosen.fold : undefined),
          )
        : [summary(row)]),
    ];
  });
  return [headline, ...around(lines, rows, room - 1, chosen)];
}

const isBusy = (row: RowView) => row.seeds.some(({ jobs }) => jobs.some(({ state }) => state === 'running'));
const isOpen = (row: RowView) =>
  row.seeds.some(({ jobs }) => jobs.some(({ state }) => state === 'waiting' || state === 'running'));
const isDone = ({ state }: JobView) => state === 'done' || state === 'cached';

function cellText(jobs: readonly JobView[]): string {
  const [only] = jobs;
  return jobs.length === 1 && only ? marks[only.state].text : `${jobs.filter(isDone).length}/${jobs.length}`;
}

/** A seed of a row: one mark, or with folds how many are done. */
function cell(jobs: readonly JobView[], width: number, chosenFold: number | undefined): Segment[] {
  const text = cellText(jobs);
  const tone = chosenFold === undefined ? toneOf(jobs) : 'chosen';
  return [seg(text, tone), seg(' '.repeat(Math.max(0, width - text.length)))];
}

function toneOf(jobs: readonly JobView[]): Segment['tone'] {
  const [only] = jobs;
  if (jobs.length === 1 && only) return marks[only.state].tone;
  const some = (...states: readonly JobState[]) => jobs.some(({ state }) => states.includes(state));
  if (some('failed', 'skipped')) return 'bad';
  if (jobs.every(isDone)) return 'good';
  return some('running') ? 'busy' : jobs.some(isDone) ? 'plain' : 'dim';
}

function summary(row: RowView): Segment {
  const jobs = row.seeds.flatMap((seed) => seed.jobs);
  return seg(`${jobs.filter(isDone).length}/${jobs.length}`.padEnd(9), toneOf(jobs));
}

/** Rows around the chosen one, else the first that is not done, and how many are not shown. */
function around(
  lines: readonly ScreenLine[],
  rows: readonly RowView[],
  room: number,
  chosen: Place | undefined,
): readonly ScreenLine[] {
  if (lines.length <= room) return lines;
  const shown = Math.max(1, room - 1);
  const middle = chosen?.row ?? rows.findIndex(isOpen) + 1;
  const first = Math.max(0, Math.min(middle - Math.min(2, shown - 1), lines.length - shown));
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
    const word = unitOf(stage);
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
