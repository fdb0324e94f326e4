/**
 * The short fuzz of the readers: seeds that once failed, and some more. `npm run fuzz -- 30` goes on for half an hour. A
 * round takes a part of a second; a hang fails by the test's time limit.
 */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { type BaseSet, writeBaseSets } from './base-sets.ts';
import { runRound } from './harness.ts';

const folder = tempFolder('fuzz');
let sets: readonly BaseSet[] = [];

beforeAll(async () => {
  sets = await writeBaseSets(join(folder, 'base'));
}, 120_000);

const seeds = [123, ...Array.from({ length: 40 }, (_, k) => 1 + k)];

test.each(seeds)(
  'whatever the files hold, nothing crashes and no row is lost: seed %i',
  async (seed) => {
    const { fault, set, spoilt } = await runRound(seed, sets, join(folder, 'round'));
    expect(fault, `${set}: ${spoilt.join('; ')}`).toBeUndefined();
  },
  60_000,
);
