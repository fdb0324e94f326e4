/** What of finished runs is looked at, and what each key changes of that. Pure. */
import { type HelpSection, type KeyHelp, type KeyName, linesBy } from '../keys.ts';
import { noSearch, type Search, typeSearch } from '../search.ts';

export type Pane = 'table' | 'row' | 'points' | 'cases' | 'case' | 'diff' | 'help';

/** How a grid is looked at: in which order, which columns are left out, the chosen row and column of what is shown. */
export interface GridView {
  readonly sort?: { readonly head: string; readonly descending: boolean };
  readonly hidden: readonly string[];
  readonly row: number;
  readonly column: number;
  readonly search: Search;
}

export interface ExploreState {
  /** The panes that were opened, the one that is seen last. */
  readonly panes: readonly Pane[];
  /** Place among the tables (one per experiment) and among the ways to lay one out. */
  readonly table: number;
  readonly pivot: number;
  readonly grid: GridView;
  /** Of the points that the chosen row has tried. */
  readonly points: GridView;
  /** Label of the row that others are compared with. */
  readonly marked?: string;
  readonly caseAt: number;
  readonly wrongOnly: boolean;
  /** The first line of a pane that is longer than the window. */
  readonly first: number;
  /** Of a pane that is no grid. */
  readonly search: Search;
}

const firstView: GridView = { hidden: [], row: 0, column: 0, search: noSearch };

export const firstExploreState: ExploreState = {
  panes: ['table'],
  table: 0,
  pivot: 0,
  grid: firstView,
  points: firstView,
  caseAt: 0,
  wrongOnly: false,
  first: 0,
  search: noSearch,
};

/** What the keys have to know of what is shown. */
export interface ExploreSizes {
  readonly tables: number;
  readonly pivots: number;
  /** Of the table, or of the points above it. */
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

const choose: KeyHelp = {
  keys: ['up', 'down', 'left', 'right'],
  label: 'choose',
  doc: 'choose a row and a column',
};
const sort: KeyHelp = {
  keys: ['s'],
  label: 'sort',
  doc: 'sort by the chosen column; again: the other way; a third time: as it was',
};
const columns: readonly KeyHelp[] = [
  { keys: ['c'], doc: 'leave the chosen column out' },
  { keys: ['C'], doc: 'show all columns again' },
];
const table: readonly KeyHelp[] = [
  choose,
  { keys: ['enter'], label: 'row', doc: 'classes and confusion matrix of the row' },
  sort,
  { keys: ['p'], label: 'pivot', doc: 'lay out by scores, seeds, classes, or the values of a sweep' },
  ...columns,
  { keys: ['v'], label: 'cases', doc: 'every case of the row and its answers' },
  {
    keys: ['t'],
    label: 'tried',
    doc: 'the points that the sweep or search of the row has tried, with their losses on validation cases',
  },
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
const points: readonly KeyHelp[] = [
  choose,
  sort,
  ...columns,
  searchKey('only points that say so: a seed, a setting, `chosen`'),
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
  points: [...points, back, quit, help],
  cases: [...cases, back, quit, help],
  case: [...scroll, back, quit, help],
  diff: [...scroll, searchKey('only lines that say so'), back, quit, help],
  help: [...scroll, searchKey('only keys that have to do with it'), back],
};

export const helpSections: readonly HelpSection[] = [
  { title: 'Everywhere', keys: [help, back, quit] },
  { title: 'Table', keys: table },
  { title: 'Row', keys: row },
  { title: 'Points tried', keys: points },
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
  if (pane === 'points') return { ...state, points: pressGrid(state.points, key, sizes) };
  if (pane === 'row' && key === 'v') return openCases(state);
  return pane === 'cases' ? pressCases(state, key, sizes) : scrollPane(state, key, sizes);
}

function pressSearch(state: ExploreState, pane: Pane, key: KeyName): ExploreState | undefined {
  const grid = pane === 'table' ? 'grid' : pane === 'points' ? 'points' : undefined;
  if (grid === undefined && !searched.includes(pane)) return undefined;
  const search = grid === undefined ? state.search : state[grid].search;
  const dropped = key === 'escape' && search.text !== '' ? noSearch : undefined;
  const found = typeSearch(search, key) ?? dropped;
  if (!found) return undefined;
  if (grid !== undefined) return { ...state, [grid]: { ...state[grid], row: 0, search: found } };
  return { ...state, first: 0, caseAt: 0, search: found };
}

const open = (state: ExploreState, pane: Pane): ExploreState => ({
  ...state,
  panes: [...state.panes, pane],
  first: 0,
  search: noSearch,
});

const openPoints = (state: ExploreState): ExploreState => ({ ...open(state, 'points'), points: firstView });

const openCases = (state: ExploreState): ExploreState => ({ ...open(state, 'cases'), caseAt: 0 });

function goBack(state: ExploreState): ExploreState {
  if (state.panes.length < 2) return state;
  return { ...state, panes: state.panes.slice(0, -1), first: 0, search: noSearch };
}

const within = (value: number, length: number) => Math.max(0, Math.min(value, length - 1));

function pressTable(state: ExploreState, key: KeyName, sizes: ExploreSizes): ExploreState {
  const label = sizes.rows[within(state.grid.row, sizes.rows.length)];
  switch (key) {
    case 'tab':
      return { ...fresh(state), table: (state.table + 1) % Math.max(1, sizes.tables), pivot: 0 };
    case 'p':
      return { ...fresh(state), pivot: (state.pivot + 1) % Math.max(1, sizes.pivots) };
    case 'x':
      return label === undefined || state.marked === label ? unmarked(state) : { ...state, marked: label };
    case 'enter':
      return label === undefined ? state : open(state, 'row');
    case 'v':
      return label === undefined ? state : openCases(state);
    case 't':
      return label === undefined ? state : openPoints(state);
    case 'd':
      return label === undefined ? state : open(state, 'diff');
    default:
      return { ...state, grid: pressGrid(state.grid, key, sizes) };
  }
}

/** Another layout: its columns are others. */
const fresh = (state: ExploreState): ExploreState => ({
  ...state,
  grid: { ...firstView, search: state.grid.search },
});

function unmarked({ marked: _, ...state }: ExploreState): ExploreState {
  return state;
}

/** Keys that any grid has. */
function pressGrid(view: GridView, key: KeyName, { rows, heads, room }: ExploreSizes): GridView {
  const row = within(view.row, rows.length);
  const column = within(view.column, heads.length);
  const head = heads[column];
  const by = linesBy(key, Math.max(1, room - 2));
  if (by !== undefined) return { ...view, row: within(row + by, rows.length) };
  switch (key) {
    case 'left':
    case 'right':
      return { ...view, column: within(column + (key === 'left' ? -1 : 1), heads.length) };
    case 's':
      return head === undefined ? view : sortBy(view, head);
    case 'c':
      return head === undefined || heads.length < 2 ? view : { ...view, hidden: [...view.hidden, head] };
    case 'C':
      return { ...view, hidden: [] };
    default:
      return view;
  }
}

/** Largest first, then smallest first, then as the file has it. */
function sortBy(view: GridView, head: string): GridView {
  if (view.sort?.head !== head) return { ...view, sort: { head, descending: true } };
  if (view.sort.descending) return { ...view, sort: { head, descending: false } };
  const { sort: _, ...rest } = view;
  return rest;
}

function pressCases(state: ExploreState, key: KeyName, { cases, room }: ExploreSizes): ExploreState {
  const by = linesBy(key, Math.max(1, room - 3));
  if (by !== undefined) return { ...state, caseAt: within(within(state.caseAt, cases) + by, cases) };
  if (key === 'w') return { ...state, wrongOnly: !state.wrongOnly, caseAt: 0 };
  return key === 'enter' && cases > 0 ? { ...state, panes: [...state.panes, 'case'], first: 0 } : state;
}

function scrollPane(state: ExploreState, key: KeyName, { lines, room }: ExploreSizes): ExploreState {
  const by = linesBy(key, Math.max(1, room - 2));
  if (by === undefined) return state;
  return { ...state, first: Math.max(0, Math.min(state.first + by, lines - Math.max(1, room - 1))) };
}
