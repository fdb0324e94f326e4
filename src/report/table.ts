/** What a comparison table says, before it is drawn: facts above it, its rows, remarks under it. Drawn by `text`, `csv`, `markdown`. */
import type { ResultRow } from '../run/events.ts';
import type { ExperimentResult, RunRecord } from '../run/record.ts';
import { corruptionTexts, labelOf } from './corrupted.ts';
import { noticeLines } from './notices.ts';

export interface Table {
  readonly title: string;
  /** Name and text: `data`, `cases`, `engine`, `stand-in`, `note`, … */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly rows: readonly TableRow[];
  readonly remarks: readonly string[];
}

export interface TableRow {
  readonly label: string;
  /** Where a table has rows of several runs: `#1`, `#2`, …; its facts say which run that is. */
  readonly run?: string;
  readonly result: ResultRow;
}

/** One table per experiment of the run. */
export function tablesOf(record: RunRecord): Table[] {
  return record.experiments.map((experiment) => {
    const rows = record.rows
      .filter((row) => row.experiment === experiment.name)
      .map((result) => ({ label: labelOf(result), result }));
    return {
      title: experiment.name,
      facts: [
        ...factsOf(
          experiment,
          rows.map((row) => row.result),
        ),
        ['run', record.run],
      ],
      rows,
      remarks: remarksOf(
        experiment,
        rows.map((row) => row.result),
      ),
    };
  });
}

function factsOf(experiment: ExperimentResult, rows: readonly ResultRow[]): Table['facts'] {
  const simulated = experiment.simulated ? ' (simulated)' : '';
  return [
    ['data', `${experiment.data}${simulated}`],
    ['cases', casesText(experiment, rows)],
    ...(experiment.engine ? [['engine', experiment.engine] as const] : []),
    ...experiment.standIns.map((text) => ['stand-in', text] as const),
    ...corruptionTexts(rows).map((text) => ['corrupted', text] as const),
    ...experiment.notes.map((text) => ['note', text] as const),
  ];
}

function casesText(experiment: ExperimentResult, rows: readonly ResultRow[]): string {
  const seeds = Math.max(0, ...rows.map((row) => row.seeds));
  const folds = Math.max(1, ...rows.map((row) => row.folds));
  const tested = rows.find((row) => row.seeds === seeds)?.test_cases ?? 0;
  const test = Number.isInteger(tested) ? String(tested) : tested.toFixed(1);
  const pooled = folds > 1 ? `, ${folds} folds pooled` : '';
  return (
    `${experiment.cases} in ${count(experiment.classes.length, 'class', 'classes')}; ` +
    `${count(seeds, 'seed')}${pooled}, ${test} test cases per seed`
  );
}

const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** Refused cases by reason, counted notices, rows without all their jobs. */
function remarksOf(experiment: ExperimentResult, rows: readonly ResultRow[]): string[] {
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
  return [...refused, ...noticeLines(experiment.notices), ...missing];
}

/**
 * Rows of several runs side by side, one table per experiment name, equal rows next to each other. What differs between the
 * runs is said, because then the scores are of different things.
 */
export function compareRuns(records: readonly RunRecord[]): Table[] {
  const names = [...new Set(records.flatMap((record) => record.experiments.map((e) => e.name)))];
  return names.map((name) => compareExperiment(name, records));
}

function compareExperiment(name: string, records: readonly RunRecord[]): Table {
  const parts = records.flatMap((record, i) =>
    record.experiments
      .filter((experiment) => experiment.name === name)
      .map((experiment) => {
        const results = record.rows.filter((row) => row.experiment === name);
        return {
          alias: `#${i + 1}`,
          run: record.run,
          results,
          facts: factsOf(experiment, results),
          remarks: remarksOf(experiment, results),
        };
      }),
  );
  const isShared = ([key, text]: Table['facts'][number]) =>
    parts.every((part) => part.facts.some(([k, t]) => k === key && t === text));
  const rows = parts.flatMap(({ alias, results }) =>
    results.map((result) => ({ label: labelOf(result), run: alias, result })),
  );
  const order = [...new Set(rows.map((row) => `${row.result.kind} ${row.label}`))];
  const rank = (row: TableRow) => order.indexOf(`${row.result.kind} ${row.label}`);
  return {
    title: name,
    facts: [
      ...parts.map(({ alias, run }) => [alias, run] as const),
      ...(parts[0]?.facts.filter(isShared) ?? []),
      ...parts.flatMap(({ alias, facts }) =>
        facts.filter((fact) => !isShared(fact)).map(([key, text]) => [`${key} ${alias}`, text] as const),
      ),
    ],
    rows: rows.sort((a, b) => rank(a) - rank(b)),
    remarks: parts.flatMap(({ alias, remarks }) => remarks.map((text) => `${alias}: ${text}`)),
  };
}
