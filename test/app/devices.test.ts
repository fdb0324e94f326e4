import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseDevice, gpuVisible, multiplies } from '../../src/app/devices.ts';
import { openOnnxEngine } from '../../src/tensor/engines/onnx/engine.ts';

test('the trial of a device passes on an engine that works', async () => {
  expect(await multiplies(await openOnnxEngine({ device: 'cpu', threads: 1 }))).toBe(true);
});

test('device = cpu asks nobody', async () => {
  expect(await chooseDevice({ executor: 'onnx', device: 'cpu' })).toEqual({ available: true, device: 'cpu' });
});

test('a GPU is visible by its device file', () => {
  const devices = mkdtempSync(join(tmpdir(), 'medx-dev-'));
  expect(gpuVisible('linux', devices)).toBe(false);
  writeFileSync(join(devices, 'nvidiactl'), '');
  expect(gpuVisible('linux', devices)).toBe(false);
  mkdirSync(join(devices, 'dri'));
  writeFileSync(join(devices, 'dri', 'renderD128'), '');
  expect(gpuVisible('linux', devices)).toBe(true);
});

test.skipIf(gpuVisible())('without a GPU, auto takes the CPU and gpu says why it cannot', async () => {
  expect(await chooseDevice({ executor: 'onnx', device: 'auto' })).toEqual({
    available: true,
    device: 'cpu',
  });
  expect(await chooseDevice({ executor: 'onnx', device: 'gpu' })).toEqual({
    available: false,
    reason: 'the system shows no GPU',
  });
});
