/**
 * One lock file per stage, so that two processes over one store do not do the same work twice. A lock only saves work:
 * artefacts are renamed into place whole, so even two holders at once would lose nothing.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { currentProcess, type ProcessIdentity, processState } from './process-identity.ts';

export interface Lock {
  release(): void;
}

interface LockText extends ProcessIdentity {
  readonly token: string;
}

/** Two runs that share their work wait for each other all the time; after this long a user wonders. */
const longWaitMs = 10_000;
const heartbeatMs = 10_000;
/** A holder on another machine is taken for dead after this long without a heartbeat: a stage may block its event loop. */
const remoteStaleMs = 600_000;
/** A lock file that cannot be read is being written; after this long its writer died in between. */
const unreadableStaleMs = 5_000;

/** Takes the lock at once or returns undefined when a living process holds it. Breaks the lock of a dead one. */
export function tryLock(path: string): Lock | undefined {
  const mine: LockText = { ...currentProcess(), token: randomBytes(8).toString('hex') };
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx' });
      return hold(path, mine.token);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = readLock(path);
    if (text === 'gone') continue;
    if (!isStale(path, text)) return undefined;
    breakLock(path, text);
  }
  return undefined;
}

/** Whether a living process holds it. Takes the lock of a dead one away. */
export function isHeld(path: string): boolean {
  const text = readLock(path);
  if (text === 'gone') return false;
  if (!isStale(path, text)) return true;
  breakLock(path, text);
  return false;
}

/**
 * Waits for the lock. Gives up, with undefined, as soon as `until` is true: the work has been done elsewhere. `onLongWait` is told once
 * who holds it.
 */
export async function waitForLock(
  path: string,
  until: () => boolean,
  onLongWait?: (holder: ProcessIdentity) => void,
): Promise<Lock | undefined> {
  const began = performance.now();
  let told = false;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    const lock = tryLock(path);
    if (lock) return lock;
    if (until()) return undefined;
    if (!told && performance.now() - began > longWaitMs) {
      const holder = readLock(path);
      told = typeof holder === 'object';
      if (typeof holder === 'object') onLongWait?.(holder);
    }
    await new Promise((done) => setTimeout(done, wait));
  }
}

function hold(path: string, token: string): Lock {
  const beat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // The lock is gone; releasing it will notice.
    }
  }, heartbeatMs);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      const text = readLock(path);
      if (typeof text === 'object' && text.token === token) rmSync(path, { force: true });
    },
  };
}

function readLock(path: string): LockText | 'gone' | 'unreadable' {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockText;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

function isStale(path: string, text: LockText | 'unreadable'): boolean {
  const age = ageMs(path);
  if (text === 'unreadable') return age > unreadableStaleMs;
  const state = processState(text);
  return state === 'dead' || (state === 'unknown' && age > remoteStaleMs);
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Moves the stale lock away; if another process broke it first and the file moved is a new, living lock, puts it back. */
function breakLock(path: string, stale: LockText | 'unreadable'): void {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readLock(aside);
  const isTheStaleOne =
    typeof moved === 'object' && typeof stale === 'object' ? moved.token === stale.token : moved === stale;
  if (!isTheStaleOne) {
    try {
      linkSync(aside, path);
    } catch {
      // A third process holds the lock by now. Both work; the first to finish wins.
    }
  }
  rmSync(aside, { force: true });
}
