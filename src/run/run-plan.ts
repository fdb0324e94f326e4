/**
 * A whole run: what is cached, the schedule, events, results, record. The caller supplies the plan, the command line of
 * the stage processes, and how results become table rows.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, MedxError } from '../diagnostics/diagnostic.ts';
import { makeFolder } from '../disk/write.ts';
import type { Plan, StageNode } from '../graph/plan.ts';
import { type AnsweredExperiment, writeAnswers } from './answers.ts';
import { type EventLog, openEventLog, type ResultRow, type RunEvent, type RunState } from './events.ts';
import { createProcessExecutor, type Executor, type Outcome, type WorkerCommand } from './executor.ts';
import { lockPlan } from './experiment-lock.ts';
import { useStore } from './in-use.ts';
import { describeMachine, readVersions } from './machine.ts';
import {
  createRun,
  type ExperimentResult,
  listRun,
  type RunAbout,
  type RunRecord,
  recordPath,
  runFolder,
  type StageRecord,
  writeRecord,
} from './record.ts';
import { collectResults, engineOf } from './results.ts';
import { type FailurePolicy, nextTry } from './retry.ts';
import { type FailedOutcome, type FinalState, schedule } from './scheduler.ts';
import { hasArtefact, readMeta, readTiming, type Store, sweepLeftovers, writeNode } from './store.ts';

export interface RunRequest {
  readonly store: Store;
  readonly plan: Plan;
  /** For the run's id. */
  readonly name: string;
  readonly about: RunAbout;
  readonly jobs: number;
  readonly worker: WorkerCommand | Executor;
  /** Jobs to run: hashes. All by default; the table shows the others as far as the store has them. */
  readonly only?: ReadonlySet<string>;
  /** By default others go on and nothing is tried again. */
  readonly onFailure?: FailurePolicy;
  readonly summarise: (results: readonly ExperimentResult[]) => RunSummary;
  readonly listeners?: readonly ((event: RunEvent) => void)[];
  /** Aborting it stops the children; finished stages are kept. */
  readonly signal?: AbortSignal;
}

/** What tables need of the results, and the rows that they make. */
export interface RunSummary {
  readonly answers: readonly AnsweredExperiment[];
  readonly rows: readonly ResultRow[];
}

/** Never throws for a failing stage: that is in the record. Throws MedxError if the store itself fails. */
export async function runPlan(request: RunRequest): Promise<RunRecord> {
  const using = await useStore(request.store);
  try {
    return await runInStore(request);
  } finally {
    using.release();
  }
}

async function runInStore(request: RunRequest): Promise<RunRecord> {
  const { store, plan } = request;
  const began = new Date();
  sweepLeftovers(store);
  const { toRun, damaged } = findMissing(store, plan, request.only);
  for (const node of plan.stages) writeNode(store, node);
  const run = createRun(store, request.name, began);
  const folder = runFolder(store, run);
  const log = openEventLog(join(folder, 'events.jsonl'), request.listeners ?? []);
  try {
    const { file, set, experiments: chosen, device_option: device } = request.about;
    listRun(store, {
      run,
      state: 'started',
      at: began.toISOString(),
      file,
      set,
      ...(chosen ? { experiments: chosen } : {}),
      ...(device === undefined ? {} : { device }),
      ...(plan.goals ? { prepares: true } : {}),
    });
    emitStart(log, request, run, toRun);
    for (const { code, message } of damaged) log.emit({ type: 'notice', code, message });
    const failures: Diagnostic[] = [];
    const states = await runStages(request, log, toRun, folder, failures);
    const experiments = collectResults(store, plan);
    const { answers, rows } = request.summarise(experiments);
    const state = endState(states, request.signal);
    const finished = new Date();
    const record: RunRecord = {
      format: 1,
      run,
      state,
      started: began.toISOString(),
      finished: finished.toISOString(),
      seconds: (finished.getTime() - began.getTime()) / 1000,
      versions: readVersions(),
      machine: describeMachine(),
      about: request.about,
      jobs: request.jobs,
      stages: plan.stages.map((node) => stageRecord(store, node, states)),
      experiments,
      rows,
      failures,
      lock: lockPlan(store, plan),
    };
    writeRecord(store, record);
    writeAnswers(store, { run, experiments: answers });
    listRun(store, { run, state, at: record.finished });
    const { seconds } = record;
    log.emit({ type: 'finished', run, state, seconds, record: recordPath(store, run), rows, failures });
    return record;
  } finally {
    log.close();
  }
}

/** Stages without an artefact that some row needs, inputs before users. Damaged artefacts count as missing and are told. */
export function findMissing(
  store: Store,
  plan: Plan,
  only?: ReadonlySet<string>,
): { readonly toRun: readonly StageNode[]; readonly damaged: readonly Diagnostic[] } {
  const nodes = new Map(plan.stages.map((node) => [node.hash, node]));
  const needed = new Map<string, boolean>();
  const damaged: Diagnostic[] = [];
  const visit = (hash: string) => {
    if (needed.has(hash)) return;
    const there = isThere(store, hash, damaged);
    needed.set(hash, !there);
    if (!there) for (const input of Object.values(nodes.get(hash)?.inputs ?? {})) visit(input);
  };
  for (const experiment of plan.experiments) {
    if (!only) for (const hash of [experiment.cases, experiment.audit]) if (hash !== undefined) visit(hash);
    for (const { hash, detect } of experiment.rows.flatMap((row) => row.jobs))
      for (const wanted of [hash, detect])
        if (wanted !== undefined && (!only || only.has(hash))) visit(wanted);
  }
  for (const hash of plan.goals ?? []) visit(hash);
  return { toRun: plan.stages.filter((node) => needed.get(node.hash)), damaged };
}

function isThere(store: Store, hash: string, damaged: Diagnostic[]): boolean {
  try {
    return readMeta(store, hash) !== undefined;
  } catch (error) {
    // A damaged artefact has been set aside and its stage runs again; a store that cannot be read is fatal.
    if (!(error instanceof MedxError) || hasArtefact(store, hash)) throw error;
    damaged.push(...error.diagnostics);
    return false;
  }
}

function emitStart(log: EventLog, request: RunRequest, run: string, toRun: readonly StageNode[]): void {
  const { plan, store } = request;
  const nodes = new Map(plan.stages.map((node) => [node.hash, node]));
  const waiting = new Set(toRun.map((node) => node.hash));
  log.emit({
    type: 'started',
    run,
    medx: readVersions().medx,
    file: request.about.file,
    store: store.root,
    jobs: request.jobs,
    experiments: plan.experiments.map((experiment) => ({
      name: experiment.name,
      data: experiment.data,
      simulated: experiment.simulated,
      standIns: experiment.standIns,
      notes: experiment.notes,
      engine: engineOf(experiment, nodes),
      rows: experiment.rows.map(({ name, kind, jobs }) => ({ name, kind, jobs })),
    })),
    stages: {
      total: plan.stages.length,
      cached: plan.stages.filter((node) => hasArtefact(store, node.hash)).length,
      toRun: toRun.length,
    },
  });
  for (const node of plan.stages) {
    if (!waiting.has(node.hash) && hasArtefact(store, node.hash)) {
      log.emit({ type: 'stage', ...about(node), state: 'cached' });
    }
  }
}

const about = ({ hash, kind, label, cost }: StageNode) => ({ hash, kind, label, cost });

async function runStages(
  request: RunRequest,
  log: EventLog,
  toRun: readonly StageNode[],
  folder: string,
  failures: Diagnostic[],
): Promise<ReadonlyMap<string, FinalState>> {
  const { store, worker, jobs, signal } = request;
  const { onFailure = { keepGoing: true, retries: 0, waitSeconds: 0 } } = request;
  const attempts = new Map<string, number>();
  const retry = (node: StageNode, outcome: FailedOutcome) => {
    const attempt = (attempts.get(node.hash) ?? 0) + 1;
    attempts.set(node.hash, attempt);
    const next = nextTry(outcome, attempt, onFailure);
    if (!next) return undefined;
    const { hash, label } = node;
    const { mishap, afterMs } = next;
    const diagnostics = outcome.diagnostics.map((found) => withPlace(found, node));
    const when = { attempt: attempt + 1, wait_seconds: afterMs / 1000 };
    log.emit({ type: 'retry', hash, label, mishap, ...when, diagnostics });
    return next;
  };
  const onEnd = (node: StageNode, outcome: Outcome) => {
    if (outcome.state !== 'failed') {
      const seconds = outcome.state === 'done' ? { seconds: outcome.seconds } : {};
      log.emit({ type: 'stage', ...about(node), state: outcome.state, ...seconds });
      return;
    }
    const diagnostics = outcome.diagnostics.map((found) => withPlace(found, node));
    if (outcome.bug !== undefined) keepDetails(folder, node, outcome.bug);
    failures.push(...diagnostics);
    log.emit({ type: 'stage', ...about(node), state: 'failed', diagnostics });
  };
  return schedule({
    nodes: toRun,
    jobs,
    keepGoing: onFailure.keepGoing,
    retry,
    executor: tellingWhatIsDone(store, 'script' in worker ? createProcessExecutor(worker) : worker),
    ...(signal ? { signal } : {}),
    onStart: (node) => log.emit({ type: 'stage', ...about(node), state: 'running' }),
    onEnd,
    onSkip: (node, because) => log.emit({ type: 'stage', ...about(node), state: 'skipped', because }),
    listener: ({ hash }) => ({
      onProgress: (progress) => log.emit({ type: 'progress', hash, ...progress }),
      onNotice: (notice) => log.emit({ type: 'notice', hash, ...notice }),
    }),
  });
}

/** A process may be ended between its stage's last rename and the message that it is done: what is in the store is done. */
function tellingWhatIsDone(store: Store, executor: Executor): Executor {
  return {
    run: async (node, listener) => {
      const outcome = await executor.run(node, listener);
      if (outcome.state !== 'stopped' || !hasArtefact(store, node.hash)) return outcome;
      return { state: 'done', seconds: readTiming(store, node.hash)?.seconds ?? 0 };
    },
    close: () => executor.close(),
    stop: () => executor.stop(),
  };
}

/** Says which stage it was, unless the diagnostic already has a place. */
function withPlace(found: Diagnostic, node: StageNode): Diagnostic {
  return found.span || found.place || found.message.includes(node.label)
    ? found
    : { ...found, place: node.label };
}

/** The stack of a bug goes into a file of the run: users never see one, and a report needs it. */
function keepDetails(folder: string, node: StageNode, bug: string): void {
  makeFolder(folder);
  writeFileSync(join(folder, `bug-${node.hash.slice(0, 16)}.txt`), `${node.label}\n${bug}\n`);
}

function endState(states: ReadonlyMap<string, FinalState>, signal: AbortSignal | undefined): RunState {
  const all = [...states.values()];
  if (signal?.aborted && all.includes('stopped')) return 'stopped';
  return all.some((state) => state !== 'done' && state !== 'cached') ? 'failed' : 'finished';
}

function stageRecord(store: Store, node: StageNode, states: ReadonlyMap<string, FinalState>): StageRecord {
  const timing = readTiming(store, node.hash);
  const state = states.get(node.hash) ?? (hasArtefact(store, node.hash) ? 'cached' : 'unneeded');
  return {
    hash: node.hash,
    kind: node.kind,
    label: node.label,
    state,
    ...(timing && (state === 'done' || state === 'cached') ? { seconds: timing.seconds } : {}),
  };
}
