/** `medx compare RUN…`: the tables of finished runs, side by side. Reads records only; runs nothing. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { experimentOption, globalOptions } from '../options.ts';

interface CompareOptions {
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
  readonly json?: true;
  readonly details?: true;
  readonly experiment: readonly string[];
}

export function register(program: Command): void {
  program
    .command('compare')
    .description('show the tables of finished runs, side by side')
    .argument('[run...]', 'run ids, their beginnings, `last`, or paths of records (default: last)')
    .addOption(experimentOption('only this experiment of the runs'))
    .option('--csv <file>', 'write the rows as CSV')
    .option('--markdown <file>', 'write the tables as Markdown')
    .option('--latex <file>', 'write the tables as LaTeX')
    .option(
      '--details',
      'what every p is made of, scores per class and confusion matrices too; in the Markdown file as well',
    )
    .option('--json', 'print one JSON document (schemas/compare.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['compare', 'the last run'],
          ['compare last d3_ablation-2026', 'two runs side by side'],
          ['compare last --details'],
        ],
      }),
    )
    .action(async (given: readonly string[], options: CompareOptions, command: Command) => {
      const { store: root, color: wanted } = globalOptions(command);
      const { findRecord, listRecords, readRecordFile } = await import('../../../run/record.ts');
      const { keepAnswers, readAnswers } = await import('../../../run/answers.ts');
      const { nearestName } = await import('../../../diagnostics/nearest.ts');
      const { answersOf } = await import('../../../report/answers.ts');
      const { jsonOf } = await import('../../../report/json.ts');
      const { tablesOfRuns } = await import('../../../report/table.ts');
      const { onlyExperiments } = await import('../../../report/chosen.ts');
      const { ranksOver } = await import('../../../report/over-datasets.ts');
      const { detailBlocks, printLines, printTables, saveTables } = await import('../tables.ts');
      const { wantsColor } = await import('../print.ts');

      const store = { root };
      let listed: readonly string[] | undefined;
      const list = () => {
        listed ??= listRecords(store);
        return listed;
      };
      const runs = given.length === 0 ? ['last'] : given;
      const found = runs.map((run) => findRecord(store, run, nearestName, list));
      const answered = found.map((path) => {
        const known = readAnswers(path);
        if (known) return known;
        const made = answersOf(readRecordFile(path));
        keepAnswers(store, path, made);
        return made;
      });
      const answers = onlyExperiments(answered, options.experiment);
      const tables = tablesOfRuns(answers);
      saveTables(tables, { ...options, details: options.details ? answers : [] });
      if (options.json) {
        process.stdout.write(`${JSON.stringify(jsonOf(tables, ranksOver(tables)))}\n`);
        return;
      }
      const color = wantsColor(process.stdout, wanted);
      const width = process.stdout.columns || 100;
      printTables(tables, { width, color });
      if (options.details) printLines(detailBlocks(tables, answers, { width, color }));
    });
}
