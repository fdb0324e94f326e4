/** `medx report [RUN…]`: what finished runs say, as files to share: Markdown, CSV, LaTeX, a page with charts. Runs nothing. */
import type { Command } from 'commander';
import { experimentOption, globalOptions } from '../options.ts';

interface ReportOptions {
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
  readonly html?: string;
  readonly experiment: readonly string[];
}

export function register(program: Command): void {
  program
    .command('report')
    .description(
      'write the tables of finished runs, and charts of them, to files; Markdown to the terminal by default',
    )
    .argument('[run...]', 'run ids, their beginnings, `last`, or paths of records (default: last)')
    .addOption(experimentOption('only this experiment of the runs'))
    .option('--html <file>', 'one page with tables and charts; it needs neither network nor script')
    .option('--markdown <file>', 'tables as Markdown')
    .option('--latex <file>', 'tables as LaTeX, ruled by booktabs')
    .option('--csv <file>', 'rows as CSV, in full precision')
    .addHelpText(
      'after',
      `
Loss and θ curves are read from the store; what it has no longer is said on the page.

Examples:
  medx report --html report.html --latex table.tex
  medx report last d3_ablation-2026 --html both.html   two runs side by side`,
    )
    .action(async (given: readonly string[], { experiment, ...options }: ReportOptions, command: Command) => {
      const store = { root: globalOptions(command).store };
      const { readRecord } = await import('../../../run/record.ts');
      const { nearestName } = await import('../../../diagnostics/nearest.ts');
      const { onlyExperiments } = await import('../../../report/chosen.ts');
      const { recordedTables } = await import('../../../report/recorded.ts');
      const { checkTargets, markdownOf, saveTables } = await import('../tables.ts');

      const files = Object.values(options);
      checkTargets(files);
      const runs = given.length === 0 ? ['last'] : given;
      const found = runs.map((run) => readRecord(store, run, nearestName));
      const records = onlyExperiments(found, experiment);
      const recorded = recordedTables(records);
      const tables = recorded.map(({ table }) => table);
      saveTables(tables, options);
      if (options.html !== undefined) {
        const { savePage } = await import('../page.ts');
        savePage(store, records, options.html, recorded);
      }
      process.stdout.write(files.length === 0 ? markdownOf(tables) : `Wrote ${files.join(', ')}.\n`);
    });
}
