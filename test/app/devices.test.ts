import { expect, test } from 'vitest';
import { describeDevices } from '../../src/app/doctor/devices.ts';
import { chooseEngines } from '../../src/app/world.ts';
import type { DeviceReport } from '../../src/tensor/devices.ts';
import { visibleGpus } from '../../src/tensor/gpus.ts';

const cpu: DeviceReport = { executor: 'onnx', device: 'cpu', name: 'a CPU', available: true, real: true };
const gpu: DeviceReport = { ...cpu, device: 'webgpu', name: 'Radeon RX 7900' };
const missing: DeviceReport = {
  ...cpu,
  device: 'cuda',
  name: 'none',
  available: false,
  real: false,
  why: 'the CUDA provider is not installed',
  mend: 'install it',
};

test('doctor lists each device with its repair, and what auto takes', () => {
  expect(describeDevices([missing, gpu, cpu])).toMatchObject([
    { name: 'onnx cuda', state: 'absent', found: 'the CUDA provider is not installed', mend: 'install it' },
    { name: 'onnx webgpu', state: 'ok', found: 'Radeon RX 7900' },
    { name: 'onnx auto', found: 'takes webgpu: Radeon RX 7900' },
    { name: 'tfjs auto', found: expect.stringContaining('takes cpu') },
  ]);
});

test('a run on the CPU says which CPU', async () => {
  const [engine] = await chooseEngines([{ executor: 'onnx', device: 'cpu' }]);
  expect(engine).toMatchObject({ status: { available: true, device: 'cpu', why: 'the CPU was asked for' } });
});

test.skipIf(visibleGpus().any)('without a GPU, auto takes the CPU and gpu says why it cannot', async () => {
  const [auto, wanted] = await chooseEngines([
    { executor: 'onnx', device: 'auto' },
    { executor: 'onnx', device: 'gpu' },
  ]);
  const why = 'cuda: the system shows no NVIDIA GPU; webgpu: the system shows no GPU';
  expect(auto).toMatchObject({ status: { available: true, device: 'cpu', why } });
  expect(wanted).toMatchObject({ status: { available: false, reason: why } });
});
