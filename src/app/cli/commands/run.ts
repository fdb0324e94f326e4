/** `medx run FILE`: check, plan, run what is not in the store yet, show the table, keep a record. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Plan } from '../../../graph/plan.ts';
import { usualPolicy } from '../../../run/retry.ts';
import { exitCodes } from '../exit.ts';
import { moreHelp } from '../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

interface RunOptions extends FileOptions {
  readonly device?: 'auto' | 'gpu' | 'cpu';
  readonly jobs?: number;
  readonly failed?: true;
  readonly locked?: true;
  readonly keepGoing?: true;
  readonly retries: number;
  readonly retryWait: number;
  readonly offline?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly details?: true;
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
  readonly html?: string;
  readonly reports?: true;
}

export function register(program: Command): void {
  withFileOptions(
    program
      .command('run')
      .description('run the experiments of a .med file and compare their rows')
      .argument('[file]', '.med file; with --failed by default that of the last run'),
  )
    .addOption(
      new Option('--device <device>', 'device of all experiments, whatever the file says').choices([
        'auto',
        'gpu',
        'cpu',
      ]),
    )
    .option('--jobs <n>', 'stages to run at the same time (default: the number of cores)', (text: string) =>
      parseJobs(program, text),
    )
    .option('--locked', 'refuse to run if anything differs from `medx.lock` beside the file')
    .option('--failed', 'only the jobs that failed in the last run, as it was asked for')
    .option(
      '--keep-going',
      'after a failure start all that needs no failed stage (default: start nothing more)',
    )
    .addOption(
      new Option('--retries <n>', 'further tries of a stage after a mishap that may pass')
        .default(usualPolicy.retries)
        .argParser(parseCount('retries', 100)),
    )
    .addOption(
      new Option('--retry-wait <seconds>', 'wait before the second try; doubles with each')
        .default(usualPolicy.waitSeconds)
        .argParser(parseCount('retry-wait', 3600)),
    )
    .option('--offline', 'do not ask the hub for text models')
    .option('--csv <file>', 'write the rows as CSV')
    .option('--markdown <file>', 'write the tables as Markdown')
    .option('--latex <file>', 'write the tables as LaTeX')
    .option('--html <file>', 'write a page with the tables and charts')
    .option('--reports', 'write what the `report` blocks of the file name, once all is done')
    .option(
      '--details',
      'what every p is made of, scores per class and confusion matrices too; in the Markdown file as well',
    )
    .option('--quiet', 'only the table')
    .option('--json', 'print events as JSON lines and nothing else (schemas/event.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        text: 'What may pass on another try: a process ended from outside and memory that ran out (then with nothing beside it), a full disk, a hub that did not hand out a text model. Mistakes in files and data, and numbers that are not finite, are never tried again. Ctrl-C ends a run in order; the same command goes on with it.',
        examples: [
          ['run experiments/hello.med', 'the quickest look'],
          ['run experiments/d3-ablation.med --set standard.epochs=5'],
          ['run experiments/audit.med --experiment audit_d3'],
          ['run --failed --keep-going'],
        ],
        exits: [
          [exitCodes.ok, 'all ran, and what the file expects of scores is met'],
          [exitCodes.userError, 'the file or its data have errors, or with --locked something differs'],
          [exitCodes.jobFailed, 'a job failed'],
          [exitCodes.notReproduced, 'a score is not what the file expects'],
          [exitCodes.stopped, 'stopped with Ctrl-C'],
        ],
      }),
    )
    .action(async (given: string | undefined, options: RunOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { availableParallelism } = await import('node:os');
      const { loadExperiment } = await import('../experiment.ts');
      const again = options.failed ? await findLastRun(store, given) : undefined;
      const file = given ?? again?.file;
      if (file === undefined) command.error('error: give a .med file', { exitCode: exitCodes.usage });
      const device = options.device ?? (again?.device as RunOptions['device']);
      const { plan, about, name, reports } = await loadExperiment(file, {
        set: [...(again?.set ?? []), ...options.set],
        experiment: options.experiment.length > 0 ? options.experiment : (again?.experiments ?? []),
        ...(device ? { device } : {}),
        allowRemote: !options.offline,
        store,
        dataRoot,
        color,
      });
      const reporting = { file, sets: about.set, reports, write: options.reports === true };
      if (options.reports) {
        const { checkReports } = await import('../reports.ts');
        checkReports(reporting);
      }
      const { executePlan } = await import('../execute.ts');
      const { checkLock, checkLockAfter } = await import('../locking.ts');
      const { printDiagnostics } = await import('../print.ts');
      const locked = options.locked === true;
      const isPart = about.experiments !== undefined;
      const differs = await checkLock({ root: store }, file, plan, { locked, isPart });
      if (differs.length > 0) printDiagnostics(differs, { color });
      const record = await executePlan(plan, name, about, {
        store,
        dataRoot,
        color,
        jobs: options.jobs ?? availableParallelism(),
        onFailure: {
          keepGoing: options.keepGoing === true,
          retries: options.retries,
          waitSeconds: options.retryWait,
        },
        ...(again ? { only: await again.failedJobs(plan) } : {}),
        json: options.json === true,
        quiet: options.quiet === true,
        details: options.details === true,
        ...(options.csv === undefined ? {} : { csv: options.csv }),
        ...(options.markdown === undefined ? {} : { markdown: options.markdown }),
        ...(options.latex === undefined ? {} : { latex: options.latex }),
        ...(options.html === undefined ? {} : { html: options.html }),
      });
      if (reports.length > 0 && record.state === 'finished') {
        const { endReports } = await import('../reports.ts');
        const told = endReports(reporting, record, { root: store });
        if (!options.json && !options.quiet) process.stdout.write(told);
      }
      const after = differs.length > 0 ? [] : await checkLockAfter(record, locked);
      if (after.length > 0) printDiagnostics(after, { color });
    });
}

async function findLastRun(root: string, file: string | undefined) {
  const { failedJobs, lastRun } = await import('../../../run/failed-jobs.ts');
  const last = lastRun({ root }, file);
  return { ...last, failedJobs: async (plan: Plan) => failedJobs({ root }, last.run, plan) };
}

/** Reads an option that is a whole number from 0 to `most`. */
function parseCount(flag: string, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${most} after --${flag}.`);
  };
}

/** A number of stages to run at once; ends with the code for wrong usage if it is none. */
export function parseJobs(command: Command, text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 1024) return jobs;
  return command.error(`error: \`--jobs ${text}\`: expected a whole number from 1 to 1024`, {
    exitCode: exitCodes.usage,
  });
}
