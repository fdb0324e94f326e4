/** What of a run is looked at, and what each key changes of that. Pure. */
import { type HelpSection, type KeyHelp, type KeyName, linesBy } from '../keys.ts';
import { noSearch, type Search, typeSearch } from '../search.ts';
import type { RowView } from '../view.ts';
import { nearestPlace, type Place } from './grid.ts';

export interface LiveState {
  readonly pane: 'grid' | 'job' | 'log' | 'help';
  /** The pane that help was opened from. */
  readonly behind: 'grid' | 'job' | 'log';
  /** The chosen job; undefined until a key has chosen one, and then the grid follows what runs. */
  readonly place?: Place;
  /** The first line shown of a pane that is longer than the window. The log shows its end until it is scrolled. */
  readonly first?: number;
  readonly search: Search;
}

export const firstState: LiveState = { pane: 'grid', behind: 'grid', search: noSearch };

const help: KeyHelp = { keys: ['?'], label: 'help', doc: 'all keys; / searches them' };
const stop: KeyHelp = {
  keys: ['ctrl-c'],
  label: 'stop',
  doc: 'stop the run; what has finished is kept, and the same command goes on from there',
};
const log: KeyHelp = { keys: ['l'], label: 'log', doc: 'what has happened so far' };
const back: KeyHelp = { keys: ['escape'], label: 'back', doc: 'back to the pane before; q too' };
const scroll: readonly KeyHelp[] = [
  { keys: ['up', 'down'], label: 'scroll', doc: 'a line up or down; k and j too' },
  { keys: ['pageup', 'pagedown'], doc: 'a page up or down' },
  { keys: ['home', 'end'], doc: 'the first and the last line; g and G too' },
];
const search = (doc: string): KeyHelp => ({ keys: ['/'], label: 'search', doc });

const grid: readonly KeyHelp[] = [
  { keys: ['up', 'down', 'left', 'right'], label: 'choose', doc: 'choose a job: rows down, seeds across' },
  { keys: ['[', ']'], doc: 'the fold before or after, of the chosen seed' },
  { keys: ['enter'], label: 'job', doc: 'losses, θ and factors of the chosen job' },
  { keys: ['f'], doc: 'follow what runs again' },
];
const job: readonly KeyHelp[] = [
  { keys: ['up', 'down', 'left', 'right'], label: 'other job', doc: 'the job beside it in the grid' },
  { keys: ['[', ']'], label: 'fold', doc: 'the fold before or after' },
  { keys: ['pageup', 'pagedown'], label: 'scroll', doc: 'a page up or down' },
];
const logKeys: readonly KeyHelp[] = [...scroll, search('only lines that say so')];

/** At the foot of each pane. */
export const keysOf: Readonly<Record<LiveState['pane'], readonly KeyHelp[]>> = {
  grid: [...grid, log, stop, help],
  job: [...job, back, log, stop, help],
  log: [...logKeys, back, stop, help],
  help: [...scroll, search('only keys that have to do with it'), back],
};

export const helpSections: readonly HelpSection[] = [
  { title: 'Everywhere', keys: [help, log, back, stop] },
  { title: 'Grid', keys: grid },
  { title: 'Job', keys: job },
  { title: 'Log', keys: logKeys },
];

const moves: Readonly<Record<KeyName, readonly [row: number, seed: number, fold: number]>> = {
  up: [-1, 0, 0],
  down: [1, 0, 0],
  left: [0, -1, 0],
  right: [0, 1, 0],
  '[': [0, 0, -1],
  ']': [0, 0, 1],
};

/** Letters that scroll as other keys do. */
const letters: Readonly<Record<KeyName, KeyName>> = { k: 'up', j: 'down', g: 'home', G: 'end' };

export interface LiveSizes {
  readonly rows: readonly RowView[];
  /** Lines of the pane, and how many of them the window takes. */
  readonly lines: number;
  readonly room: number;
}

/** The state after a key. Keys that mean nothing here change nothing. */
export function pressKey(state: LiveState, key: KeyName, sizes: LiveSizes): LiveState {
  const { pane } = state;
  if (pane === 'log' || pane === 'help') {
    const search = typeSearch(state.search, key);
    if (search) return { ...withoutFirst(state), search };
    if (key === 'escape' && state.search.text !== '') return { ...state, search: noSearch };
  }
  if (key === '?' && pane !== 'help')
    return { ...withoutFirst(state), pane: 'help', behind: pane, search: noSearch };
  if (key === 'escape' || key === 'q') return goBack(state);
  if (pane === 'log' || pane === 'help') return scrollPane(state, key, sizes);
  if (key === 'l' || key === 'tab')
    return { ...withoutFirst(state), pane: 'log', behind: pane, search: noSearch };
  if (key === 'f') return { pane: 'grid', behind: 'grid', search: noSearch };
  if (key === 'enter' && pane === 'grid') return { ...choose(state, [0, 0, 0], sizes), pane: 'job' };
  const move = moves[key];
  return move
    ? choose(withoutFirst(state), move, sizes)
    : pane === 'job'
      ? scrollPane(state, key, sizes)
      : state;
}

function withoutFirst({ first: _, ...state }: LiveState): LiveState {
  return state;
}

function goBack(state: LiveState): LiveState {
  const rest = { ...withoutFirst(state), search: noSearch };
  if (state.pane === 'help') return { ...rest, pane: state.behind };
  return { ...rest, pane: 'grid' };
}

function scrollPane(state: LiveState, key: KeyName, { lines, room }: LiveSizes): LiveState {
  const by = linesBy(letters[key] ?? key, Math.max(1, room - 2));
  if (by === undefined) return state;
  const last = Math.max(0, lines - Math.max(1, room - 1));
  const from = state.first ?? (state.pane === 'log' ? last : 0);
  const first = Math.max(0, Math.min(last, from + by));
  // At its end the log goes on with what comes.
  return state.pane === 'log' && first === last ? withoutFirst(state) : { ...state, first };
}

function choose(
  state: LiveState,
  [row, seed, fold]: readonly [number, number, number],
  { rows }: LiveSizes,
): LiveState {
  const from = state.place;
  const wanted = from
    ? { row: from.row + row, seed: from.seed + seed, fold: from.fold + fold }
    : (busiest(rows) ?? { row: 0, seed: 0, fold: 0 });
  const place = nearestPlace(rows, wanted);
  return place ? { ...state, place } : state;
}

/** The first job that runs. */
function busiest(rows: readonly RowView[]): Place | undefined {
  for (const [row, { seeds }] of rows.entries()) {
    for (const [seed, { jobs }] of seeds.entries()) {
      const fold = jobs.findIndex(({ state }) => state === 'running');
      if (fold >= 0) return { row, seed, fold };
    }
  }
  return undefined;
}
