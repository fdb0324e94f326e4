/**
 * Runs stages in child processes. A `train` stage gets a process of its own, so a crash costs one job; `light` stages share
 * reused ones, because starting Node and DuckDB costs more than most of them. Order and limits belong to the scheduler.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { runCodes } from '../diagnostics/codes/run.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import type { StageNode } from '../graph/plan.ts';
import type { Notice, Progress } from '../stages/stage.ts';
import type { FromWorker, ToWorker } from './worker.ts';

export type Outcome =
  | { readonly state: 'done' | 'cached'; readonly seconds: number }
  | { readonly state: 'failed'; readonly diagnostics: readonly Diagnostic[]; readonly bug?: string }
  | { readonly state: 'stopped' };

export interface StageListener {
  onProgress(progress: Progress): void;
  onNotice(notice: Notice): void;
}

export interface Executor {
  /** Never rejects. */
  run(node: StageNode, listener: StageListener): Promise<Outcome>;
  /** Ends processes that wait for work. */
  close(): void;
  /** Ends every process; what runs has the outcome `stopped`. */
  stop(): Promise<void>;
}

/** A script for Node and its arguments: `{ script: 'main.js', args: ['stage', '--worker', …] }`; train hashes are added last. */
export interface WorkerCommand {
  readonly script: string;
  readonly args: readonly string[];
}

interface Worker {
  readonly child: ChildProcess;
  run(node: StageNode, listener: StageListener): Promise<Outcome>;
}

const graceMs = 2000;
const keptLines = 6;

export function createProcessExecutor(command: WorkerCommand): Executor {
  const idle: Worker[] = [];
  const alive = new Set<ChildProcess>();
  let stopping = false;

  function start(extra: readonly string[]): Worker {
    const child = fork(command.script, [...command.args, ...extra], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    alive.add(child);
    const lastLines = keepLastLines(child);
    child.on('close', () => {
      alive.delete(child);
      const at = idle.findIndex((worker) => worker.child === child);
      if (at >= 0) idle.splice(at, 1);
    });
    return {
      child,
      run: (node, listener) =>
        converse(child, node, listener, (how) => {
          if (stopping) return { state: 'stopped' };
          const params = { label: node.label, how, lastLines: lastLines() };
          return { state: 'failed', diagnostics: [report(runCodes, 'MED4009', params)] };
        }),
    };
  }

  return {
    async run(node, listener) {
      if (stopping) return { state: 'stopped' };
      if (node.cost === 'train') {
        const worker = start([node.hash]);
        const outcome = await worker.run(node, listener);
        send(worker.child, { type: 'stop' });
        return outcome;
      }
      const worker = idle.pop() ?? start([]);
      const outcome = await worker.run(node, listener);
      if (alive.has(worker.child) && worker.child.connected) idle.push(worker);
      return outcome;
    },
    close() {
      for (const worker of idle.splice(0)) send(worker.child, { type: 'stop' });
    },
    async stop() {
      stopping = true;
      const children = [...alive];
      const ended = children.map((child) => new Promise((done) => child.once('close', done)));
      for (const child of children) child.kill('SIGTERM');
      const late = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL');
      }, graceMs);
      await Promise.all(ended);
      clearTimeout(late);
    },
  };
}

function send(child: ChildProcess, message: ToWorker): void {
  // A child that is gone is noticed by its `close` event.
  if (child.connected) child.send(message, () => undefined);
}

/** One stage on one child: resolves with its answer, or with `ended` if the process ends first. */
function converse(
  child: ChildProcess,
  node: StageNode,
  listener: StageListener,
  ended: (how: string) => Outcome,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome) => {
      child.off('message', onMessage).off('close', onClose).off('error', onError);
      resolve(outcome);
    };
    const onMessage = (message: FromWorker) => {
      if (message.hash !== node.hash) return;
      if (message.type === 'progress') listener.onProgress(message.progress);
      else if (message.type === 'notice') listener.onNotice(message.notice);
      else if (message.type === 'done') finish(message.result);
      else {
        const { diagnostics, bug } = message;
        finish({ state: 'failed', diagnostics, ...(bug === undefined ? {} : { bug }) });
      }
    };
    const onClose = (code: number | null, signal: string | null) =>
      finish(ended(signal ? `signal ${signal}` : `exit code ${code}`));
    const onError = (error: Error) => finish(ended(error.message));
    child.on('message', onMessage).on('close', onClose).on('error', onError);
    send(child, { type: 'run', hash: node.hash, label: node.label });
  });
}

/** What the process printed last tells why it died, for example an out-of-memory line of V8. */
function keepLastLines(child: ChildProcess): () => readonly string[] {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-4000);
    });
  }
  return () =>
    tail
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '' && !/^\s+at /.test(line))
      .slice(-keptLines);
}
