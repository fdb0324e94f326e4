/** Writes a folder beside its place and renames it, so that what is there is whole. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { simulatorCodes } from '../../diagnostics/codes/simulator.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder } from '../../disk/write.ts';

/**
 * Lets `write` fill a new folder that then takes the place of `target`. A folder that is not empty is kept unless `force`.
 * What a killed process left beside it is removed.
 * @throws MedxError MED3206 for a folder that is not empty, before anything is written.
 */
export async function placeFolder<T>(
  target: string,
  force: boolean,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const path = resolve(target);
  const parent = dirname(path);
  if (!force && existsSync(path) && readdirSync(path).length > 0) {
    throw new MedxError(report(simulatorCodes, 'MED3206', { folder: target }));
  }
  makeFolder(parent);
  sweep(parent, basename(path));
  const beside = join(parent, `.${basename(path)}.${process.pid}`);
  mkdirSync(beside);
  try {
    const result = await write(beside);
    // The old folder goes only when the new one is whole.
    const old = `${beside}.old`;
    if (existsSync(path)) renameSync(path, old);
    renameSync(beside, path);
    rmSync(old, { recursive: true, force: true });
    return result;
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}

/** Removes half-written folders of this name whose process has ended. */
function sweep(parent: string, name: string): void {
  for (const entry of readdirSync(parent)) {
    const rest = entry.startsWith(`.${name}.`) ? entry.slice(name.length + 2) : '';
    const pid = /^\d+$/.test(rest) ? Number(rest) : 0;
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) {
      rmSync(join(parent, entry), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
