/** Which jobs failed in the last run, from its events: a run that was killed has no record. For `medx run --failed`. */
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../graph/plan.ts';
import { type RunEvent, readEvents, type StartedEvent } from './events.ts';
import { runFolder } from './record.ts';
import { listStarted, type StartedRun } from './started.ts';
import type { Store } from './store.ts';

/** The last run of the file, or of any, that was no preparation. Throws MED6102 where there is none. */
export function lastRun(store: Store, file?: string): StartedRun {
  const same = (one: StartedRun) => file === undefined || normalize(one.file) === normalize(file);
  const found = listStarted(store).findLast((one) => same(one) && !one.prepares);
  if (found) return found;
  throw new MedxError(report(storeCodes, 'MED6102', { store: store.root, ...(file ? { file } : {}) }));
}

/**
 * Jobs of the plan that failed in that run, or were skipped because an input failed. A job is known by experiment, row, seed and
 * fold, so that it is found again when its settings have been mended.
 */
export function failedJobs(store: Store, run: string, plan: Plan): ReadonlySet<string> {
  const failed = new Set<string>();
  const stages = failedStages(store, run);
  const started = eventsOf(store, run).find((event) => event.type === 'started');
  if (started?.type === 'started')
    for (const [key, hash] of jobsOf(started.experiments)) if (stages.has(hash)) failed.add(key);
  return new Set([...jobsOf(plan.experiments)].flatMap(([key, hash]) => (failed.has(key) ? [hash] : [])));
}

/** Stages that failed in that run, or were skipped because an input failed. */
export function failedStages(store: Store, run: string): ReadonlySet<string> {
  const failed = new Set<string>();
  for (const event of eventsOf(store, run)) {
    if (event.type !== 'stage') continue;
    if (event.state === 'failed' || event.state === 'skipped') failed.add(event.hash);
    else failed.delete(event.hash);
  }
  return failed;
}

function eventsOf(store: Store, run: string): RunEvent[] {
  const path = join(runFolder(store, run), 'events.jsonl');
  return existsSync(path) ? readEvents(path) : [];
}

function jobsOf(experiments: StartedEvent['experiments'] | Plan['experiments']) {
  return new Map(
    experiments.flatMap(({ name, rows }) =>
      rows.flatMap((row) =>
        row.jobs.map(({ seed, fold, hash }) => [JSON.stringify([name, row.name, seed, fold]), hash] as const),
      ),
    ),
  );
}
