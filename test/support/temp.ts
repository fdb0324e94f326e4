/** Folders of their own for tests, removed when the test file ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'medx-test-'));
// Not in `tempFolder`: what a running test registers for the end of its file is never called.
afterAll(() => rmSync(root, { recursive: true, force: true }));

export function tempFolder(name = 'medx'): string {
  return mkdtempSync(join(root, `${name}-`));
}
