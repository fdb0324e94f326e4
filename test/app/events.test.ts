import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { FinishedEvent, RunEvent } from '../../src/run/events.ts';
import { isBuilt, planOf, tinyPlan } from '../run/support.ts';
import { stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { runTinyCommand } from './support.ts';

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object;

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });
ajv.addSchema(schema('event'), 'event.schema.json');
ajv.addSchema(schema('lock'), 'lock.schema.json');
const isEvent = ajv.getSchema<RunEvent>('event.schema.json')!;
const isRecord = ajv.compile(schema('run-record'));

const eventsOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

function checkAll(folder: string, events: readonly RunEvent[]): void {
  for (const event of events) {
    isEvent(event);
    expect(isEvent.errors ?? [], JSON.stringify(event)).toEqual([]);
  }
  for (const run of readdirSync(join(folder, 'store', 'runs'))) {
    isRecord(JSON.parse(readFileSync(join(folder, 'store', 'runs', run, 'record.json'), 'utf8')));
    expect(isRecord.errors ?? []).toEqual([]);
  }
}

test.runIf(isBuilt)('--json prints events and nothing else; the last one is `finished` with its rows', () => {
  const folder = tempFolder();
  const { code, out, err } = runTinyCommand(
    folder,
    tinyPlan({ rows: 2, seeds: 2, steps: 2, ms: 1 }),
    '--json',
  );
  expect([code, err]).toEqual([0, '']);
  const events = eventsOf(out);
  checkAll(folder, events);
  expect(events[0]!.type).toBe('started');
  const last = events.at(-1) as FinishedEvent;
  expect(last.type).toBe('finished');
  expect(last.rows.map((row) => row.name)).toEqual(['row0', 'row1']);
  expect(last.rows[0]).toMatchObject({
    experiment: 'tiny',
    kind: 'variant',
    data: 'd3',
    simulated: true,
    cases: 9,
    seeds: 2,
    scores: { f1_weighted: { mean: expect.any(Number), sd: expect.any(Number) } },
  });
  // The lines of the run's own file are those that were printed.
  const [run] = readdirSync(join(folder, 'store', 'runs'));
  expect(readFileSync(join(folder, 'store', 'runs', run!, 'events.jsonl'), 'utf8')).toBe(out);
});

test.runIf(isBuilt)('a failed run says so in the last event and in the exit code', () => {
  const folder = tempFolder();
  const cases = stageNode('cases', 1, { cases: 4 });
  const bad = stageNode('crash', 1, { how: 'bug' }, { cases }, 'train');
  const plan = planOf([cases, bad], cases, [
    { name: 'bad', kind: 'variant', jobs: [{ seed: 1, hash: bad.hash }] },
  ]);
  const { code, out } = runTinyCommand(folder, plan, '--json');
  expect(code).toBe(3);
  const events = eventsOf(out);
  checkAll(folder, events);
  expect(events.at(-1)).toMatchObject({
    type: 'finished',
    state: 'failed',
    rows: [{ name: 'bad', seeds: 0, scores: {}, missing_jobs: 1 }],
    failures: [{ code: 'MED4010' }],
  });
});

test('the schema refuses what is not an event', () => {
  const at = '2026-11-22T19:44:55.000Z';
  const good = { type: 'progress', at, hash: 'a'.repeat(32), step: 1, steps: 2, losses: { train: 0.5 } };
  expect(isEvent(good)).toBe(true);
  expect(isEvent({ ...good, step: '1' })).toBe(false);
  expect(isEvent({ ...good, extra: 1 })).toBe(false);
  expect(isEvent({ ...good, type: 'else' })).toBe(false);
});
