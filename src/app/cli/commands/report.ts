/**
 * `medx report [RUN…]`: what finished runs say, as files to share: Markdown, CSV, LaTeX, a page with charts. `medx report FILE.med`:
 * the files that its `report` blocks name, of the newest runs of its experiments. Runs nothing.
 */
import { type Command, Option } from 'commander';
import type { RecordedTable } from '../../../report/recorded.ts';
import type { Table } from '../../../report/table.ts';
import type { RunRecord } from '../../../run/record.ts';
import { moreHelp } from '../help.ts';
import { collect, experimentOption, globalOptions } from '../options.ts';

/** Files to write, by what they are. */
interface Targets {
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
  readonly html?: string;
}

interface ReportOptions extends Targets {
  readonly experiment: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly set: readonly string[];
}

export function register(program: Command): void {
  program
    .command('report')
    .description(
      'write the tables of finished runs, and charts of them, to files; Markdown to the terminal by default',
    )
    .argument(
      '[run...]',
      'run ids, their beginnings, `last`, or paths of records (default: last); or a .med file, whose `report` blocks are written',
    )
    .addOption(experimentOption('only this experiment of the runs, or of the file'))
    .option('--html <file>', 'one page with tables and charts; it needs neither network nor script')
    .option('--markdown <file>', 'tables as Markdown')
    .option('--latex <file>', 'tables as LaTeX, ruled by booktabs')
    .option('--csv <file>', 'rows as CSV, in full precision')
    .addOption(
      new Option('--out <dir>', 'put the files of `report` blocks there, not beside the .med file').conflicts(
        ['html', 'markdown', 'latex', 'csv'],
      ),
    )
    .option(
      '--json',
      'print one JSON document (schemas/report.schema.json): files written, rows of the tables',
    )
    .option('--set <path=value>', 'a setting that the run of the .med file had; may be repeated', collect, [])
    .addHelpText(
      'after',
      moreHelp({
        text: 'Loss and θ curves are read from the store; what it has no longer is said on the page. Of a .med file those runs are taken that are what the file says now. Its reports stay in its folder (or --out), and no file is overwritten that is not a report.',
        examples: [
          ['report --html report.html --latex table.tex'],
          ['report last d3_ablation-2026 --html both.html', 'two runs side by side'],
          ['report experiments/table4.med', 'the files that its report blocks name'],
        ],
      }),
    )
    .action(async (given: readonly string[], options: ReportOptions, command: Command) => {
      const { store: root, color } = globalOptions(command);
      const store = { root };
      const { MedxError, report } = await import('../../../diagnostics/diagnostic.ts');
      const { reportCodes } = await import('../../../diagnostics/codes/reports.ts');
      const { checkTargets } = await import('../tables.ts');
      const { set, out, json, experiment, ...targets } = options;
      const files = Object.values(targets);
      checkTargets(files);

      const file = given.find((one) => one.endsWith('.med'));
      if (file === undefined) {
        const option = out !== undefined ? '--out' : set.length > 0 ? '--set' : undefined;
        if (option) throw new MedxError(report(reportCodes, 'MED6033', { option }));
        const { readRecord } = await import('../../../run/record.ts');
        const { nearestName } = await import('../../../diagnostics/nearest.ts');
        const { onlyExperiments } = await import('../../../report/chosen.ts');
        const { recordedTables } = await import('../../../report/recorded.ts');
        const runs = given.length === 0 ? ['last'] : given;
        const found = runs.map((run) => readRecord(store, run, nearestName));
        const records = onlyExperiments(found, experiment);
        await show(records, recordedTables(records), targets, { root, json });
        return;
      }
      const others = given.filter((one) => one !== file);
      if (others.length > 0) throw new MedxError(report(reportCodes, 'MED6032', { file, others }));
      const { loadSpec } = await import('../spec.ts');
      const { newestRuns } = await import('../newest-runs.ts');
      const spec = loadSpec(file, { set, experiment }, color);
      const names = spec.experiments.map(({ name }) => name);
      const { reports = [] } = spec;
      if (reports.length === 0 && out !== undefined)
        throw new MedxError(report(reportCodes, 'MED6033', { option: '--out', file }));
      if (reports.length === 0 || files.length > 0) {
        const { tablesByExperiment } = await import('../reports.ts');
        const records = newestRuns(store, file, spec, names);
        const tables = tablesByExperiment(records);
        const recorded = names.flatMap((name) => tables.get(name) ?? []);
        await show([...new Set(records.values())], recorded, targets, { root, json });
        return;
      }
      const { dirname } = await import('node:path');
      const { tablesByExperiment, writeReports } = await import('../reports.ts');
      const asked = reports.filter(({ of }) => of.every((name) => names.includes(name)));
      if (asked.length === 0)
        throw new MedxError(report(reportCodes, 'MED6034', { file, experiments: names }));
      const needed = [...new Set(asked.flatMap(({ of }) => of))];
      const records = newestRuns(store, file, spec, needed);
      const written = writeReports(asked, { store, folder: out ?? dirname(file), records });
      if (json) {
        const tables = tablesByExperiment(records);
        await print(
          written,
          needed.flatMap((name) => tables.get(name)?.table ?? []),
        );
      } else process.stdout.write(`Wrote ${written.join(', ')}.\n`);
    });
}

/** The tables of records in the files that options name, else as Markdown in the terminal. */
async function show(
  records: readonly RunRecord[],
  recorded: readonly RecordedTable[],
  { html, ...options }: Targets,
  { root, json }: { readonly root: string; readonly json: true | undefined },
): Promise<void> {
  const { renderMarkdown } = await import('../../../report/markdown.ts');
  const { ranksOver } = await import('../../../report/over-datasets.ts');
  const { saveTables } = await import('../tables.ts');
  const tables = recorded.map(({ table }) => table);
  saveTables(tables, options);
  if (html !== undefined) {
    const { savePage } = await import('../page.ts');
    savePage({ root }, records, html, recorded);
  }
  const files = [html, options.markdown, options.latex, options.csv].filter((one) => one !== undefined);
  if (json) return print(files, tables);
  process.stdout.write(
    files.length === 0 ? renderMarkdown(tables, ranksOver(tables)) : `Wrote ${files.join(', ')}.\n`,
  );
}

/** What was written and what the tables say: `schemas/report.schema.json`. */
async function print(written: readonly string[], tables: readonly Table[]): Promise<void> {
  const { jsonOf } = await import('../../../report/json.ts');
  const { ranksOver } = await import('../../../report/over-datasets.ts');
  process.stdout.write(`${JSON.stringify({ written, ...jsonOf(tables, ranksOver(tables)) })}\n`);
}
