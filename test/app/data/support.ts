/** The commands of `medx data` in a process of their own, over a data root of a test. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';

const main = fileURLToPath(new URL('../../../dist/app/cli/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function medxData(folder: string, dataRoot: string, ...args: readonly string[]): Ended {
  const env = { ...process.env, NO_COLOR: '1', MEDX_DATA: dataRoot, COLUMNS: '100' };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, '--store', `${folder}/store`, 'data', ...args],
    { encoding: 'utf8', cwd: folder, env },
  );
  return { code: status, out: stdout, err: stderr };
}

/** What a schema of the package says against a value; empty if nothing. */
export function schemaErrors(name: string, value: unknown): readonly string[] {
  const file = fileURLToPath(new URL(`../../../schemas/${name}.schema.json`, import.meta.url));
  const check = new Ajv2020({ strict: true, allErrors: true, validateFormats: false }).compile(
    JSON.parse(readFileSync(file, 'utf8')) as object,
  );
  check(value);
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
