/** How medx puts folders and files on a disk. What a failure means is left to the caller. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it; one that is there is fine. Node's own `recursive` never returns where the system says
 * that the folder above is missing though it is there, as it does below `/proc`.
 */
export function makeFolder(path: string): void {
  const wanted = [resolve(path)];
  for (let above = dirname(wanted[0] ?? ''); !existsSync(above); above = dirname(above)) wanted.push(above);
  for (const folder of wanted.reverse()) {
    if (isFolder(folder)) continue;
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have been first.
      if (!isFolder(folder)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Writes a file beside its place and renames it: what is there is whole. Of several writers the last one stays. */
export function writeBeside(path: string, contents: string | Uint8Array): void {
  const beside = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    writeFileSync(beside, contents);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
