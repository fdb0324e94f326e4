/** Tables with everything that the records keep of their rows: jobs, predictions, where they are from. Pure. */
import type { ExperimentResult, RowResult, RunRecord } from '../run/record.ts';
import { compareRuns, type Table, type TableRow, tablesOf } from './table.ts';

export interface RecordedRow {
  /** With the run behind it where the table has several: `full #2`. */
  readonly label: string;
  readonly row: TableRow;
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
  const [only] = records;
  const tables = records.length === 1 && only ? tablesOf(only) : compareRuns(records);
  return tables.map((table) => ({
    table,
    rows: table.rows.flatMap((row) => findRecorded(table, row, records)),
  }));
}

function findRecorded(table: Table, row: TableRow, records: readonly RunRecord[]): RecordedRow[] {
  const record = records[row.run === undefined ? 0 : Number(row.run.slice(1)) - 1];
  const experiment = record?.experiments.find((one) => one.name === table.title);
  const result = experiment?.rows.find((one) => one.name === row.result.name && one.kind === row.result.kind);
  if (!record || !experiment || !result) return [];
  const label = row.run === undefined ? row.label : `${row.label} ${row.run}`;
  return [{ label, row, result, experiment, record }];
}
