/** Runs the command line in a process of its own: as a user types it, or over tiny plans. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../../src/graph/plan.ts';

const script = fileURLToPath(new URL('fixtures/tiny.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `medx run` with a plan in place of a file. */
export function runTinyCommand(folder: string, plan: Plan, ...flags: readonly string[]): Ended {
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  const args = [script, join(folder, 'store'), file, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

/** `medx` as a user types it in this folder, whose `data` holds the datasets. */
export function medxIn(folder: string): (...args: readonly string[]) => Ended {
  const env = { ...process.env, NO_COLOR: '1', MEDX_DATA: join(folder, 'data') };
  return (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      encoding: 'utf8',
      cwd: folder,
      env,
      maxBuffer: 2 ** 27,
    });
    return { code: status, out: stdout, err: stderr };
  };
}
