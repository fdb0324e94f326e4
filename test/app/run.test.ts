/** The command line over a real, very small experiment: simulated data, every stage, a model of 8 dimensions. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FinishedEvent, RunEvent, StageEvent } from '../../src/run/events.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { artefactFiles, isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const spec = fileURLToPath(new URL('fixtures/tiny.med', import.meta.url));
const folder = tempFolder();
const store = join(folder, 'store');

function medx(...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1', MEDX_DATA: join(folder, 'data') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--store', store, ...args], {
    encoding: 'utf8',
    cwd: folder,
    env,
  });
  return { code: status, out: stdout, err: stderr };
}

const eventsOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
const ran = (events: readonly RunEvent[]) =>
  events.filter(
    (event): event is RunEvent & StageEvent => event.type === 'stage' && event.state === 'running',
  );
const lastOf = (events: readonly RunEvent[]) => events.at(-1) as FinishedEvent;

describe.runIf(isBuilt)('medx run and what follows it', () => {
  let first: readonly RunEvent[] = [];
  let record: RunRecord;

  beforeAll(() => {
    const { code, out, err } = medx('run', spec, '--json', '--offline');
    expect([code, err]).toEqual([0, '']);
    first = eventsOf(out);
    record = JSON.parse(readFileSync(lastOf(first).record, 'utf8')) as RunRecord;
  }, 120_000);

  test('trains every variant and seed and scores them beside the majority', () => {
    const { rows } = lastOf(first);
    expect(rows.map((row) => `${row.kind} ${row.name}: ${row.seeds} seeds, ${row.cases} cases`)).toEqual([
      'variant full: 2 seeds, 16 cases',
      'baseline majority: 2 seeds, 16 cases',
    ]);
    expect(rows.every((row) => row.simulated && row.data === 'shop')).toBe(true);
    expect(ran(first).filter((event) => event.kind === 'train').length).toBe(2);
  });

  test('the record keeps sources, resolved values, versions, machine and predictions', () => {
    expect(Object.values(record.about.sources)).toEqual([readFileSync(spec, 'utf8')]);
    expect(record.about.device).toContain('onnx on ');
    expect(record.versions.packages['onnxruntime-node']).toMatch(/^1\./);
    expect(record.machine.cores).toBeGreaterThan(0);
    const [job] = record.experiments[0]!.rows[0]!.jobs;
    expect(job!.test!.length).toBe(4);
    for (const { probabilities } of job!.test!) {
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    }
  });

  test('a second run trains nothing and gives the same rows', () => {
    const again = eventsOf(medx('run', spec, '--json', '--offline').out);
    expect(ran(again)).toEqual([]);
    expect(lastOf(again).rows).toEqual(lastOf(first).rows);
  });

  test('reports make nothing run again; they are written where that is asked for', () => {
    const file = join(folder, 'reporting.med');
    const target = join(folder, 'out', 'tiny.md');
    writeFileSync(file, `${readFileSync(spec, 'utf8')}report r { title = "T"   write = ["out/tiny.md"] }\n`);
    const again = medx('run', 'reporting.med', '--json', '--offline');
    expect([ran(eventsOf(again.out)), again.err]).toEqual([[], '']);
    expect(lastOf(eventsOf(again.out)).rows).toEqual(lastOf(first).rows);
    const told = medx('run', 'reporting.med', '--offline').out;
    expect(told).toContain('\nNot written: report r. To write: medx report reporting.med\n');
    expect(existsSync(target)).toBe(false);
    expect(medx('run', 'reporting.med', '--reports', '--offline').out).toContain('\nWrote out/tiny.md.\n');
    const written = readFileSync(target, 'utf8');
    expect(written).toContain('# T\n\n### tiny\n');
    expect(medx('report', 'reporting.med').out).toBe('Wrote out/tiny.md.\n');
    expect(readFileSync(target, 'utf8')).toBe(written);
    // Of a run under other settings the command is told that writes its reports.
    const set = medx('run', 'reporting.med', '--offline', '--set', 'tiny.note="it\'s a note"').out;
    expect(set).toContain(`medx report reporting.med --set 'tiny.note="it'\\''s a note"'\n`);
    // Looked at before anything runs.
    writeFileSync(target, 'mine');
    const refused = medx('run', 'reporting.med', '--reports', '--offline');
    expect([refused.code, refused.out, refused.err]).toEqual([1, '', expect.stringContaining('MED6030')]);
    expect(readFileSync(target, 'utf8')).toBe('mine');
  }, 60_000);

  test('what the file expects of its scores is met or not, and the exit code says which', () => {
    const expecting = (line: string) => {
      const file = join(folder, 'expecting.med');
      writeFileSync(file, readFileSync(spec, 'utf8').replace('variant full', `${line}\n  variant full`));
      return medx('run', file, '--quiet', '--offline');
    };
    const accuracy = lastOf(first).rows[1]!.scores.accuracy!.mean;
    const met = expecting(`expect majority accuracy ${accuracy} ± 0`);
    expect([met.code, met.err]).toEqual([0, '']);
    expect(met.out).toContain(`met      majority accuracy ${accuracy} ± 0 expected: ${accuracy.toFixed(3)}`);
    const missed = expecting('expect majority accuracy 100% +- 1%');
    expect(missed.code).toBe(4);
    expect(missed.out).toContain('not met  majority accuracy 1 ± 0.01 expected: ');
  });

  test('compare gives the same rows, statistics included, from the record', () => {
    const { rows } = JSON.parse(medx('compare', record.run, '--json').out) as { rows: FinishedEvent['rows'] };
    expect(rows).toEqual(lastOf(first).rows.map((row) => ({ run: record.run, ...row })));
    expect(rows[0]!.statistics?.rank).toBe(1);
    const twice = JSON.parse(medx('compare', record.run, record.run, '--json').out) as {
      rows: FinishedEvent['rows'];
    };
    expect(twice.rows.map(({ name, statistics }) => [name, statistics!.tied])).toEqual([
      ['full', true],
      ['full', true],
      ['majority', rows[1]!.statistics!.tied],
      ['majority', rows[1]!.statistics!.tied],
    ]);
  });

  test('a changed setting of the training repeats the training and its timing alone', () => {
    const changed = eventsOf(medx('run', spec, '--json', '--offline', '--set', 'quick.epochs=1').out);
    expect([...new Set(ran(changed).map((event) => event.kind))]).toEqual(['train', 'detect']);
  });

  test('a stage runs from the store alone, with the inputs it needs, to the same bytes', () => {
    const before = artefactFiles(store);
    const train = ran(first).find((event) => event.kind === 'train')!.hash;
    const node = JSON.parse(readFileSync(join(store, 'nodes', `${train}.json`), 'utf8')) as {
      inputs: Record<string, string>;
    };
    for (const hash of [train, node.inputs.log!]) rmSync(join(store, 'artefacts', hash), { recursive: true });
    const alone = medx('stage', train);
    expect(alone.code).toBe(3);
    expect(alone.err).toContain('MED4006');
    const { code, out } = medx('stage', train.slice(0, 10), '--with-inputs');
    expect([code, out.split('\n').filter((line) => line.includes(': done in')).length]).toEqual([0, 2]);
    expect(artefactFiles(store)).toEqual(before);
  });

  test('diagnose answers a test case as the run did, and says what each modality says', () => {
    const [experiment] = record.experiments;
    const [job] = experiment!.rows[0]!.jobs;
    const [prediction] = job!.test!;
    const { code, out } = medx('diagnose', record.run, '--case', prediction!.id, '--json');
    expect(code).toBe(0);
    const answer = JSON.parse(out) as {
      answer: string;
      part: string;
      probabilities: number[];
      alone: Record<string, number[]>;
    };
    expect(answer.answer).toBe(experiment!.classes[prediction!.answer]);
    expect(answer.part).toBe('test');
    expect(Object.keys(answer.alone).sort()).toEqual(['log', 'metric', 'trace']);
    for (const [k, p] of answer.probabilities.entries())
      expect(p).toBeCloseTo(prediction!.probabilities[k]!, 4);
    expect(medx('diagnose', 'last', '--case', '0').out).toMatch(/case 0: .*\(simulated\)/);
    const [head, ...cases] = medx('diagnose', 'last', '--list').out.trim().split('\n');
    expect(head).toMatch(/index +id +type +service/);
    expect(cases).toHaveLength(16);
  });

  test.each([
    [['diagnose', 'last', '--case', '999'], 'MED4015'],
    [['diagnose', 'last', '--case', '0', '--row', 'nothing'], 'MED4014'],
    [['diagnose', 'last', '--case', '0', '--row', 'majority'], 'MED4017'],
    [['diagnose', 'last', '--case', '0', '--seed', '9'], 'MED4016'],
    [['compare', 'tny'], 'did you mean'],
    [['compare', 'tny'], 'MED4012'],
    [['stage', 'ffffffff'], 'MED4004'],
    [['run', 'absent.med'], 'MED1113'],
    [['run', spec, '--set', 'quick.epoch=1'], 'epochs'],
    [['run', spec, '--csv', join('no', 'such', 'folder.csv')], 'MED4001'],
  ])('medx %j ends with %s and no stack trace', (args, words) => {
    const { code, err } = medx(...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('a reader that has gone ends the output quietly, a full disk with a clear error', () => {
    const shell = (command: string) => spawnSync('sh', ['-c', command], { encoding: 'utf8', cwd: folder });
    const command = `'${process.execPath}' '${main}' --store '${store}' run '${spec}' --offline --json`;
    expect(shell(`${command} | head -n 1`).stderr).toBe('');
    if (!existsSync('/dev/full')) return;
    const full = shell(`${command} > /dev/full`);
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/^error: the output cannot be written: .*ENOSPC.*\n$/);
  });

  test('compare puts runs side by side and writes CSV and Markdown', () => {
    const runs = readdirSync(join(store, 'runs')).filter((run) => run.startsWith('tiny-'));
    expect(runs.length).toBeGreaterThanOrEqual(3);
    const files = ['--csv', 'out.csv', '--markdown', 'out.md'];
    const { code, out } = medx('compare', ...runs.slice(0, 2), ...files, '--details');
    expect(code).toBe(0);
    expect(out).toContain('full  #2');
    expect(readFileSync(join(folder, 'out.csv'), 'utf8').split('\r\n').length).toBe(6);
    const markdown = readFileSync(join(folder, 'out.md'), 'utf8');
    expect(markdown).toContain('| `majority` | `#1` | baseline, sanity |');
    const [, details] = markdown.split('```');
    expect(details).toContain(': compared with ');
    expect(out).toContain(details?.trim());
  });
});
