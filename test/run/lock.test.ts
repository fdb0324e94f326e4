import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { tryLock, waitForLock } from '../../src/run/lock.ts';
import { tempFolder } from '../support/temp.ts';

afterEach(() => vi.useRealTimers());

test('who waits long is told once for whom, and takes the lock when it is free', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const path = join(tempFolder(), 'a.lock');
  const held = tryLock(path);
  const told: number[] = [];
  const taken = waitForLock(
    path,
    () => false,
    ({ pid }) => told.push(pid),
  );
  await vi.advanceTimersByTimeAsync(9_000);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([process.pid]);
  held?.release();
  await vi.advanceTimersByTimeAsync(1_000);
  const lock = await taken;
  expect(tryLock(path)).toBeUndefined();
  lock?.release();
  expect(tryLock(path)).toBeDefined();
});
