/** `medx check`, `show` and `plan` as a user types them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { medxIn } from './support.ts';

const folder = tempFolder();

const medx = medxIn(folder);

const good = `med 1
dataset shop { from = microservo("d3") else simulate(online_boutique, cases: 9) }
model logs { encode log = drain -> hashed(16) -> weighted_sum -> transformer(heads: 4) -> pool(mean)   dim = 16 }
experiment hello { data = shop   seeds = 1..2   variant full = logs }
`;

beforeAll(() => {
  mkdirSync(join(folder, 'specs'));
  writeFileSync(join(folder, 'specs/good.med'), good);
  writeFileSync(
    join(folder, 'specs/bad.med'),
    good.replace('cases: 9', 'cases: none').replace('dim = 16', 'dmi = 16'),
  );
});

describe.runIf(isBuilt)('check', () => {
  test('a good file', () => {
    expect(medx('check', 'specs/good.med')).toEqual({ code: 0, out: 'specs/good.med: no errors\n', err: '' });
  });

  test('a bad file: every mistake with its place, no stack trace, exit code 1', () => {
    const { code, out, err } = medx('check', 'specs/good.med', join(folder, 'specs/bad.med'));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/MED1202.*specs\/bad\.med:2:78\n/);
    expect(err).toMatch(/MED1204.*specs\/bad\.med:3:\d+\n/);
    expect(err.trimEnd().split('\n').at(-1)).toBe('2 errors.');
    expect(err).not.toContain('    at ');
  });

  test('--json lists places for tools; --set is checked too', () => {
    const { code, out } = medx('check', 'specs/good.med', '--json', '--set', 'shop.window=soon');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([
      { code: 'MED1202', severity: 'error', range: { file: '--set shop.window=soon', line: 1, column: 19 } },
    ]);
  });

  test('a file that is not there, and wrong usage', () => {
    const missing = medx('check', 'specs/none.med');
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('there is no such file')]);
    expect(medx('check').code).toBe(2);
    expect(medx('chekc').code).toBe(2);
  });
});

describe.runIf(isBuilt)('show', () => {
  test('every value with its origin', () => {
    const { code, out } = medx('show', '--resolved', 'specs/good.med', '--set', 'hello.seeds=7');
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}seeds +\[7\] +--set hello\.seeds=7$/m);
    expect(out).toMatch(/^ {2}shop\.window +1m +default$/m);
    expect(out).toMatch(/^ {2}fit +train +profile sound$/m);
    expect(out).toMatch(/^ {2}dim +16 +specs\/good\.med:3$/m);
  });

  test('YAML and JSON say the same', () => {
    const yaml = parse(medx('show', '--yaml', 'specs/good.med').out);
    expect(yaml).toEqual(JSON.parse(medx('show', '--json', 'specs/good.med').out));
    expect(yaml.experiments[0].variants[0].model.encoders.log[1]).toEqual({
      op: 'hashed',
      args: { dim: 16 },
    });
  });
});

describe.runIf(isBuilt)('plan', () => {
  test('what would run, with stand-ins, and the hash of every stage', () => {
    const { code, out } = medx('plan', 'specs/good.med', '--offline', '--stages', '--set', 'device=cpu');
    expect(code).toBe(0);
    expect(out).toContain('experiment hello on shop (simulated)');
    expect(out).toContain(
      'stand-in: simulated online_boutique (9 cases, seed 1) instead of microservo("d3")',
    );
    expect(out).toMatch(/^ {2}train +2 +0 +2$/m);
    expect(out).toContain('17 stages to run, 2 training jobs among them.');
    expect(out.match(/^[0-9a-f]{32} {2}to run/gm)).toHaveLength(17);
  });

  test('data that is not here and has no stand-in is an error with the place', () => {
    writeFileSync(
      join(folder, 'specs/real.med'),
      good.replace(' else simulate(online_boutique, cases: 9)', ''),
    );
    const { code, err } = medx('plan', 'specs/real.med', '--offline');
    expect([code, err]).toEqual([1, expect.stringMatching(/MED1601.*specs\/real\.med:2\n/)]);
  });
});
