/** Locks at the command line: writes that of a run, and says before a run what differs from it. */
import { existsSync } from 'node:fs';
import { storeCodes } from '../../diagnostics/codes/store.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Plan } from '../../graph/plan.ts';
import {
  compareLocks,
  type ExperimentLock,
  joinLocks,
  type LockDifference,
  lockPlan,
  narrowLock,
  versionsApart,
} from '../../run/experiment-lock.ts';
import { lockFileOf, readLock, writeLock } from '../../run/lock-file.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Store } from '../../run/store.ts';

export const differenceText = ({ what, locked, now }: LockDifference): string =>
  `${what}: ${clip(locked)} → ${clip(now)}`;

const clip = (text: string) =>
  /^[0-9a-f]{64}$/.test(text) || text.length > 70 ? `${text.slice(0, 16)}…` : text;

/**
 * Compares a plan with the lock beside its file; one of a part of the file's experiments with that part. With `locked` throws MED6104 (no lock) or MED6107 (something differs), else
 * gives a warning where something differs.
 */
export async function checkLock(
  store: Store,
  file: string,
  plan: Plan,
  { locked, isPart }: { readonly locked: boolean; readonly isPart: boolean },
): Promise<Diagnostic[]> {
  const lock = await readLock(file);
  if (lock) {
    const now = lockPlan(store, plan);
    return told(file, compareLocks(isPart ? narrowLock(lock, now) : lock, now), locked);
  }
  if (locked) throw new MedxError(report(storeCodes, 'MED6104', { file, lock: lockFileOf(file) }));
  return [];
}

/** After a run: the splits are known by now, and may not be those that were locked. */
export async function checkLockAfter(record: RunRecord, locked: boolean): Promise<Diagnostic[]> {
  const { file } = record.about;
  const lock = await readLock(file);
  if (!lock || !record.lock) return [];
  const found = compareLocks(lock, record.lock).filter(({ what }) => what.endsWith('its cases'));
  return told(file, found, locked);
}

function told(file: string, found: readonly LockDifference[], locked: boolean): Diagnostic[] {
  if (found.length === 0) return [];
  const params = { lock: lockFileOf(file), differences: found.map(differenceText) };
  if (locked) throw new MedxError(report(storeCodes, 'MED6107', params));
  return [report(storeCodes, 'MED6106', params)];
}

/**
 * Writes `medx.lock` beside the file of a finished run; returns its path. Where only some of the file's experiments ran, what
 * the others are locked to stays. Throws MED6108.
 */
export async function lockRun(store: Store, record: RunRecord): Promise<string> {
  const lock = whole(record, 'locked');
  const { file } = record.about;
  if (!existsSync(file)) {
    const why = `its file \`${file}\` is not here`;
    throw refused(record, 'locked', why, 'call `medx lock` in the folder in which `medx run` was called');
  }
  const others = record.about.experiments ? await readLock(file) : undefined;
  const apart = others ? versionsApart(others, lock) : [];
  if (apart.length > 0) {
    const why = `other experiments of its file are locked to other versions (${apart.map(differenceText).join(', ')})`;
    throw refused(record, 'locked', why, `lock a run of all of them, or remove \`${lockFileOf(file)}\``);
  }
  const stages = record.stages.map(({ hash }) => hash);
  const joined = others ? joinLocks(others, lock) : lock;
  return writeLock(store, file, joined, { stages, keepOthers: others !== undefined });
}

/** The lock of a run that has all its numbers. Throws MED6108. */
export function whole(record: RunRecord, doing: string): ExperimentLock {
  const again = 'run its file again: what is in the store is not made again';
  if (record.state !== 'finished') throw refused(record, doing, `it ${record.state}`, again);
  if (record.rows.length === 0)
    throw refused(record, doing, 'it only prepared data', 'name a run that has rows');
  const missing = record.rows.reduce((sum, row) => sum + row.missing_jobs, 0);
  if (missing > 0) throw refused(record, doing, `${missing} of its jobs have no result`, again);
  if (!record.lock) throw refused(record, doing, 'an older medx made it and kept no lock', again);
  return record.lock;
}

function refused(record: RunRecord, doing: string, why: string, fix: string): MedxError {
  return new MedxError(report(storeCodes, 'MED6108', { run: record.run, doing, why, fix }));
}
