/** `medx data prepare` on a very small experiment: features are made, nothing is trained, and a run finds them done. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const spec = fileURLToPath(new URL('fixtures/tiny.med', import.meta.url));
const folder = tempFolder();

function medx(...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1', MEDX_DATA: join(folder, 'data') };
  const command = [main, '--store', join(folder, 'store'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

describe.runIf(isBuilt)('medx data prepare', () => {
  test('makes the features of every seed, trains nothing, and says what was read', () => {
    const first = medx('data', 'prepare', spec, '--json', '--offline');
    expect([first.code, first.err]).toEqual([0, '']);
    const events = first.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    const ran = events.flatMap((event) =>
      event.type === 'stage' && event.state === 'done' ? [event.kind] : [],
    );
    expect(ran).not.toContain('train');
    expect(ran).not.toContain('baseline.majority');
    expect(ran.filter((kind) => kind === 'features.log')).toHaveLength(2);
    for (const kind of ['cases', 'lines', 'samples', 'spans', 'drain', 'embed']) expect(ran).toContain(kind);

    const again = medx('data', 'prepare', spec, '--quiet', '--offline');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^\nshop \(simulated\): \d+ cases, [\d,]+ rows, counted in /);
    for (const modality of ['log', 'metric', 'trace'])
      expect(again.out).toMatch(
        new RegExp(`\\n  ${modality} +[\\d,]+ rows, [\\d,]+ records in cases; read in .*, [\\d,]+ rows/s\\n`),
      );
    // Nobody who asks for the last run means a preparation, and it has no numbers to lock.
    expect(medx('compare').err).toContain('It holds no run yet.');
    expect(medx('run', '--failed').err).toContain('MED6102');
    const [prepared = ''] = readdirSync(join(folder, 'store', 'runs'));
    expect(medx('lock', prepared).err).toContain('it only prepared data');

    const plan = JSON.parse(medx('plan', spec, '--stages', '--offline', '--json').out) as {
      stages: { kind: string }[];
    };
    expect(ran).toHaveLength(
      plan.stages.filter(({ kind }) => !['train', 'detect'].includes(kind) && !kind.startsWith('baseline.'))
        .length,
    );
  }, 120_000);
});
