/** What of finished runs is looked at, and what each key changes of that. Pure. */
import type { HelpSection, KeyHelp, KeyName } from '../keys.ts';
import { noSearch, type Search, typeSearch } from '../search.ts';

export type Pane = 'table' | 'row' | 'cases' | 'case' | 'diff' | 'help';

export interface ExploreState {
  /** The panes that were opened, the one that is seen last. */
  readonly panes: readonly Pane[];
  /** Place among the tables (one per experiment) and among the ways to lay one out. */
  readonly table: number;
  readonly pivot: number;
  readonly sort?: { readonly head: string; readonly descending: boolean };
  readonly hidden: readonly string[];
  /** Chosen row and column of the arranged table, first row and column that are shown. */
  readonly row: number;
  readonly column: number;
  /** Label of the row that others are compared with. */
  readonly marked?: string;
  readonly caseAt: number;
  readonly wrongOnly: boolean;
  /** The first line of a pane that is longer than the window. */
  readonly first: number;
  /** Of the table, and of the pane above it. */
  readonly tableSearch: Search;
  readonly search: Search;
}

export const firstExploreState: ExploreState = {
  panes: ['table'],
  table: 0,
  pivot: 0,
  hidden: [],
  row: 0,
  column: 0,
  caseAt: 0,
  wrongOnly: false,
  first: 0,
  tableSearch: noSearch,
  search: noSearch,
};

/** What the keys have to know of what is shown. */
export interface ExploreSizes {
  readonly tables: number;
  readonly pivots: number;
  readonly rows: readonly string[];
  readonly heads: readonly string[];
  readonly cases: number;
  readonly lines: number;
  readonly room: number;
}

export const paneOf = ({ panes }: ExploreState): Pane => panes[panes.length - 1] ?? 'table';

const help: KeyHelp = { keys: ['?'], label: 'help', doc: 'all keys; / searches them' };
const back: KeyHelp = { keys: ['escape'], label: 'back', doc: 'back to the pane before' };
const quit: KeyHelp = { keys: ['q'], label: 'quit', doc: 'leave; ctrl-c too' };
const scroll: readonly KeyHelp[] = [
  { keys: ['up', 'down'], label: 'scroll', doc: 'a line up or down' },
  { keys: ['pageup', 'pagedown'], doc: 'a page up or down' },
];
const searchKey = (doc: string): KeyHelp => ({ keys: ['/'], label: 'search', doc });

const table: readonly KeyHelp[] = [
  { keys: ['up', 'down', 'left', 'right'], label: 'choose', doc: 'choose a row and a column' },
  { keys: ['enter'], label: 'row', doc: 'classes and confusion matrix of the row' },
  {
    keys: ['s'],
    label: 'sort',
    doc: 'sort by the chosen column; again: the other way; a third time: as the file has it',
  },
  { keys: ['p'], label: 'pivot', doc: 'lay out by scores, seeds, classes, or the values of a sweep' },
  { keys: ['c'], doc: 'leave the chosen column out' },
  { keys: ['C'], doc: 'show all columns again' },
  { keys: ['v'], label: 'cases', doc: 'every case of the row and its answers' },
  { keys: ['x'], label: 'mark', doc: 'mark the row to compare others with; again: unmark it' },
  {
    keys: ['d'],
    label: 'diff',
    doc: 'settings, scores and cases that differ from the marked row, else from the first',
  },
  searchKey('only rows whose name says so'),
  { keys: ['tab'], doc: 'the next experiment' },
];
const row: readonly KeyHelp[] = [
  { keys: ['v'], label: 'cases', doc: 'every case of the row and its answers' },
  ...scroll,
];
const cases: readonly KeyHelp[] = [
  { keys: ['up', 'down'], label: 'choose', doc: 'choose a case' },
  {
    keys: ['enter'],
    label: 'case',
    doc: 'what spoke for the answer, and what each modality alone would have said',
  },
  { keys: ['w'], label: 'wrong only', doc: 'only cases that a seed answers wrongly; again: all' },
  searchKey('only cases whose id or type says so'),
];

export const keysOf: Readonly<Record<Pane, readonly KeyHelp[]>> = {
  table: [...table, quit, help],
  row: [...row, back, quit, help],
  cases: [...cases, back, quit, help],
  case: [...scroll, back, quit, help],
  diff: [...scroll, searchKey('only lines that say so'), back, quit, help],
  help: [...scroll, searchKey('only keys that have to do with it'), back],
};

export const helpSections: readonly HelpSection[] = [
  { title: 'Everywhere', keys: [help, back, quit] },
  { title: 'Table', keys: table },
  { title: 'Row', keys: row },
  { title: 'Cases', keys: cases },
  { title: 'Case, differences', keys: scroll },
];

const searched: readonly Pane[] = ['cases', 'diff', 'help'];

/** The state after a key; `quit` where the explorer is left. Keys that mean nothing here change nothing. */
export function pressKey(state: ExploreState, key: KeyName, sizes: ExploreSizes): ExploreState | 'quit' {
  const pane = paneOf(state);
  const after = pressSearch(state, pane, key);
  if (after) return after;
  if (key === 'q') return 'quit';
  if (key === 'escape') return goBack(state);
  if (key === '?' && pane !== 'help') return open(state, 'help');
  if (pane === 'table') return pressTable(state, key, sizes);
  if (pane === 'row' && key === 'v') return openCases(state);
  return pane === 'cases' ? pressCases(state, key, sizes) : scrollPane(state, key, sizes);
}

function pressSearch(state: ExploreState, pane: Pane, key: KeyName): ExploreState | undefined {
  const name = pane === 'table' ? 'tableSearch' : searched.includes(pane) ? 'search' : undefined;
  if (name === undefined) return undefined;
  const typed = typeSearch(state[name], key);
  const places = pane === 'table' ? { row: 0 } : { first: 0, caseAt: 0 };
  if (typed) return { ...state, ...places, [name]: typed };
  return key === 'escape' && state[name].text !== '' ? { ...state, [name]: noSearch } : undefined;
}

const open = (state: ExploreState, pane: Pane): ExploreState => ({
  ...state,
  panes: [...state.panes, pane],
  first: 0,
  search: noSearch,
});

const openCases = (state: ExploreState): ExploreState => ({ ...open(state, 'cases'), caseAt: 0 });

function goBack(state: ExploreState): ExploreState {
  if (state.panes.length < 2) return state;
  return { ...state, panes: state.panes.slice(0, -1), first: 0, search: noSearch };
}

const within = (value: number, length: number) => Math.max(0, Math.min(value, length - 1));

function pressTable(state: ExploreState, key: KeyName, sizes: ExploreSizes): ExploreState {
  const { rows, heads } = sizes;
  const row = within(state.row, rows.length);
  const column = within(state.column, heads.length);
  const head = heads[column];
  const label = rows[row];
  switch (key) {
    case 'up':
    case 'down':
      return { ...state, row: within(row + (key === 'up' ? -1 : 1), rows.length) };
    case 'pageup':
    case 'pagedown':
      return {
        ...state,
        row: within(row + (key === 'pageup' ? -1 : 1) * Math.max(1, sizes.room - 2), rows.length),
      };
    case 'home':
    case 'end':
      return { ...state, row: key === 'home' ? 0 : within(rows.length, rows.length) };
    case 'left':
    case 'right':
      return { ...state, column: within(column + (key === 'left' ? -1 : 1), heads.length) };
    case 'tab':
      return { ...fresh(state), table: (state.table + 1) % Math.max(1, sizes.tables), pivot: 0 };
    case 'p':
      return { ...fresh(state), pivot: (state.pivot + 1) % Math.max(1, sizes.pivots) };
    case 's':
      return head === undefined ? state : sortBy(state, head);
    case 'c':
      return head === undefined || heads.length < 2 ? state : { ...state, hidden: [...state.hidden, head] };
    case 'C':
      return { ...state, hidden: [] };
    case 'x':
      return label === undefined || state.marked === label ? unmarked(state) : { ...state, marked: label };
    case 'enter':
      return label === undefined ? state : open(state, 'row');
    case 'v':
      return label === undefined ? state : openCases(state);
    case 'd':
      return label === undefined ? state : open(state, 'diff');
    default:
      return state;
  }
}

/** Another layout: its columns are others. */
function fresh({ sort: _, ...state }: ExploreState): ExploreState {
  return { ...state, hidden: [], row: 0, column: 0 };
}

function unmarked({ marked: _, ...state }: ExploreState): ExploreState {
  return state;
}

/** Largest first, then smallest first, then as the file has it. */
function sortBy(state: ExploreState, head: string): ExploreState {
  if (state.sort?.head !== head) return { ...state, sort: { head, descending: true } };
  if (state.sort.descending) return { ...state, sort: { head, descending: false } };
  const { sort: _, ...rest } = state;
  return rest;
}

function pressCases(state: ExploreState, key: KeyName, { cases, room }: ExploreSizes): ExploreState {
  const page = Math.max(1, room - 3);
  const steps: Readonly<Record<KeyName, number>> = {
    up: -1,
    down: 1,
    pageup: -page,
    pagedown: page,
    home: -cases,
    end: cases,
  };
  const by = steps[key];
  if (by !== undefined) return { ...state, caseAt: within(within(state.caseAt, cases) + by, cases) };
  if (key === 'w') return { ...state, wrongOnly: !state.wrongOnly, caseAt: 0 };
  return key === 'enter' && cases > 0 ? { ...state, panes: [...state.panes, 'case'], first: 0 } : state;
}

function scrollPane(state: ExploreState, key: KeyName, { lines, room }: ExploreSizes): ExploreState {
  const page = Math.max(1, room - 2);
  const steps: Readonly<Record<KeyName, number>> = {
    up: -1,
    down: 1,
    pageup: -page,
    pagedown: page,
    home: -lines,
    end: lines,
  };
  const by = steps[key];
  if (by === undefined) return state;
  return { ...state, first: Math.max(0, Math.min(state.first + by, lines - Math.max(1, room - 1))) };
}
