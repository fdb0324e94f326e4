/** Bad programs with golden output. `UPDATE_GOLDEN=1 npx vitest run test/spec` writes the output anew: read the diff. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { folderHost, render } from './support.ts';

const folder = join(import.meta.dirname, 'bad');
const programs = readdirSync(folder).filter((name) => name.endsWith('.med'));

test('there are at least 25 bad programs', () => expect(programs.length).toBeGreaterThanOrEqual(25));

test.each(programs)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  // A line `# --set PATH=VALUE` stands for an option of the command line.
  const sets = [...text.matchAll(/^# --set (.*)$/gm)].map((match) => match[1]!);
  const result = resolveSpec(name, { host: folderHost(folder), sets });
  const output = render(result);
  expect(result.spec).toBeUndefined();
  const golden = join(folder, name.replace(/\.med$/, '.expected.txt'));
  if (process.env.UPDATE_GOLDEN || !existsSync(golden)) {
    expect(process.env.UPDATE_GOLDEN, `${golden} is missing`).toBeTruthy();
    writeFileSync(golden, output);
  }
  expect(output).toBe(readFileSync(golden, 'utf8'));
});
