import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkData } from '../../src/app/doctor/data.ts';
import { checkEngines, checkNative } from '../../src/app/doctor/engines.ts';
import { checkMachine, checkNode } from '../../src/app/doctor/machine.ts';
import { renderChecks } from '../../src/app/doctor/render.ts';
import { checkStore } from '../../src/app/doctor/store.ts';
import { findDataset } from '../../src/data/dataset.ts';
import { openStore } from '../../src/run/store.ts';
import { gaiaFiles, writeSet } from '../support/alerts.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

test('an old Node and tfjs-node on a new one are problems, each with a way out', () => {
  expect(checkNode('20.19.0').state).toBe('ok');
  expect(checkNode('24.1.0').state).toBe('ok');
  expect(checkNode('20.18.3')).toMatchObject({ state: 'problem', mend: 'install Node 20.19 or newer' });
  expect(checkNative('@tensorflow/tfjs-node', '4.22.0', '22.1.0').state).toBe('ok');
  expect(checkNative('@tensorflow/tfjs-node', undefined, '22.1.0').state).toBe('absent');
  const broken = checkNative('@tensorflow/tfjs-node', '4.22.0', '24.0.0');
  expect(broken.state).toBe('problem');
  expect(broken.found).toContain('does not run on Node 24.0.0');
});

test('the engines that come with medx are found', async () => {
  const checks = await checkEngines();
  expect(checks.find((check) => check.name === 'onnx')).toMatchObject({ state: 'ok' });
  expect(checks.find((check) => check.name === 'onnx')!.found).toContain('cpu');
  expect(checks.find((check) => check.name === 'tfjs')).toMatchObject({ state: 'ok' });
});

test('a data root that is not there is told, and is no problem', async () => {
  const [check] = await checkData(join(tempFolder(), 'nothing'));
  expect(check).toMatchObject({ state: 'absent' });
  expect(check!.mend).toContain('MEDX_DATA');
});

test('a folder is one dataset, not one of every reader that finds files in it', async () => {
  const root = tempFolder();
  writeSet(join(root, 'tvdiag'), gaiaFiles());
  const taken = ['alerts', 'otlp'].filter((format) => findDataset(root, format, 'tvdiag').found);
  expect(taken).toEqual(['otlp']);
  expect((await checkData(root)).map(({ name, state, found }) => [name, state, found])).toEqual([
    ['data root', 'ok', root],
    ['alerts("tvdiag/set")', 'ok', '4 labels, 1 log, 1 metric, 1 trace files'],
  ]);
});

test('a damaged artefact and a full machine line are shown with what to do', async () => {
  const root = tempFolder();
  const node = stageNode('probe', 1, {});
  const kinds = {
    probe: async () => ({
      kind: 'probe',
      version: 1,
      cost: 'light' as const,
      run: async (_: unknown, { out }: { out: { json(name: string, value: unknown): void } }) =>
        out.json('x', 1),
    }),
  };
  await runStages([node], root, { kinds });
  expect(checkStore(root).every((check) => check.state === 'ok')).toBe(true);
  writeFileSync(join(openStore(root).root, 'artefacts', node.hash, 'x.json'), 'longer than it was');
  const checks = checkStore(root);
  expect(checks.find((check) => check.name === 'damaged')).toMatchObject({ state: 'problem' });
  const text = renderChecks([...checkMachine(root), ...checks], false).join('\n');
  expect(text).toContain(`✗ damaged`);
  expect(text).toMatch(/1 problem\.$/);
});
