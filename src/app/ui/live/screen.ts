/** The whole screen of a run: head, the pane that is looked at, and its keys. Pure. */
import { footLine, helpLines } from '../keys.ts';
import { fillWindow, type ScreenLine, scrolled, type Window } from '../lines.ts';
import { searchLine } from '../search.ts';
import { type RowView, type RunView, rowsOf } from '../view.ts';
import { gridPane, headLines, jobAt, nearestPlace, type Place } from './grid.ts';
import { jobPane } from './job.ts';
import { type LogEntry, logPane } from './log.ts';
import { helpSections, keysOf, type LiveSizes, type LiveState } from './state.ts';

/** Lines of head and foot, the empty ones beside the pane included. */
const headRows = 3;
const footRows = 1;

export interface LiveScreen {
  readonly view: RunView;
  readonly log: readonly LogEntry[];
  readonly state: LiveState;
  /** Whether keys are read; without them none are shown. */
  readonly keys: boolean;
}

/** Fewer lines than the window has rows, each at most as wide as it. */
export function screenLines(
  { view, log, state, keys }: LiveScreen,
  window: Window,
  now: number,
): ScreenLine[] {
  if (!view.started) return [];
  const room = roomOf(window, keys);
  const head = headLines(view, now, window.columns);
  const body =
    state.pane === 'grid'
      ? gridPane(view, { columns: window.columns, rows: room }, now, state.place)
      : scrolled(paneLines({ view, log, state }, window, now), firstLine(state), room);
  const foot = keys ? [searchLine(state.search) ?? footLine(keysOf[state.pane], window.columns)] : [];
  return fillWindow(window, [...head, []], body, foot);
}

/** What the keys have to know of the screen. */
export function sizesOf(screen: Omit<LiveScreen, 'keys'>, window: Window, now: number): LiveSizes {
  const { view, state } = screen;
  return {
    rows: rowsOf(view),
    lines: state.pane === 'grid' ? 0 : paneLines(screen, window, now).length,
    room: roomOf(window, true),
  };
}

const roomOf = (window: Window, keys: boolean) =>
  Math.max(0, Math.max(4, window.rows - 1) - headRows - (keys ? footRows : 0));

const firstLine = ({ pane, first }: LiveState) => first ?? (pane === 'log' ? Number.MAX_SAFE_INTEGER : 0);

function paneLines(
  { view, log, state }: Omit<LiveScreen, 'keys'>,
  window: Window,
  now: number,
): ScreenLine[] {
  if (state.pane === 'log') return logPane(log, state.search.text);
  if (state.pane === 'help') {
    return helpLines(helpSections, state.search.text, window.columns);
  }
  const rows = rowsOf(view);
  const place = nearestPlace(rows, state.place ?? { row: 0, seed: 0, fold: 0 });
  const job = place && jobAt(rows, place);
  if (!place || !job) return [];
  return jobPane(view, { hash: job.hash, name: placeName(rows, place) }, window.columns, now);
}

function placeName(rows: readonly RowView[], { row, seed, fold }: Place): string {
  const found = rows[row];
  const jobs = found?.seeds[seed]?.jobs.length ?? 1;
  return `${found?.name ?? ''} seed ${found?.seeds[seed]?.seed ?? ''}${jobs > 1 ? ` fold ${fold}` : ''}`;
}
