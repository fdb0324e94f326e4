/** Folders of their own for tests, removed when the test file ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'medx-test-'));
// Not in `tempFolder`: what a running test registers for the end of its file is never called.
// Tries again: a process that a test has killed may be writing its last file.
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

export function tempFolder(name = 'medx'): string {
  return mkdtempSync(join(root, `${name}-`));
}
