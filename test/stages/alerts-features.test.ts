/** Features of extracted events: kinds by the training cases, counts by window, weights. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import type { FeatureAxes, Step } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { gaiaFiles, microssFiles, type SetFiles, writeSet } from '../support/alerts.ts';
import { nodes, refusal } from '../support/read-events.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

describe('features', () => {
  async function features(
    files: SetFiles,
    modality: string,
    steps: readonly Step[],
    train: readonly number[],
  ) {
    const folder = tempFolder('alerts');
    const { cases, events } = nodes();
    const split = stageNode('given', 1, { train: [...train] });
    const made = stageNode(
      'features.events',
      stageKinds['features.events'].version,
      { modality, steps, fit: 'train' } as unknown as JsonObject,
      { events, cases, split },
    );
    const given = {
      kind: 'given',
      version: 1,
      cost: 'light',
      run: async (_: JsonObject, context: { out: { json(name: string, value: unknown): void } }) =>
        context.out.json('split', { train, valid: [], test: [] }),
    } as const;
    const { stageRegistry } = await import('../../src/stages/registry.ts');
    const ran = await runStages([cases, events, split, made], join(folder, 'store'), {
      dataRoot: writeSet(folder, files),
      kinds: { ...stageRegistry, given: async () => given },
    });
    const { shape, data } = ran.artefact(made).array<Float32Array>('x');
    return {
      shape,
      x: Array.from(data, (value) => Number(value.toFixed(4))),
      axes: ran.artefact(made).json<FeatureAxes>('axes'),
      notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
    };
  }
  const events = (...by: string[]): Step => ({ op: 'events', args: { by } });

  test('kinds are those of the training cases; others are ignored and counted', async () => {
    const { shape, x, axes, notices } = await features(gaiaFiles(), 'log', [events('template')], [0, 1]);
    expect(shape).toEqual([4, 1, 1]);
    expect(axes).toMatchObject({ events: ['3'], coverage: [1, 1, 1, 0] });
    expect(x).toEqual([1, 1, 0, 0]);
    expect(notices).toContain('MED3111 log: 1 record of 7 left out: not seen in the training cases');
    expect(notices.filter((one) => one.startsWith('MED3108'))).toEqual([
      'MED3108 1 case without log records: features 0 (2021-07-03T16:40:11.553Z webservice1 #4)',
    ]);
  });

  test('what every training case has weighs nothing', async () => {
    const steps = [events('kpi', 'direction'), { op: 'idf', args: {} }];
    const { x, axes } = await features(gaiaFiles(), 'metric', steps, [0, 1, 3]);
    expect(axes.events).toEqual(['docker_cpu down', 'docker_cpu up', 'docker_memory up']);
    const [once, twice] = [Math.log(3), Math.log(3 / 2)].map((value) => Number(value.toFixed(4)));
    expect(x).toEqual([0, once, 0, once, 0, twice, 0, 0, 0, 0, 0, twice]);
    expect(
      (await features(gaiaFiles(), 'log', [events('template'), { op: 'idf', args: {} }], [0, 1])).x,
    ).toEqual([0, 0, 0, 0]);
  });

  test('events count in the window of their time, as often as they occurred', async () => {
    const metric = await features(microssFiles(), 'metric', [events('kpi')], [0, 1]);
    expect(metric.axes.events).toEqual(['docker_memory']);
    expect(metric.x).toEqual([1, 1, 0, 0]);
    expect(metric.axes.coverage).toEqual([2, 0]);
    const log = await features(
      microssFiles(),
      'log',
      [events('template'), { op: 'log1p', args: {} }],
      [0, 1],
    );
    expect(log.axes.events).toEqual(['7']);
    expect(log.x).toEqual([Number(Math.log(3).toFixed(4)), 0, 0, 0]);
    expect(log.notices).toContain('MED3146 log: 1 event without a time counts in no window');
  });

  test('a modality that the set has not is an error', async () => {
    const { 'raw/traces.json': _, ...files } = gaiaFiles();
    expect(await refusal(features(files, 'trace', [events('callee')], [0, 1]))).toBe(
      'MED3054 | the set has no trace events',
    );
  });
});
