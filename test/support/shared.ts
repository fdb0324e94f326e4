/** Finds the data folder that lies beside the repository in some checkouts. Tests that read it are skipped without it. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Path below the shared folder, or undefined where there is none (or no such file in it). */
export function sharedPath(...parts: string[]): string | undefined {
  const roots: string[] = [];
  if (process.env.MEDX_SHARED) roots.push(process.env.MEDX_SHARED);
  for (
    let folder = resolve(import.meta.dirname, '../..');
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    roots.push(join(dirname(folder), 'shared'));
  }
  const root = roots.find((candidate) => existsSync(join(candidate, 'data')));
  const path = root && join(root, ...parts);
  return path !== undefined && existsSync(path) ? path : undefined;
}
