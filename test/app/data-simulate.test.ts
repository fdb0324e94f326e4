/** `medx data simulate`: what it writes, prints and refuses. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/app/cli/commands/data/simulate.ts';
import { simulateFiles } from '../../src/app/data/simulate.ts';
import { simulatorSettings } from '../../src/catalog/simulator.ts';
import { placeFolder } from '../../src/data/simulator/place-folder.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { tempFolder } from '../support/temp.ts';

const root = tempFolder('data-simulate');
const tiny = { format: 'microservo', cases: '2', rate: '0.05', before: '2m', after: '3m' } as const;

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function refusals(promise: Promise<unknown>): Promise<string[]> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MedxError);
  return (error as MedxError).diagnostics.map(({ code, message }) => `${code} ${message}`);
}

test('help says what every setting is without being given', () => {
  const program = new Command().exitOverride();
  register(program);
  const help = program.commands[0]?.helpInformation() ?? '';
  const defaults = help.replace(/\s+/g, ' ').match(/--\w+ <(n|duration)>(?:(?! --).)*/g) ?? [];
  const given = defaults.filter((text) => !/--(days|records)/.test(text));
  expect(given).toHaveLength(simulatorSettings.length);
  for (const text of given) expect(text).toMatch(/\(default: \d+(\.\d+)?m?\)/);
});

describe('what is written', () => {
  test('raw files, counted, and a block that names them', async () => {
    await simulateFiles(join(root, 'a'), tiny, root);
    expect(existsSync(join(root, 'a/log/log.csv'))).toBe(true);
    const lines = readFileSync(join(root, 'a/log/log.csv'), 'utf8').trimEnd().split('\n').length - 1;
    expect(printed).toContain(`log     ${lines.toLocaleString('en')} lines`);
    expect(printed).toContain('from   = microservo("a")');
    expect(printed).toContain('case   = 2m before .. 3m after');
    expect(printed).not.toContain('--data-root');
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('each format in its own system, packed, elsewhere', async () => {
    const options = { ...tiny, format: 'gaia', layout: 'converted', gzip: true, json: true } as const;
    await simulateFiles(join(root, 'b'), options, join(root, 'other'));
    expect(existsSync(join(root, 'b/2021-07-04/docker_metric.csv.gz'))).toBe(true);
    const told = JSON.parse(printed) as { params: Record<string, unknown>; spans: number };
    expect(told.params).toMatchObject({ system: 'micross', format: 'gaia', cases: 2 });
    expect(told.spans).toBeGreaterThan(0);
  });
});

describe('a folder that is there', () => {
  test('is kept, unless it is empty or --force is given', async () => {
    const folder = join(root, 'c');
    mkdirSync(folder);
    await simulateFiles(folder, tiny, root);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    expect(await refusals(simulateFiles(folder, tiny, root))).toEqual([
      `MED3206 ${folder} is there and not empty`,
    ]);
    expect(existsSync(join(folder, 'mine.txt'))).toBe(true);
    await simulateFiles(folder, { ...tiny, force: true }, root);
    expect(existsSync(join(folder, 'mine.txt'))).toBe(false);
    expect(existsSync(join(folder, 'log/log.csv'))).toBe(true);
  });

  test('keeps what it holds when writing the new one fails, and nothing stays beside it', async () => {
    const folder = join(root, 'd');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const failing = placeFolder(folder, true, async (beside) => {
      writeFileSync(join(beside, 'half'), '');
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(readdirSync(folder)).toEqual(['mine.txt']);
    expect(readdirSync(root).filter((name) => name.startsWith('.d'))).toEqual([]);
  });

  test('what a killed process left is swept away, what a living one writes is not', async () => {
    // No process has this id: it is above the highest that systems give.
    const dead = join(root, '.e.99999999');
    const living = join(root, `.e.${process.ppid}`);
    mkdirSync(dead);
    mkdirSync(living);
    await placeFolder(join(root, 'e'), false, async (beside) => writeFileSync(join(beside, 'x'), ''));
    expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
  });
});

test('Ctrl-C stops after the case at hand and leaves nothing', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const others = new Set(process.listeners('SIGINT'));
  const running = simulateFiles(join(root, 'g'), { ...tiny, cases: '500' }, root);
  const stop = await vi.waitUntil(() => process.listeners('SIGINT').find((one) => !others.has(one)));
  stop('SIGINT');
  await running;
  expect(process.exitCode).toBe(130);
  process.exitCode = 0;
  expect(said.mock.calls.join('')).toContain('stopped; nothing was written');
  expect(readdirSync(root).filter((name) => /^\.?g(\.|$)/.test(name))).toEqual([]);
  expect(process.listeners('SIGINT').filter((one) => !others.has(one))).toEqual([]);
});

test('a place that cannot be written is a mishap of the system, not a bug', async () => {
  writeFileSync(join(root, 'file'), '');
  expect(await refusals(simulateFiles(join(root, 'file', 'below'), tiny, root))).toEqual([
    expect.stringMatching(/^MED400/),
  ]);
});

test('every mistake is told at once, and nothing is written', async () => {
  const wrong = {
    ...tiny,
    layout: 'zip',
    records: '10X',
    days: '-1',
    before: '2',
    gzip: true,
    zstd: true,
  } as const;
  const told = await refusals(simulateFiles(join(root, 'f'), wrong, root));
  expect(told.join('\n')).toMatch(/--layout.*\n(.*\n)*.*--before.*\n(.*\n)*.*--days.*\n.*--records/);
  expect(await refusals(simulateFiles(join(root, 'f'), { ...tiny, rate: '99' }, root))).toEqual([
    'MED3202 `rate` of `simulate` is out of range',
  ]);
  expect(existsSync(join(root, 'f'))).toBe(false);
});
