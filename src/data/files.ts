/** Finding files below a folder and reading small ones, plain or gzip. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';

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

/** Whole text of a small file (labels). */
export function readText(root: string, file: string): string {
  try {
    const bytes = readFileSync(join(root, file));
    return stripMark((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** First line of a file, of at most 64 KiB, without its line break. Empty for an empty file. */
export function readFirstLine(root: string, file: string): string {
  const buffer = Buffer.alloc(65536);
  try {
    const handle = openSync(join(root, file), 'r');
    let bytes: Buffer;
    try {
      bytes = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(handle);
    }
    // Z_SYNC_FLUSH: the piece ends in the middle of the stream, which is no error here.
    const text =
      file.endsWith('.gz') && bytes.length > 0
        ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
        : bytes;
    return stripMark(text.toString('utf8')).split(/\r?\n/, 1)[0] ?? '';
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
  if (code.startsWith('Z_')) return new MedxError(report(dataCodes, 'MED3005', { problem }, { place: file }));
  return new MedxError(report(dataCodes, 'MED3013', { problem: code || problem }, { place: file }));
}
