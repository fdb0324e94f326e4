/** `medx diagnose RUN --case …`: what a trained model of a run answers for one case, and what each modality alone says. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';

export interface DiagnoseOptions {
  readonly case?: string;
  readonly list?: true;
  readonly experiment?: string;
  readonly row?: string;
  readonly seed?: string;
  readonly fold?: string;
  readonly explain?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  program
    .command('diagnose')
    .description('ask a trained model of a run about one case')
    .argument('[run]', 'run id, its beginning, `last`, or the path of a record', 'last')
    .option('--case <id>', 'id of the case, its beginning, or its index')
    .option('--list', 'list the cases of the run')
    .option('--experiment <name>', 'experiment of the run (default: the first)')
    .option('--row <name>', 'row of the table (default: the first variant)')
    .option('--seed <number>', 'seed (default: the first of the row)')
    .option('--fold <number>', 'fold (default: the one that holds the case back for the test)')
    .option('--explain', 'which windows, KPIs, links and log lines the answer rests on')
    .option('--json', 'print one JSON document (schemas/diagnosis.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'Without --case it lists the cases of the run. Features are those that the run made, so the answer is the run’s own.',
        examples: [
          ['diagnose', 'cases of the last run'],
          ['diagnose last --case 3 --explain'],
          ['diagnose last --row no_mao --case 2024-03-22T01:58'],
        ],
      }),
    )
    .action(async (run: string, options: DiagnoseOptions, command: Command) => {
      const { store: root, color: wanted } = globalOptions(command);
      const { readRecord } = await import('../../../run/record.ts');
      const { nearestName } = await import('../../../diagnostics/nearest.ts');
      const { wantsColor } = await import('../print.ts');
      const diagnosis = await import('../diagnosis.ts');

      const store = { root };
      const record = readRecord(store, run, nearestName);
      if (options.list || options.case === undefined) {
        const list = diagnosis.listCases(store, record, options);
        if (options.json)
          process.stdout.write(`${JSON.stringify({ format: 1, run: record.run, ...list })}\n`);
        else process.stdout.write(`${diagnosis.renderCases(list).join('\n')}\n`);
        return;
      }
      if (options.explain) {
        const { explainCase, spokenLines } = await import('../spoken.ts');
        const found = await explainCase(store, record, { ...options, case: options.case });
        const drawn = diagnosis.renderAnswer(found.answer, wantsColor(process.stdout, wanted));
        const text = options.json
          ? JSON.stringify({ format: 1, ...found })
          : [...drawn, '', ...spokenLines(found, 5)].join('\n');
        process.stdout.write(`${text}\n`);
        return;
      }
      const answer = await diagnosis.diagnoseCase(store, record, { ...options, case: options.case });
      if (options.json) process.stdout.write(`${JSON.stringify({ format: 1, ...answer })}\n`);
      else {
        const color = wantsColor(process.stdout, wanted);
        process.stdout.write(`${diagnosis.renderAnswer(answer, color).join('\n')}\n`);
      }
    });
}
