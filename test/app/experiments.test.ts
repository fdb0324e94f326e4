/** `--experiment NAME`: some of a file's experiments, from the check to the report, over very small ones. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPack } from '../../src/run/pack.ts';
import { listRecords, readRecord } from '../../src/run/record.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { medxIn } from './support.ts';

const fixtures = fileURLToPath(new URL('fixtures/share', import.meta.url));
const folder = tempFolder();
const root = { root: join(folder, '.medx') };

const medx = medxIn(folder);

const lastRecord = () => readRecord(root, 'last', () => undefined);
const lockedIn = (file: string) =>
  Object.keys(
    (
      JSON.parse(readFileSync(join(folder, 'medx.lock'), 'utf8')) as {
        files: Record<string, { experiments: object }>;
      }
    ).files[file]?.experiments ?? {},
  );

beforeAll(() => {
  cpSync(fixtures, folder, { recursive: true });
  const shared = readFileSync(join(folder, 'shared.med'), 'utf8');
  const one = shared.slice(shared.indexOf('experiment shared'));
  const named = (name: string) => one.replace('shared', name).replace('1..2', '[1]');
  const two = `${shared.slice(0, shared.indexOf('experiment shared'))}${named('alpha')}\n${named('beta')}`;
  writeFileSync(join(folder, 'two.med'), two);
  writeFileSync(join(folder, 'whole.med'), `med 1\nimport "two.med"\n${named('gamma')}`);
});

describe.runIf(isBuilt)('what a file is asked for', () => {
  test('check, show and plan know the names of the file, and mean no other experiment', () => {
    expect(medx('check', 'two.med', '--experiment', 'beta').out).toContain('no errors');
    const shown = medx('show', 'two.med', '--experiment', 'beta').out;
    expect([shown.includes('experiment beta'), shown.includes('alpha')]).toEqual([true, false]);
    const jobs = (...names: readonly string[]) =>
      /(\d+) training jobs?/.exec(medx('plan', 'two.med', '--set', 'beta.seeds=[2,3]', ...names).out)?.[1];
    expect(jobs()).toBe('3');
    expect(jobs('--experiment', 'beta')).toBe('2');
    expect(jobs('--experiment', 'beta', '--experiment', 'alpha')).toBe('3');
  });

  test('a name that is none, an imported experiment and a setting of one that rests are said at once', () => {
    const { code, err } = medx('check', 'whole.med', '--experiment', 'gama', '--experiment', 'alpha');
    expect(code).toBe(1);
    expect(err).toContain('there is no experiment `gama`');
    expect(err).toContain('did you mean `gamma`?');
    expect(err).toContain('experiment `alpha` does not run here');
    expect(err).toContain('It is one of `two.med`');
    expect(err).toContain('2 errors');
    const resting = medx('plan', 'two.med', '--experiment', 'alpha', '--set', 'beta.seeds=[1]');
    expect([resting.code, resting.err]).toEqual([1, expect.stringContaining('MED1504')]);
  });

  test('an experiment with a mistake does not keep others from running', () => {
    const text = readFileSync(join(folder, 'two.med'), 'utf8');
    writeFileSync(
      join(folder, 'half.med'),
      text.replace('experiment beta {', 'experiment beta {\n  sedes = 3'),
    );
    expect(medx('check', 'half.med').err).toContain('did you mean `seeds`?');
    expect(medx('check', 'half.med', '--experiment', 'alpha').code).toBe(0);
  });

  test('names are completed', () => {
    const complete = (...words: readonly string[]) => medx('__complete', '--', ...words).out.split('\n');
    expect(complete('run', 'two.med', '--experiment', '')).toEqual(['alpha', 'beta', '']);
    expect(complete('run', 'half.med', '--experiment', 'b')).toEqual(['beta', '']);
  });
});

describe.runIf(isBuilt)('a run of some experiments', () => {
  beforeAll(() => {
    const { code, err } = medx('run', 'two.med', '--experiment', 'alpha', '--offline', '--quiet');
    expect([code, err]).toEqual([0, '']);
  }, 120_000);

  test('is named after its only one, says what it was asked for, and --failed asks for the same', () => {
    const record = lastRecord();
    expect(record.run).toMatch(/^alpha-/);
    expect(record.about.experiments).toEqual(['alpha']);
    expect(record.experiments.map(({ name }) => name)).toEqual(['alpha']);
    expect(medx('run', '--failed', '--offline').code).toBe(0);
    const again = lastRecord();
    expect(again.run).not.toBe(record.run);
    expect(again.experiments.map(({ name }) => name)).toEqual(['alpha']);
  });

  test('a lock holds what has been locked of a file, and is compared with what runs', () => {
    expect(medx('lock').out).toContain('two.med (alpha) is locked to run alpha-');
    expect(lockedIn('two.med')).toEqual(['alpha']);
    const run = (...names: readonly string[]) =>
      medx('run', 'two.med', '--offline', '--quiet', '--locked', ...names);
    expect(run('--experiment', 'alpha')).toMatchObject({ code: 0, err: '' });
    expect(run('--experiment', 'beta').err).toContain('experiment beta: none → there');
    expect(medx('run', 'two.med', '--experiment', 'beta', '--offline', '--quiet').err).toContain('MED6106');
    expect(medx('lock').code).toBe(0);
    expect(lockedIn('two.med')).toEqual(['alpha', 'beta']);
    expect(run()).toMatchObject({ code: 0, err: '' });
    expect(run('--experiment', 'beta')).toMatchObject({ code: 0, err: '' });
    expect(run('--experiment', 'beta', '--set', 'quick.epochs=3').err).toContain('experiment beta, row full');
    // What other versions locked is not mixed with this.
    const path = join(folder, 'medx.lock');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"node": "[^"]+"/, '"node": "v1.0.0"'));
    const refused = medx('lock');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Node: v1.0.0 →')]);
  }, 60_000);

  test('its pack is verified by running the same experiments', async () => {
    const [run] = listRecords(root).filter((name) => name.startsWith('alpha-'));
    expect(medx('pack', run ?? '', '--out', 'alpha.tar.gz').code).toBe(0);
    expect((await readPack(join(folder, 'alpha.tar.gz'))).manifest.experiments).toEqual(['alpha']);
    const { code, out } = medx('verify', 'alpha.tar.gz', '--offline', '--tolerance', '0');
    expect(code).toBe(0);
    expect(out).toContain('alpha full');
    expect(out).not.toContain('beta');
  }, 60_000);
});

describe.runIf(isBuilt)('tables of some experiments', () => {
  beforeAll(() => {
    expect(medx('run', 'two.med', '--offline', '--quiet').code).toBe(0);
  }, 60_000);

  test.each(['report', 'compare'])('%s', (command) => {
    const { out } = medx(command, 'last', '--experiment', 'beta');
    expect([out.includes('beta'), out.includes('alpha')]).toEqual([true, false]);
    expect(medx(command, 'last').out).toContain('alpha');
    const unknown = medx(command, 'last', '--experiment', 'betta');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('did you mean `beta`?')]);
  });

  test('diagnose says which experiments there are', () => {
    const { code, err } = medx('diagnose', 'last', '--list', '--experiment', 'gamma');
    expect([code, err]).toEqual([1, expect.stringContaining('There are `alpha` and `beta`.')]);
  });
});
