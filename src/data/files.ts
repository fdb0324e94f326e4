/** Finding files below a folder and reading small ones, plain or packed. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { DamagedArchive, unpack, unpackHead } from './packed.ts';
import { packingOf } from './tables/formats.ts';

/** All files below `root`, relative, with `/`, sorted by code unit; hidden entries are left out. Follows links. */
export function listFiles(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string, prefix: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      const relative = prefix + entry.name;
      if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path))) visit(path, `${relative}/`);
      else found.push(relative);
    }
  };
  visit(root, '');
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whole text of a small file (labels), unpacked if its name ends in `.gz` or `.zst`. */
export function readText(root: string, file: string): string {
  try {
    const bytes = readFileSync(resolve(root, file));
    const packing = packingOf(file);
    return stripMark((packing ? unpack(bytes, packing) : bytes).toString('utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** First line of a file, of at most 64 KiB, without its line break. Empty for an empty file. */
export function readFirstLine(root: string, file: string): string {
  return readHead(root, file, 65536).split(/\r?\n/, 1)[0] ?? '';
}

/** Text of the first bytes of a file (as they lie on disk), unpacked. */
export function readHead(root: string, file: string, length: number): string {
  const buffer = Buffer.alloc(length);
  try {
    const handle = openSync(resolve(root, file), 'r');
    let bytes: Buffer;
    try {
      bytes = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(handle);
    }
    const packing = packingOf(file);
    return stripMark((packing && bytes.length > 0 ? unpackHead(bytes, packing) : bytes).toString('utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function stripMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function unreadable(file: string, error: unknown): MedxError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = error instanceof Error ? error.message : String(error);
  if (error instanceof DamagedArchive)
    return new MedxError(report(dataCodes, 'MED3005', { packing: error.packing, problem }, { place: file }));
  return new MedxError(report(dataCodes, 'MED3013', { problem: code || problem }, { place: file }));
}
