/**
 * What given settings write stays the same to the bit. If one of these digests has to change, raise the version of stage
 * `simulate` in `src/catalog/stages.ts` and measure again what the reports say of simulated telemetry.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SimulatedOptions, writeSimulated } from '../../support/simulated.ts';
import { tempFolder } from '../../support/temp.ts';

const root = tempFolder('bits');

/** Digest of all telemetry and labels, not of what says how they were made. */
async function digest(options: SimulatedOptions): Promise<string> {
  const set = await writeSimulated(root, options);
  const names = readdirSync(set.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(dataset\.json|SIMULATED\.txt)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(set.root.length + 1))
    .sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(readFileSync(join(set.root, name)));
  return hash.digest('hex').slice(0, 16);
}

test.each([
  ['microservo', '96efa5bdf4259140'],
  ['aiops22', '8fe1bcfca9bd673a'],
  ['gaia', 'bd582c467ebce5ef'],
] as const)('%s', async (format, expected) => {
  expect(await digest({ format, cases: 6, seed: 11 })).toBe(expected);
});
