/** What a comparison table says, before it is drawn: facts above it, its rows, remarks under it. Drawn by `text`, `csv`, `markdown`. */

import { statisticsCodes } from '../diagnostics/codes/statistics.ts';
import type { AnsweredExperiment, RunAnswers } from '../run/answers.ts';
import type { ResultRow } from '../run/events.ts';
import type { Notice } from '../stages/stage.ts';
import { corruptionTexts, labelOf } from './corrupted.ts';
import { noticeLines } from './notices.ts';
import { alarmsOf } from './statistics/alarms.ts';
import { type ComparedRow, withStatistics } from './statistics/compare.ts';
import { comparedRows } from './summary.ts';

export interface Table {
  readonly title: string;
  /** Name and text: `data`, `cases`, `engine`, `stand-in`, `note`, … */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly rows: readonly TableRow[];
  /** Label of the row that the file wants all others compared with; without one that is the best. */
  readonly reference?: string;
  /** How its rows were compared; absent where they were not. */
  readonly footnote?: string;
  /** What the file said scores should be, and what they are. */
  readonly expectations: readonly { readonly met: boolean; readonly text: string }[];
  /** What makes the comparison worth less than it looks. */
  readonly alarms: readonly string[];
  readonly remarks: readonly string[];
}

export interface TableRow {
  readonly label: string;
  /** Where a table has rows of several runs: `#1`, `#2`, …; its facts say which run that is. */
  readonly run?: string;
  readonly result: ResultRow;
}

/** One table per experiment of the run, from the predictions that it kept, or from rows that were just made of them. */
export function tablesOf(record: RunAnswers, made?: readonly ResultRow[]): Table[] {
  return record.experiments.map((experiment) => {
    const results =
      made?.filter((row) => row.experiment === experiment.name) ??
      withStatistics(comparedRows(experiment), experiment.against);
    const rows = results.map((result) => ({ label: labelOf(result), result }));
    return {
      title: experiment.name,
      facts: [...factsOf(experiment, results), ['run', record.run]],
      rows,
      ...comparisonOf(results),
      expectations: expectationsOf(rows),
      alarms: [...leaksOf(experiment), ...alarmsOf(rows)],
      remarks: remarksOf(experiment, results),
    };
  });
}

/** What rows were compared with, and how the p of a table came about in one line. */
function comparisonOf(results: readonly ResultRow[]): Pick<Table, 'footnote' | 'reference'> {
  const compared = results.flatMap(({ statistics }) => statistics?.comparison ?? []);
  if (compared.length === 0) return {};
  const once = compared.some(({ seeds }) => seeds > 1)
    ? ' (a case counts once, for the row right in more seeds)'
    : '';
  const named = results.find(({ statistics }) => statistics?.reference);
  const reference = named && labelOf(named);
  return {
    ...(reference === undefined ? {} : { reference }),
    footnote:
      `= cannot be told from ${reference ?? 'the best'}: p of 0.05 or more. p: exact McNemar${once} and paired bootstrap of F1, ` +
      `the larger, after Holm for ${count(compared.length, 'row')}. 95%: ± over seeds (from three on), [ ] over cases.`,
  };
}

/** `full f1_weighted 0.826 ± 0.02 expected: 0.829`. */
function expectationsOf(rows: readonly Pick<TableRow, 'label' | 'result'>[]): Table['expectations'] {
  return rows.flatMap(({ label, result }) =>
    (result.expected ?? []).map(({ score, value, tolerance, met }) => {
      const found = result.scores[score]?.mean.toFixed(3) ?? 'no result';
      return { met, text: `${label} ${score} ${value} ± ${tolerance} expected: ${found}` };
    }),
  );
}

/** Notices of leaks and of confounded types are no remarks: MED3145 of a published split, MED3421 of day or service. */
const isAlarm = ({ code }: Notice) => code in statisticsCodes || code === 'MED3145' || code === 'MED3421';

const leaksOf = ({ notices }: AnsweredExperiment) => noticeLines(notices.filter(isAlarm));

function factsOf(experiment: AnsweredExperiment, rows: readonly ResultRow[]): Table['facts'] {
  const simulated = experiment.simulated ? ' (simulated)' : '';
  return [
    ['data', `${experiment.data}${simulated}`],
    ['cases', casesText(experiment, rows)],
    ...(experiment.engine ? [['engine', experiment.engine] as const] : []),
    ...experiment.standIns.map((text) => ['stand-in', text] as const),
    ...paperFacts(experiment),
    ...detectorTexts(rows).map((text) => ['detector', text] as const),
    ...corruptionTexts(rows).map((text) => ['corrupted', text] as const),
    ...experiment.notes.map((text) => ['note', text] as const),
  ];
}

/** Of detectors that do not answer as the model does: how near they are. */
function detectorTexts(rows: readonly ResultRow[]): string[] {
  return rows.flatMap(({ name, cost }) => {
    const { numbers, cases, other_answers, difference } = cost?.detector ?? {};
    if (numbers !== 'int8' || cases === undefined || difference === undefined) return [];
    const others = other_answers === 0 ? 'no other answer' : count(other_answers ?? 0, 'other answer');
    return [
      `int8, whose times stand beside ${name}: probabilities within ${difference.toPrecision(2)} of the model's, ${others} in ${count(cases, 'case')}`,
    ];
  });
}

/** A number of a paper beside one of simulated telemetry invites a comparison that means nothing. */
function paperFacts({ paper, simulated }: AnsweredExperiment): Table['facts'] {
  if (paper === undefined) return [];
  const warning = simulated
    ? '; the telemetry here is simulated, so these numbers are not of the same data'
    : '';
  return [['paper', `${paper}${warning}`]];
}

function casesText(experiment: AnsweredExperiment, rows: readonly ResultRow[]): string {
  const seeds = Math.max(0, ...rows.map((row) => row.seeds));
  const folds = Math.max(1, ...rows.map((row) => row.folds));
  const repeats = Math.max(1, ...rows.map((row) => row.repeats ?? 1));
  const tested = rows.find((row) => row.seeds === seeds)?.test_cases ?? 0;
  const test = Number.isInteger(tested) ? String(tested) : tested.toFixed(1);
  const pooled = folds > 1 ? `, ${folds} folds pooled` : '';
  const drawn = repeats > 1 ? `${count(seeds, 'repeat')}, ${repeats} per seed` : count(seeds, 'seed');
  return (
    `${experiment.cases} in ${count(experiment.classes.length, 'class', 'classes')}; ` +
    `${drawn}${pooled}, ${test} test cases per ${repeats > 1 ? 'repeat' : 'seed'}`
  );
}

const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** Refused cases by reason, counted notices, rows without all their jobs. */
function remarksOf(experiment: AnsweredExperiment, rows: readonly ResultRow[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, reason } of experiment.refused) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  const refused = [...reasons].map(([reason, ids]) => {
    const some = ids.slice(0, 3).join(', ');
    return `${count(ids.length, 'case')} refused: ${reason} (${some}${ids.length > 3 ? ', …' : ''})`;
  });
  const lacking = rows.filter((row) => row.missing_jobs > 0);
  const jobs = lacking.reduce((sum, row) => sum + row.missing_jobs, 0);
  const missing =
    lacking.length > 3
      ? [`${count(jobs, 'job')} of ${lacking.length} rows without a result`]
      : lacking.map((row) => `${labelOf(row)}: ${count(row.missing_jobs, 'job')} without a result`);
  return [...refused, ...noticeLines(experiment.notices.filter((one) => !isAlarm(one))), ...missing];
}

/** The tables of one run, or of several side by side. */
export function tablesOfRuns(runs: readonly RunAnswers[]): Table[] {
  const [only] = runs;
  return runs.length === 1 && only ? tablesOf(only) : compareRuns(runs);
}

/**
 * Rows of several runs side by side, one table per experiment name, equal rows next to each other. What differs between the
 * runs is said, because then the scores are of different things.
 */
export function compareRuns(records: readonly RunAnswers[]): Table[] {
  const names = [...new Set(records.flatMap((record) => record.experiments.map((e) => e.name)))];
  return names.map((name) => compareExperiment(name, records));
}

function compareExperiment(name: string, records: readonly RunAnswers[]): Table {
  const parts = records.flatMap((record, i) =>
    record.experiments
      .filter((experiment) => experiment.name === name)
      .map((experiment) => ({ alias: `#${i + 1}`, run: record.run, experiment })),
  );
  const compared = parts.map(({ experiment }) => comparedRows(experiment));
  const results = withStatistics(compared.flat());
  const facts = parts.map(({ experiment }, i) => factsOf(experiment, (compared[i] ?? []).map(resultOf)));
  const said = new Map<string, number>();
  for (const list of facts)
    for (const fact of new Set(list.map(String))) said.set(fact, (said.get(fact) ?? 0) + 1);
  const isShared = (fact: Table['facts'][number]) => said.get(String(fact)) === facts.length;
  const aliases = parts.flatMap(({ alias }, i) => (compared[i] ?? []).map(() => alias));
  const rows = results.map((result, i) => ({ label: labelOf(result), run: aliases[i] ?? '', result }));
  const keyOf = (row: TableRow) => `${row.result.kind} ${row.label}`;
  const order = new Map([...new Set(rows.map(keyOf))].map((key, i) => [key, i]));
  const rank = (row: TableRow) => order.get(keyOf(row)) ?? 0;
  const named = rows.map(({ label, run, result }) => ({ label: `${label} ${run}`, result }));
  const ofEach = (texts: (experiment: AnsweredExperiment, results: readonly ResultRow[]) => string[]) =>
    parts.flatMap(({ alias, experiment }, i) =>
      texts(experiment, (compared[i] ?? []).map(resultOf)).map((text) => `${alias}: ${text}`),
    );
  return {
    title: name,
    facts: [
      ...parts.map(({ alias, run }) => [alias, run] as const),
      ...(facts[0]?.filter(isShared) ?? []),
      ...parts.flatMap(({ alias }, i) =>
        (facts[i] ?? [])
          .filter((fact) => !isShared(fact))
          .map(([key, text]) => [`${key} ${alias}`, text] as const),
      ),
    ],
    rows: rows.sort((a, b) => rank(a) - rank(b)),
    ...comparisonOf(results),
    expectations: expectationsOf(named),
    alarms: [...ofEach(leaksOf), ...alarmsOf(named)],
    remarks: ofEach(remarksOf),
  };
}

const resultOf = ({ result }: ComparedRow) => result;
