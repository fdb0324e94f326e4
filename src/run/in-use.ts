/**
 * Who counts on what is in the store: a process that uses it leaves a mark, so that `medx gc` removes nothing under it. Either one
 * first writes its own mark and then looks for the other's, so they never miss each other.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { guardStore } from './failures.ts';
import { isHeld, type Lock, tryLock } from './lock.ts';
import type { Store } from './store.ts';

const folderOf = (store: Store) => join(store.root, 'locks');
const cleaning = (store: Store) => join(folderOf(store), 'gc.lock');
const waitMs = 50;

/** Marks the store as in use until released, or until this process ends. Waits while it is being cleaned. */
export async function useStore(store: Store): Promise<Lock> {
  const path = join(folderOf(store), `use-${randomBytes(6).toString('hex')}.lock`);
  const lock = guardStore('write', path, () => tryLock(path));
  if (!lock) throw new Error(`a new lock is held: ${path}`);
  // Marks of processes that were killed.
  listUsers(store);
  process.once('exit', lock.release);
  while (isHeld(cleaning(store))) await new Promise((done) => setTimeout(done, waitMs));
  return {
    release() {
      process.off('exit', lock.release);
      lock.release();
    },
  };
}

/** Has the store to itself until released. Throws MED6120 while anybody uses it. */
export function claimStore(store: Store): Lock {
  const lock = guardStore('lock', cleaning(store), () => tryLock(cleaning(store)));
  const inUse = () => new MedxError(report(storeCodes, 'MED6120', { store: store.root }));
  if (!lock) throw inUse();
  if (listUsers(store).length === 0) return lock;
  lock.release();
  throw inUse();
}

/** Locks of living processes, those of single stages among them. */
function listUsers(store: Store): string[] {
  const folder = folderOf(store);
  return readdirSync(folder).filter(
    (name) => name.endsWith('.lock') && name !== 'gc.lock' && isHeld(join(folder, name)),
  );
}
