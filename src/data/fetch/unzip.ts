/**
 * A zip archive → files, safely: no path leaves the folder, no link is made, every checksum is compared, and the space is
 * asked for first. Memory is one piece of a file.
 */
import { createWriteStream, statfsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder } from '../../disk/write.ts';

export interface UnzipOptions {
  /** Leading folders of every path that are left out. */
  readonly strip: number;
  /** Only what lies at or below one of these, after `strip`. */
  readonly only?: readonly string[];
}

/** Answers the number of files. Throws MED3312 for an archive that is damaged or not to be trusted, MED3311 without space. */
export async function unzip(archive: string, folder: string, options: UnzipOptions): Promise<number> {
  const { openPromise } = await import('yauzl');
  let zip: ZipFile;
  try {
    zip = await openPromise(archive, { strictFileNames: true, autoClose: false });
  } catch (error) {
    throw unfit(archive, error);
  }
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
    const wanted = entries.flatMap((entry) => {
      const path = placeOf(entry, options, archive);
      return path === undefined ? [] : [{ entry, path }];
    });
    const needed = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    makeFolder(folder);
    checkSpace(folder, needed);
    for (const { entry, path } of wanted) {
      const target = join(folder, path);
      makeFolder(dirname(target));
      await pipeline(
        await zip.openReadStreamPromise(entry),
        checked(entry),
        createWriteStream(target, { flags: 'w' }),
      );
    }
    return wanted.length;
  } catch (error) {
    throw error instanceof MedxError ? error : unfit(archive, error);
  } finally {
    zip.close();
  }
}

/** Passes on the bytes of a member and compares their checksum with the archive's. */
function checked({ crc32: expected, fileName }: Entry) {
  return async function* (source: AsyncIterable<Uint8Array>) {
    let found = 0;
    for await (const chunk of source) {
      found = crc32(chunk, found);
      yield chunk;
    }
    if (found !== expected) throw new Error(`the checksum of \`${fileName}\` is wrong`);
  };
}

/** Where an entry goes; undefined for folders and what was not asked for. Throws MED3312 for a path or a kind that no dataset has. */
function placeOf(entry: Entry, { strip, only }: UnzipOptions, archive: string): string | undefined {
  const { fileName } = entry;
  const parts = fileName.split('/');
  const mode = (entry.externalFileAttributes >>> 16) & 0o170000;
  const odd =
    parts.includes('..') || fileName.startsWith('/') || /^[a-z]:/i.test(fileName) || fileName.includes('\0');
  if (odd) throw unfit(archive, new Error(`the path \`${fileName}\` leads out of the folder`));
  if (mode === 0o120000) throw unfit(archive, new Error(`\`${fileName}\` is a link`));
  if (fileName.endsWith('/')) return undefined;
  const path = normalize(parts.slice(strip).join('/'));
  if (parts.length <= strip || path === '.') return undefined;
  if (only && !only.some((one) => path === one || path.startsWith(`${one}/`))) return undefined;
  return path;
}

/** Throws MED3311 unless the disk of a folder that exists has so many bytes free. */
export function checkSpace(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (needed > free) throw new MedxError(report(datasetCodes, 'MED3311', { needed, free, folder }));
}

function unfit(archive: string, error: unknown): MedxError {
  const problem = error instanceof Error ? error.message : String(error);
  return new MedxError(report(datasetCodes, 'MED3312', { problem }, { place: archive }));
}
