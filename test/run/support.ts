/** Plans of tiny stages, and runs over them in this process (children are real). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan, PlannedRow, StageNode } from '../../src/graph/plan.ts';
import { type RunEvent, readEvents } from '../../src/run/events.ts';
import type { Executor } from '../../src/run/executor.ts';
import { stageFailure } from '../../src/run/failures.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { type RunRequest, runPlan } from '../../src/run/run-plan.ts';
import { runStage } from '../../src/run/run-stage.ts';
import { artefactPath, openStore } from '../../src/run/store.ts';
import { stageNode } from '../support/run-stages.ts';
import { kinds } from './fixtures/kinds.mjs';

export const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Children run what `npm run build` made. */
export const isBuilt = existsSync(new URL('../../dist/run/worker.js', import.meta.url));

/** cases → sums → a `train` per row and seed. */
export function tinyPlan(
  options: {
    readonly rows?: number;
    readonly seeds?: number;
    readonly steps?: number;
    readonly ms?: number;
  } = {},
): Plan {
  const { rows = 2, seeds = 3, steps = 6, ms = 15 } = options;
  const cases = stageNode('cases', 1, { cases: 9 });
  const base = Array.from({ length: 4 }, (_, i) => stageNode('sum', 1, { value: i, ms }));
  const features = base.map((a, i) =>
    stageNode('sum', 1, { value: 10 + i, ms }, { a, b: base[(i + 1) % base.length]! }),
  );
  const trains: StageNode[] = [];
  const planned: PlannedRow[] = Array.from({ length: rows }, (_, r) => ({
    name: `row${r}`,
    kind: 'variant',
    jobs: Array.from({ length: seeds }, (_, s) => {
      const engine = { executor: 'onnx', device: 'cpu', threads: 1 };
      const node = stageNode(
        'train',
        1,
        { seed: s + 1, row: r, steps, ms, engine },
        { cases, log: features[(r + s) % features.length]! },
        'train',
      );
      trains.push(node);
      return { seed: s + 1, hash: node.hash };
    }),
  }));
  return planOf([cases, ...base, ...features, ...trains], cases, planned);
}

export function planOf(stages: readonly StageNode[], cases: StageNode, rows: readonly PlannedRow[]): Plan {
  const experiment = { name: 'tiny', data: 'd3', simulated: true, standIns: [], notes: [] };
  return { experiments: [{ ...experiment, cases: cases.hash, rows }], stages };
}

export async function runTiny(
  plan: Plan,
  root: string,
  dataRoot: string,
  more: Partial<RunRequest> = {},
): Promise<{ record: RunRecord; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const record = await runPlan({
    store: openStore(root),
    plan,
    name: 'tiny',
    about: { file: 'tiny.med', sources: {}, set: [], resolved: {}, device: 'cpu' },
    jobs: 2,
    worker: { script: fixture('worker.mjs'), args: [root, dataRoot] },
    summarise: () => ({ answers: [], rows: [] }),
    listeners: [(event) => events.push(event)],
    ...more,
  });
  return { record, events };
}

/** Runs stages in this process: quick, for all that is not about processes. */
export function inProcess(root: string, dataRoot: string): Executor {
  const store = openStore(root);
  return {
    async run(node, { onProgress, onNotice }) {
      try {
        return await runStage(node, { store, dataRoot, kinds, onProgress, onNotice });
      } catch (error) {
        return { state: 'failed', ...stageFailure(error, node.label, artefactPath(store, node.hash)) };
      }
    },
    close: () => undefined,
    stop: async () => undefined,
  };
}

/** Every event of every run in the store, run by run in the order in which they started. */
export function allEvents(root: string): RunEvent[] {
  const folder = join(root, 'runs');
  return readdirSync(folder)
    .map((run) => join(folder, run, 'events.jsonl'))
    .filter((file) => existsSync(file))
    .map((file) => readEvents(file))
    .sort((a, b) => ((a[0]?.at ?? '') < (b[0]?.at ?? '') ? -1 : 1))
    .flat();
}

/** Path → contents of every file of every artefact. */
export function artefactFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (path: string) => {
    for (const name of readdirSync(join(root, path)).sort()) {
      const inside = join(path, name);
      if (statSync(join(root, inside)).isDirectory()) visit(inside);
      else files.set(inside, readFileSync(join(root, inside)).toString('base64'));
    }
  };
  visit('artefacts');
  return files;
}
