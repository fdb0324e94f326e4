/** Runs a plan for a command: chooses how progress is shown, stops on Ctrl-C, prints and saves the tables, sets the exit code. */
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../graph/plan.ts';
import type { RunEvent } from '../../run/events.ts';
import type { WorkerCommand } from '../../run/executor.ts';
import type { RunAbout, RunRecord } from '../../run/record.ts';
import { type FailurePolicy, usualPolicy } from '../../run/retry.ts';
import { runPlan } from '../../run/run-plan.ts';
import { openStore } from '../../run/store.ts';
import { formatSeconds, plural } from '../format.ts';
import { unguardedStream } from '../output.ts';
import type { ScreenHandle } from '../ui/live/open.ts';
import { exitCodes } from './exit.ts';
import { printDiagnostics, wantsColor } from './print.ts';
import { checkTargets, type TableOptions, writeTables } from './tables.ts';

export interface ExecuteOptions extends TableOptions {
  /** Absolute. */
  readonly store: string;
  readonly dataRoot: string;
  readonly jobs: number;
  readonly onFailure?: FailurePolicy;
  /** Jobs to run, by hash; all by default. */
  readonly only?: ReadonlySet<string>;
  /** False after `--no-color`. */
  readonly color: boolean;
  /** Events as JSON lines and nothing else. */
  readonly json: boolean;
  /** Only the table. */
  readonly quiet: boolean;
  /** A page with charts. */
  readonly html?: string;
  /** Printed in place of the tables, by a command that makes none. */
  readonly closing?: (record: RunRecord) => string;
  /** True for a store that goes away: its record is not worth a word. */
  readonly passing?: boolean;
  /** The command line of stage processes; the CLI's own by default. */
  readonly worker?: WorkerCommand;
}

export async function executePlan(
  plan: Plan,
  name: string,
  about: RunAbout,
  options: ExecuteOptions,
): Promise<RunRecord> {
  checkTargets([options.csv, options.markdown, options.latex, options.html]);
  const store = openStore(options.store);
  const { summariseResults } = await import('../../report/summary.ts');
  const color = wantsColor(process.stdout, options.color);
  const progress = await openProgress(options, color);
  const { signal, release } = stopOnSignals();
  let record: RunRecord;
  try {
    record = await runPlan({
      store,
      plan,
      name,
      about,
      jobs: options.jobs,
      onFailure: options.onFailure ?? usualPolicy,
      ...(options.only ? { only: options.only } : {}),
      worker: options.worker ?? ownWorker(options.store, options.dataRoot),
      summarise: summariseResults,
      listeners: [progress.onEvent],
      signal,
    });
  } finally {
    release();
    await progress.close();
  }
  if (!options.closing)
    writeTables(record, options, { print: !options.json, color, width: process.stdout.columns || 100 });
  else if (!options.json) process.stdout.write(options.closing(record));
  if (options.html !== undefined) {
    const { savePage } = await import('./page.ts');
    savePage(store, [record], options.html);
  }
  if (!options.json) printEnd(record, options);
  const unmet = record.rows.some(({ expected }) => expected?.some(({ met }) => !met));
  if (unmet) process.exitCode = exitCodes.notReproduced;
  if (record.state === 'failed') process.exitCode = exitCodes.jobFailed;
  if (record.state === 'stopped') process.exitCode = exitCodes.stopped;
  return record;
}

/** `node main.js stage --worker …`: the command that started this process, as a child of it. */
export function ownWorker(store: string, dataRoot: string): WorkerCommand {
  return {
    script: fileURLToPath(new URL('./main.js', import.meta.url)),
    args: ['stage', '--worker', '--store', store, '--data-root', dataRoot],
  };
}

interface ProgressOutput {
  readonly onEvent: (event: RunEvent) => void;
  close(): Promise<void>;
}

async function openProgress(options: ExecuteOptions, color: boolean): Promise<ProgressOutput> {
  const close = async () => undefined;
  if (options.json) {
    return { onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`), close };
  }
  if (options.quiet) return { onEvent: () => undefined, close };
  // Ink draws nothing until the end where it takes the machine for a build server: plain lines say more.
  if (process.stdout.isTTY && !onBuildServer()) return lazyScreen(color);
  const { createPlainRenderer } = await import('../ui/plain.ts');
  return { onEvent: createPlainRenderer((line) => process.stdout.write(`${line}\n`)), close };
}

function onBuildServer(): boolean {
  const set = (value: string | undefined) => value !== undefined && value !== '0' && value !== 'false';
  return set(process.env.CI) || set(process.env.CONTINUOUS_INTEGRATION);
}

/** Ink is loaded when the first stage runs: where all is in the store the table comes at once. */
function lazyScreen(color: boolean): ProgressOutput {
  const waiting: RunEvent[] = [];
  let screen: ScreenHandle | undefined;
  let opening: Promise<void> | undefined;
  const open = async () => {
    // React's development build is several times slower.
    process.env.NODE_ENV ??= 'production';
    const { openLiveScreen } = await import('../ui/live/open.ts');
    screen = openLiveScreen({
      stdout: unguardedStream(process.stdout),
      stdin: process.stdin,
      color,
      onStop: () => process.kill(process.pid, 'SIGINT'),
    });
    for (const event of waiting) screen.onEvent(event);
  };
  return {
    onEvent(event) {
      if (screen) screen.onEvent(event);
      else waiting.push(event);
      if (event.type === 'stage' && event.state === 'running') opening ??= open();
    },
    async close() {
      await opening;
      await screen?.close();
    },
  };
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) stops the children and lets the run end in order; a second one ends it at once. */
function stopOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.stopped);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}

const notStarted = (count: number) =>
  `${plural(count, 'stage')} did not start after the failure. \`--keep-going\` starts all that need no failed one; the same command goes on.`;

function printEnd(record: RunRecord, options: ExecuteOptions): void {
  if (record.failures.length > 0) printDiagnostics(record.failures, { color: options.color });
  const made = record.stages.filter((stage) => stage.state === 'done').length;
  const time = formatSeconds(record.seconds);
  const unstarted = record.stages.filter((stage) => stage.state === 'stopped').length;
  if (record.state === 'stopped') {
    process.stderr.write(
      `Stopped after ${time}; ${plural(made, 'stage')} finished and kept. Run the same command again to go on.\n`,
    );
  } else {
    if (unstarted > 0) process.stderr.write(`${notStarted(unstarted)}\n`);
    if (options.quiet) return;
    const what = made === 0 ? 'Nothing had to run' : `${plural(made, 'stage')} made in ${time}`;
    process.stdout.write(`${what}.${options.passing ? '' : ` Record: ${record.run}`}\n`);
  }
}
