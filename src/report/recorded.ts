/** Tables with everything that the records keep of their rows: jobs, predictions, where they are from. Pure. */
import type { RunAnswers } from '../run/answers.ts';
import type { ExperimentResult, RowResult, RunRecord } from '../run/record.ts';
import { answersOf } from './answers.ts';
import { poolSeeds, type SeedAnswers } from './seeds.ts';
import { type Table, type TableRow, tablesOfRuns } from './table.ts';

export interface RecordedRow {
  /** With the run behind it where the table has several: `full #2`. */
  readonly label: string;
  readonly row: TableRow;
  readonly seeds: readonly SeedAnswers[];
  readonly result: RowResult;
  readonly experiment: ExperimentResult;
  readonly record: RunRecord;
}

export interface RecordedTable {
  readonly table: Table;
  readonly rows: readonly RecordedRow[];
}

/** The tables of one run, or of several side by side. */
export function recordedTables(records: readonly RunRecord[]): RecordedTable[] {
  const runs = records.map((record) => ({ record, answers: answersOf(record) }));
  return tablesOfRuns(runs.map(({ answers }) => answers)).map((table) => ({
    table,
    rows: table.rows.flatMap((row) => findRecorded(table, row, runs)),
  }));
}

interface RecordedRun {
  readonly record: RunRecord;
  readonly answers: RunAnswers;
}

function findRecorded(table: Table, row: TableRow, runs: readonly RecordedRun[]): RecordedRow[] {
  const run = runs[row.run === undefined ? 0 : Number(row.run.slice(1)) - 1];
  const at = run?.record.experiments.findIndex((one) => one.name === table.title) ?? -1;
  const [experiment, answered] = [run?.record.experiments[at], run?.answers.experiments[at]];
  const { name, kind } = row.result;
  const place = experiment?.rows.findIndex((one) => one.name === name && one.kind === kind) ?? -1;
  const [result, columns] = [experiment?.rows[place], answered?.rows[place]];
  if (!run || !experiment || !answered || !result || !columns) return [];
  const label = row.run === undefined ? row.label : `${row.label} ${row.run}`;
  return [{ label, row, seeds: poolSeeds(answered, columns), result, experiment, record: run.record }];
}
