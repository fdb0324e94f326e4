/** The whole screen of the explorer: head, the pane that is looked at, and its keys. Pure. */
import type { RecordedRow, RecordedTable } from '../../../report/recorded.ts';
import { countConfusion } from '../../../report/scores.ts';
import { wrap } from '../../../report/text.ts';
import { footLine, helpLines } from '../keys.ts';
import { fillWindow, plainText, type ScreenLine, scrolled, seg, type Window } from '../lines.ts';
import { searchLine } from '../search.ts';
import { type CaseAnswers, casesOf, differenceOf } from './answers.ts';
import { arrange, type Grid, gridOf, pivotsOf } from './grid.ts';
import { casesPane, diffPane, rowPane, type TablePlace, tablePane } from './panes.ts';
import {
  type ExploreSizes,
  type ExploreState,
  type GridView,
  helpSections,
  keysOf,
  paneOf,
} from './state.ts';
import { type Tried, triedOf, type ValidationOf } from './tried.ts';

const headRows = 2;
const footRows = 1;

/** What is not in the records. */
export interface Told {
  /** Lines of what spoke in a case, once they are known; asked for by row and case. */
  readonly explained: (row: RecordedRow, id: string) => readonly string[] | undefined;
  readonly validationOf: ValidationOf;
}

/** What the state chooses of the tables. */
export interface Choice {
  readonly table: RecordedTable | undefined;
  readonly pivot: string;
  readonly grid: Grid;
  readonly row: RecordedRow | undefined;
  readonly cases: readonly CaseAnswers[];
  readonly chosenCase: CaseAnswers | undefined;
}

export function choiceOf(tables: readonly RecordedTable[], state: ExploreState): Choice {
  const table = tables[state.table];
  const pivots = table ? pivotsOf(table) : [];
  const pivot = pivots[state.pivot] ?? 'scores';
  const grid = arranged(table ? gridOf(table, pivot) : { heads: [], rows: [] }, state.grid);
  const row = grid.rows[Math.min(state.grid.row, grid.rows.length - 1)]?.source;
  const pane = paneOf(state);
  const cases = row && (pane === 'cases' || pane === 'case') ? wantedCases(row, state) : [];
  const chosenCase = cases[Math.min(state.caseAt, cases.length - 1)];
  return { table, pivot, grid, row, cases, chosenCase };
}

const arranged = (grid: Grid, { search, ...view }: GridView) =>
  arrange(grid, { ...view, search: search.text });

function wantedCases(row: RecordedRow, { wrongOnly, search }: ExploreState): CaseAnswers[] {
  const wanted = search.text.toLowerCase();
  return casesOf(row).filter(
    ({ id, truth, bySeed, right }) =>
      (!wrongOnly || right < bySeed.size) && `${id} ${truth}`.toLowerCase().includes(wanted),
  );
}

export function exploreLines(
  tables: readonly RecordedTable[],
  state: ExploreState,
  window: Window,
  told: Told,
): ScreenLine[] {
  const choice = choiceOf(tables, state);
  const room = roomOf(window);
  const pane = paneOf(state);
  const body = bodyLines(tables, choice, state, window, told);
  const fits = pane === 'table' || pane === 'points' || pane === 'cases';
  const shown = fits ? body.slice(0, room) : scrolled(body, state.first, room);
  const { search } = pane === 'table' ? state.grid : pane === 'points' ? state.points : state;
  const foot = searchLine(search) ?? footLine(keysOf[pane], window.columns);
  return fillWindow(window, headLines(tables, choice, state), shown, [foot]);
}

export function exploreSizes(
  tables: readonly RecordedTable[],
  state: ExploreState,
  window: Window,
  told: Told,
): ExploreSizes {
  const choice = choiceOf(tables, state);
  const tried = paneOf(state) === 'points' ? triedBy(choice, told) : undefined;
  const grid = tried ? arranged(tried.grid, state.points) : choice.grid;
  return {
    tables: tables.length,
    pivots: choice.table ? pivotsOf(choice.table).length : 1,
    rows: grid.rows.map(({ label }) => label),
    heads: grid.heads,
    cases: choice.cases.length,
    lines: bodyLines(tables, choice, state, window, told).length,
    room: roomOf(window),
  };
}

const roomOf = (window: Window) => Math.max(0, Math.max(4, window.rows - 1) - headRows - footRows);

function headLines(tables: readonly RecordedTable[], choice: Choice, state: ExploreState): ScreenLine[] {
  const { table, pivot } = choice;
  const facts = new Map(table?.table.facts);
  const place = tables.length > 1 ? ` (${state.table + 1} of ${tables.length})` : '';
  const layout = pivot === 'scores' ? '' : `  F1 weighted by ${pivot}`;
  const data = [facts.get('data'), facts.get('cases')].filter((text) => text !== undefined).join(', ');
  return [
    [
      seg('medx ', 'bold'),
      seg(`${table?.table.title ?? ''}${place}`, 'bold'),
      seg(layout, 'busy'),
      seg(`  ${data}`, 'dim'),
    ],
    [],
  ];
}

function bodyLines(
  tables: readonly RecordedTable[],
  choice: Choice,
  state: ExploreState,
  window: Window,
  told: Told,
): ScreenLine[] {
  const { row, grid, cases, chosenCase, table } = choice;
  const room = roomOf(window);
  const pane = paneOf(state);
  if (pane === 'help') return helpLines(helpSections, state.search.text, window.columns);
  if (pane === 'table' || !row) {
    const place = placeIn(grid, state.grid, state.marked);
    const said = [
      ...(table?.table.alarms ?? []).map((text) => ({
        text,
        first: '!! ',
        rest: '   ',
        tone: 'bad' as const,
      })),
      { text: table?.table.footnote ?? '', first: '', rest: '', tone: 'dim' as const },
      ...(table?.table.remarks ?? []).map((text) => ({
        text,
        first: '! ',
        rest: '  ',
        tone: 'warn' as const,
      })),
    ];
    const below = room - grid.rows.length - 2;
    const notes = said.flatMap(({ text, first, rest, tone }) =>
      wrap(text, window.columns, first, rest).map((line): ScreenLine => [seg(line, tone)]),
    );
    return [
      ...tablePane(grid, place, window.columns, room),
      ...(below > 1 ? [[], ...notes].slice(0, below) : []),
    ];
  }
  if (pane === 'row') {
    const answers = row.seeds.flatMap(({ tests }) => tests);
    return rowPane(row, countConfusion(answers, row.experiment.classes.length));
  }
  if (pane === 'points') return pointsLines(triedBy(choice, told), state.points, window, room);
  if (pane === 'cases') {
    const at = Math.min(state.caseAt, Math.max(0, cases.length - 1));
    return [[seg(row.label, 'bold')], ...casesPane(cases, at, room - 1, window.columns)];
  }
  if (pane === 'diff') return wantedLines(diffLines(tables, row, state), state.search.text);
  return caseLines(row, chosenCase, told);
}

function placeIn(grid: Grid, { row, column, sort }: GridView, marked?: string): TablePlace {
  return {
    row: Math.min(row, Math.max(0, grid.rows.length - 1)),
    column: Math.min(column, Math.max(0, grid.heads.length - 1)),
    ...(sort ? { sort } : {}),
    ...(marked === undefined ? {} : { marked }),
  };
}

const triedBy = ({ table, row }: Choice, { validationOf }: Told): Tried | undefined =>
  table && row && triedOf(table, row, validationOf);

function pointsLines(tried: Tried | undefined, view: GridView, window: Window, room: number): ScreenLine[] {
  if (!tried)
    return [[seg('this row has tried no settings: choose a row of a sweep, or one that searches', 'dim')]];
  const notes = tried.notes.flatMap((text) => wrap(text, window.columns, '', ''));
  // A small window has room for points alone.
  const told = notes.length + 6 > room ? [] : [...notes.map((line): ScreenLine => [seg(line, 'dim')]), []];
  const head = [[seg(tried.title, 'bold')], ...told];
  const grid = arranged(tried.grid, view);
  return [...head, ...tablePane(grid, placeIn(grid, view), window.columns, room - head.length)];
}

/** Against the marked row of any table with this title, else the first row of the table. */
function diffLines(tables: readonly RecordedTable[], row: RecordedRow, state: ExploreState): ScreenLine[] {
  const rows = tables[state.table]?.rows ?? [];
  const other = rows.find(({ label }) => label === state.marked) ?? rows[0];
  if (!other || other === row)
    return [[seg('this is the row that others are compared with: choose another', 'dim')]];
  return diffPane(other, row, differenceOf(other, row));
}

function wantedLines(lines: readonly ScreenLine[], search: string): ScreenLine[] {
  if (search === '') return [...lines];
  return lines.filter((line) => plainText(line).toLowerCase().includes(search.toLowerCase()));
}

function caseLines(row: RecordedRow, chosen: CaseAnswers | undefined, { explained }: Told): ScreenLine[] {
  if (!chosen) return [];
  const told = explained(row, chosen.id);
  const answers = [...chosen.bySeed].map(([seed, answer]) => `seed ${seed} ${answer}`).join(', ');
  return [
    [seg(chosen.id, 'bold'), seg(`  ${row.label}`, 'dim')],
    [seg(`truth ${chosen.truth}; ${answers}`)],
    [],
    ...(told ? told.map((line): ScreenLine => [seg(line)]) : [[seg('asking the model …', 'busy')]]),
  ];
}
