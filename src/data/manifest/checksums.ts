/** SHA-256 and sizes of files, and what differs from a manifest. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Finding } from '../../stages/findings.ts';
import { finding } from '../checks/check.ts';
import type { Manifest, ManifestFile } from './manifest.ts';

export async function checksumOf(root: string, path: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  const file = join(root, path);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return { path, bytes: statSync(file).size, sha256: hash.digest('hex') };
}

export interface ChecksumResult {
  readonly missing: readonly string[];
  /** Another size, or another checksum. */
  readonly changed: readonly string[];
  /** Files that the reader takes and the manifest does not list. */
  readonly unlisted: readonly string[];
  /** How they were compared. */
  readonly by: 'size' | 'sha256';
}

/** With `sha256` every byte is read; `size` asks the file system only. */
export async function compareFiles(
  root: string,
  manifest: Manifest,
  read: readonly string[],
  by: 'size' | 'sha256',
): Promise<ChecksumResult> {
  const missing: string[] = [];
  const changed: string[] = [];
  for (const { path, bytes, sha256 } of manifest.files ?? []) {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (!found?.isFile()) missing.push(path);
    else if (found.size !== bytes) changed.push(path);
    else if (by === 'sha256' && (await checksumOf(root, path)).sha256 !== sha256) changed.push(path);
  }
  const listed = new Set((manifest.files ?? []).map(({ path }) => path));
  const unlisted = manifest.files ? read.filter((path) => !listed.has(path)) : [];
  return { missing, changed, unlisted, by };
}

export function checksumFindings({ missing, changed, unlisted }: ChecksumResult): Finding[] {
  const found: Finding[] = [];
  const [absent, other, extra] = [missing[0], changed[0], unlisted[0]];
  if (absent !== undefined)
    found.push(
      finding(
        'MED3426',
        { files: missing, problem: 'listed and not there, by the list' },
        missing.length,
        absent,
      ),
    );
  if (other !== undefined)
    found.push(
      finding(
        'MED3426',
        { files: changed, problem: 'not as listed, by the checksums' },
        changed.length,
        other,
      ),
    );
  if (extra !== undefined) found.push(finding('MED3427', { files: unlisted }, unlisted.length, extra));
  return found;
}
