/** The list of runs in `runs.jsonl`: what each was asked for when it started. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardStore } from './failures.ts';
import type { Store } from './store.ts';

/** The line that a run adds to `runs.jsonl` when it starts. */
export interface StartedRun {
  readonly run: string;
  readonly state: 'started';
  readonly at: string;
  readonly file: string;
  readonly set: readonly string[];
  /** As given with `--experiment`. */
  readonly experiments?: readonly string[];
  /** As given with `--device`. */
  readonly device?: string;
  /** It made features and has no rows: nobody who asks for the last run means it. */
  readonly prepares?: true;
}

/** Runs in the order in which they started. A line that a kill cut short is left out. */
export function listStarted(store: Store): StartedRun[] {
  const path = join(store.root, 'runs.jsonl');
  if (!existsSync(path)) return [];
  const lines = guardStore('read', path, () => readFileSync(path, 'utf8')).split('\n');
  return lines.flatMap((line) => {
    try {
      const one = JSON.parse(line) as StartedRun;
      return one.state === 'started' ? [{ ...one, set: one.set ?? [] }] : [];
    } catch {
      return [];
    }
  });
}
