/** From a run to numbers that others can check: two runs at once, why, lock, pack, verify, gc, over a real, very small experiment. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Verification } from '../../src/app/cli/verification.ts';
import type { FinishedEvent, RunEvent } from '../../src/run/events.ts';
import type { PackManifest } from '../../src/run/pack.ts';
import { packLimits } from '../../src/run/pack.ts';
import { packTar, unpackTar } from '../../src/run/tar.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures/share', import.meta.url));
const [here, there, elsewhere] = [tempFolder(), tempFolder(), tempFolder()] as const;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `medx` in a folder, as a user calls it. */
function medx(folder: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1', MEDX_DATA: join(folder, 'data') };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

const run = (...args: readonly string[]) => medx(here, 'run', 'shared.med', '--offline', ...args);

function checkShape(name: string, text: string): void {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
  const check = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  check(JSON.parse(text));
  expect(check.errors ?? []).toEqual([]);
}

const finished = (out: string) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as FinishedEvent;

describe.runIf(isBuilt)('a run that others can check', () => {
  let first: FinishedEvent;

  beforeAll(async () => {
    cpSync(fixtures, here, { recursive: true });
    const both = await Promise.all([run('--json'), run('--json')]);
    expect(both.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    first = finished(both[0].out);
    // Two runs at once over one store: the same table, and every stage was made once.
    expect(finished(both[1].out).rows).toEqual(first.rows);
    const made = both.flatMap(({ out }) =>
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as RunEvent)
        .flatMap((event) => (event.type === 'stage' && event.state === 'done' ? [event.hash] : [])),
    );
    expect(new Set(made).size).toBe(made.length);
    expect(readdirSync(join(here, '.medx', 'artefacts')).sort()).toEqual(made.sort());
  }, 120_000);

  test('why: what is there, and what a changed setting, split or dataset changes first', async () => {
    expect((await medx(here, 'why', 'full')).out).toMatch(
      /full seed 1 \(train, \w{12}\) is in the store: made 20/,
    );
    const { out } = await medx(here, 'why', 'full seed 2', 'shared.med', '--set', 'shop.window=30s');
    expect(out).toContain('full seed 2 (train');
    expect(out).toMatch(/nearest earlier job +full seed 2/);
    expect(out).toMatch(/first difference +cases shop: window_ms 60000 → 30000/);
    const json = await medx(here, 'why', 'full', 'shared.med', '--set', 'quick.epochs=3', '--json');
    checkShape('why', json.out);
    const { jobs } = JSON.parse(json.out) as {
      jobs: { changes: { what: string; old: unknown; new: unknown }[] }[];
    };
    expect(jobs.map(({ changes }) => changes.map(({ what, old, new: now }) => [what, old, now]))).toEqual([
      [['train.epochs', 2, 3]],
      [['train.epochs', 2, 3]],
    ]);
    const unknown = await medx(here, 'why', 'ful');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('did you mean `full`?')]);
  });

  test('a lock: a run against it says what differs, --locked refuses', async () => {
    const none = await run('--locked', '--quiet');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('MED6104')]);
    expect((await medx(here, 'lock')).out).toContain('shared.med is locked to run');
    checkShape('lock', readFileSync(join(here, 'medx.lock'), 'utf8'));
    expect(await run('--locked', '--quiet')).toMatchObject({ code: 0, err: '' });
    const refused = await run(
      '--locked',
      '--quiet',
      '--set',
      'shop.window=30s',
      '--set',
      'shared.seeds=[1,3]',
    );
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('MED6107');
    expect(refused.err).toContain('experiment shared, data shop: window_ms: 60000 → 30000');
    expect(refused.err).toContain('experiment shared, seeds: [1,2] → [1,3]');
    const other = await run('--locked', '--quiet', '--set', 'quick.epochs=3');
    expect(other.err).toMatch(/experiment shared, row full: settings \w{12} → settings \w{12}/);
    writeFileSync(join(here, 'medx.lock'), '{"format":1,"files":{"shared.med":{}}}');
    expect((await run('--quiet')).err).toContain('MED6105');
    rmSync(join(here, 'medx.lock'));
  });

  test('a pack gives the same numbers in a fresh checkout, and one that states others fails', async () => {
    expect((await medx(here, 'pack', first.run, '--out', 'shared.tar.gz')).code).toBe(0);
    const path = join(here, 'shared.tar.gz');
    const stretched = join(here, 'stretched.tar.gz');
    writeFileSync(stretched, stretchedPack(readFileSync(path)));
    const [good, bad] = await Promise.all([
      medx(there, 'verify', path, '--json', '--tolerance', '0', '--offline'),
      medx(elsewhere, 'verify', stretched, '--offline'),
    ]);
    expect([good.code, good.err]).toEqual([0, '']);
    checkShape('verify', good.out);
    const verdict = JSON.parse(good.out) as Verification;
    expect(verdict).toMatchObject({ pass: true, tolerance: 0, state: 'finished', differences: [] });
    expect(verdict.stages_made).toBeGreaterThan(8);
    expect(verdict.numbers.filter(({ row }) => row === 'full').length).toBeGreaterThan(14);
    expect(verdict.answers).toEqual({ compared: 12, changed: 0 });
    // It ran in a store of its own, which is gone.
    expect(readdirSync(join(there, '.medx', 'artefacts'))).toEqual([]);
    expect(readdirSync(join(there, '.medx', 'verify'))).toEqual([]);

    expect(bad.code).toBe(4);
    expect(bad.out).toMatch(/shared full accuracy\.mean: stated 0\.\d+, found 0/);
    expect(bad.out).toMatch(/Fail: \d+ of \d+ numbers within ±0\.01/);
  }, 120_000);

  test('a pack whose data are others is not run, and one that is none is refused', async () => {
    const path = join(here, 'shared.tar.gz');
    const moved = join(here, 'moved.tar.gz');
    writeFileSync(
      moved,
      packWithSpec(readFileSync(path), (text) => text.replace('seed: 3', 'seed: 4')),
    );
    const other = await medx(there, 'verify', moved, '--offline');
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('MED6114')]);
    expect(other.err).toContain('data shop: seed: 3 → 4');
    const wrong = packWithSpec(readFileSync(path), (text) => text.replace('variant full', 'vriant full'));
    writeFileSync(moved, wrong);
    const mistake = await medx(there, 'verify', moved, '--offline');
    expect(mistake.err).toContain('did you mean');
    expect(mistake.err).toContain('shared.med:');
    const text = await medx(there, 'verify', join(here, 'shared.med'));
    expect([text.code, text.err]).toEqual([1, expect.stringContaining('MED6110')]);
  });

  test('gc says what would go and keeps what the last run needs', async () => {
    const dry = await medx(here, 'gc', '--keep', '1', '--dry-run', '--json');
    checkShape('gc', dry.out);
    const before = readdirSync(join(here, '.medx', 'artefacts')).length;
    expect((await medx(here, 'gc', '--keep', '0')).out).toMatch(
      /Removed \d+ finished stages: .* Kept 0 finished stages/,
    );
    expect(before).toBeGreaterThan(8);
    expect(readdirSync(join(here, '.medx', 'artefacts'))).toEqual([]);
    // The record keeps the table.
    const shown = await medx(here, 'compare', first.run);
    expect(shown.out).toContain('full');
  });

  test('--failed without a failure runs nothing, and without a run says so', async () => {
    const none = await medx(elsewhere, 'run', '--failed');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('MED6102')]);
    const { code, out } = await medx(here, 'run', '--failed', '--offline');
    expect([code, out]).toEqual([0, expect.stringContaining('Nothing had to run')]);
    expect(existsSync(join(here, '.medx', 'tmp'))).toBe(true);
  });
});

/** The members of a pack with a manifest that lists them rightly. */
function repack(files: Map<string, Buffer>): Buffer {
  const manifest = JSON.parse(files.get('pack.json')!.toString()) as PackManifest;
  const others = [...files].filter(([name]) => name !== 'pack.json');
  const listed = others.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]);
  files.set('pack.json', Buffer.from(JSON.stringify({ ...manifest, files: Object.fromEntries(listed) })));
  return packTar(files);
}

/** A pack that states a better accuracy than it had. */
function stretchedPack(bytes: Buffer): Buffer {
  const files = unpackTar(bytes, packLimits, 'whole');
  const record = JSON.parse(files.get('record.json')!.toString()) as {
    rows: { name: string; scores: { accuracy: { mean: number } } }[];
  };
  record.rows.find(({ name }) => name === 'full')!.scores.accuracy.mean = 0.987;
  files.set('record.json', Buffer.from(JSON.stringify(record)));
  return repack(files);
}

function packWithSpec(bytes: Buffer, change: (text: string) => string): Buffer {
  const files = unpackTar(bytes, packLimits, 'whole');
  files.set('spec/shared.med', Buffer.from(change(files.get('spec/shared.med')!.toString())));
  return repack(files);
}
