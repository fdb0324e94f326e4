/** Writes the files of `report` blocks from records, and says which command does. */
import { dirname, join } from 'node:path';
import { reportCodes } from '../../diagnostics/codes/reports.ts';
import { MedxError, report as problem } from '../../diagnostics/diagnostic.ts';
import { renderCsv } from '../../report/csv.ts';
import { renderLatex } from '../../report/latex.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { ranksOver } from '../../report/over-datasets.ts';
import { renderPage } from '../../report/page/page.ts';
import { type RecordedTable, recordedTables } from '../../report/recorded.ts';
import { chooseRanks, chooseRows } from '../../report/shown.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Store } from '../../run/store.ts';
import { endingOf } from '../../spec/reports.ts';
import type { ResolvedReport } from '../../spec/resolved.ts';
import { readHistories } from './histories.ts';
import { checkReportFiles, writeReportFile } from './report-files.ts';

export interface ReportSource {
  readonly store: Store;
  /** Paths of reports are relative to it. */
  readonly folder: string;
  /** By experiment: every one that a report is of. */
  readonly records: ReadonlyMap<string, RunRecord>;
}

/** The paths that were written. Throws MED6030 where one may not be, before any is. */
export function writeReports(reports: readonly ResolvedReport[], source: ReportSource): string[] {
  checkReportFiles(reports, source.folder);
  const tables = tablesByExperiment(source.records);
  return reports.flatMap((report) => {
    const texts = textsOf(report, source, tables);
    return report.write.map((path) => {
      writeReportFile(source.folder, path, texts(path));
      return join(source.folder, path);
    });
  });
}

/** Each experiment's table from its own run. What rows are compared with costs a while: it is done once per run. */
export function tablesByExperiment(records: ReportSource['records']): ReadonlyMap<string, RecordedTable> {
  const made = new Map([...new Set(records.values())].map((record) => [record, recordedTables([record])]));
  return new Map(
    [...records].flatMap(([name, record]) => {
      const found = made.get(record)?.find(({ table }) => table.title === name);
      return found ? [[name, found] as const] : [];
    }),
  );
}

function textsOf(
  report: ResolvedReport,
  { store, records }: ReportSource,
  byExperiment: ReadonlyMap<string, RecordedTable>,
): (path: string) => string {
  const { name, of, rows, title, note, columns, charts } = report;
  const whole = of.flatMap((experiment) => byExperiment.get(experiment) ?? []);
  const chosen = rows ? chooseRows(whole, rows) : whole;
  const tables = chosen.map(({ table }) => table);
  const all = ranksOver(whole.map(({ table }) => table));
  const ranks =
    all && chooseRanks(all, new Set(tables.flatMap((table) => table.rows.map(({ label }) => label))));
  const ranked = ranks && ranks.methods.length > 1 ? { ranks } : {};
  const shown = {
    report: name,
    ...(title === undefined ? {} : { title }),
    ...(note === undefined ? {} : { note }),
    ...(columns ? { columns } : {}),
    ...(charts ? { charts } : {}),
  };
  return (path) => {
    switch (endingOf(path)) {
      case '.html':
        return renderPage({
          records: [...new Set(of.flatMap((experiment) => records.get(experiment) ?? []))],
          tables: chosen,
          historiesOf: (row) => readHistories(store, row),
          ...ranked,
          shown,
        });
      case '.tex':
        return renderLatex(tables, ranked.ranks, shown);
      case '.csv':
        return renderCsv(tables);
      default:
        return renderMarkdown(tables, ranked.ranks, shown);
    }
  };
}

/** The reports of a file that is run. */
export interface Reporting {
  readonly file: string;
  readonly sets: readonly string[];
  readonly reports: readonly ResolvedReport[];
  /** Asked for with `--reports`: a file that others wrote writes nothing by being run. */
  readonly write: boolean;
}

/** Before hours of training: is there something to write, and may it be written? Throws MED6033 or MED6030. */
export function checkReports({ file, reports }: Reporting): void {
  if (reports.length === 0)
    throw new MedxError(problem(reportCodes, 'MED6033', { option: '--reports', file }));
  checkReportFiles(reports, dirname(file));
}

/** Writes the reports of a finished run where that was asked for; gives lines that say so, and which command writes the others. */
export function endReports(
  { file, sets, reports, write }: Reporting,
  record: RunRecord,
  store: Store,
): string {
  const records = new Map(record.experiments.map(({ name }) => [name, record]));
  const ready = write ? reports.filter(({ of }) => of.every((name) => records.has(name))) : [];
  const written = writeReports(ready, { store, folder: dirname(file), records });
  const left = reports.filter((one) => !ready.includes(one)).map(({ name }) => name);
  return [
    ...(written.length > 0 ? [`Wrote ${written.join(', ')}.\n`] : []),
    ...(left.length > 0
      ? [
          `Not written: report${left.length > 1 ? 's' : ''} ${left.join(', ')}. To write: ${reportCommand(file, sets)}\n`,
        ]
      : []),
  ].join('');
}

/** `medx report x.med --set 'quick.epochs=5'`: what writes the reports of a run. */
function reportCommand(file: string, sets: readonly string[]): string {
  const quoted = (text: string) => (/^[\w./=:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return ['medx report', quoted(file), ...sets.map((one) => `--set ${quoted(one)}`)].join(' ');
}
