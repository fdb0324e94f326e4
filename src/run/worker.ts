/**
 * The child's side of a stage process: takes hashes over Node's IPC channel, runs them one after the other, and reports back.
 * It reads everything else from the store. It ends when the parent says so or is gone.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { StageRegistry } from '../stages/registry.ts';
import type { Notice, Progress } from '../stages/stage.ts';
import { stageFailure } from './failures.ts';
import { runStage, type StageResult } from './run-stage.ts';
import { artefactPath, findNode, openStore } from './store.ts';

export type ToWorker =
  | { readonly type: 'run'; readonly hash: string; readonly label: string }
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'progress'; readonly hash: string; readonly progress: Progress }
  | { readonly type: 'notice'; readonly hash: string; readonly notice: Notice }
  | { readonly type: 'done'; readonly hash: string; readonly result: StageResult }
  | {
      readonly type: 'failed';
      readonly hash: string;
      readonly diagnostics: readonly Diagnostic[];
      /** The stack of a bug in medx. */
      readonly bug?: string;
    };

/** A screen shows a few steps per second; the artefact keeps the whole history. */
const progressEveryMs = 100;

/** Installs the handlers and returns; the IPC channel keeps the process alive. Call it in a process started with one. */
export function serveStages(options: {
  readonly store: string;
  readonly dataRoot: string;
  readonly kinds: StageRegistry;
}): void {
  const store = openStore(options.store);
  const send = (message: FromWorker) => process.send?.(message);
  let lastProgress = 0;

  async function run(hash: string, label: string): Promise<void> {
    try {
      const result = await runStage(findNode(store, hash), {
        store,
        dataRoot: options.dataRoot,
        kinds: options.kinds,
        onNotice: (notice) => send({ type: 'notice', hash, notice }),
        onProgress(progress) {
          const now = performance.now();
          if (now - lastProgress < progressEveryMs && progress.step < progress.steps) return;
          lastProgress = now;
          send({ type: 'progress', hash, progress });
        },
      });
      send({ type: 'done', hash, result });
    } catch (error) {
      send({ type: 'failed', hash, ...stageFailure(error, label, artefactPath(store, hash)) });
    }
  }

  let queue: Promise<void> = Promise.resolve();
  process.on('message', (message: ToWorker) => {
    if (message.type === 'run') queue = queue.then(() => run(message.hash, message.label));
    // Not `process.disconnect` alone: native libraries may keep threads that hold the process open.
    else queue = queue.then(() => process.exit(0));
  });
  // Not `process.exit`, which waits for native threads that may wait for this one; what is unfinished is nowhere to be found.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches the whole group; the parent decides when its children end.
  process.on('SIGINT', () => undefined);
}
