import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { chooseEngine, type DeviceReport, judgeWebGpu, probeDevices } from '../../src/tensor/devices.ts';
import { loadsGpuDriver, namesSoftware, visibleGpus } from '../../src/tensor/gpus.ts';
import { probe } from '../../src/tensor/probe.ts';
import { tempFolder } from '../support/temp.ts';

const temp = tempFolder('medx-devices');
/** A folder of its own. */
const folderOf = (name: string) => {
  const folder = join(temp, name);
  mkdirSync(folder);
  return folder;
};

const cpu: DeviceReport = { executor: 'onnx', device: 'cpu', name: 'a CPU', available: true, real: true };
const cuda: DeviceReport = { ...cpu, device: 'cuda', name: 'NVIDIA H200' };
const webgpu: DeviceReport = { ...cpu, device: 'webgpu', name: 'Radeon RX 7900' };
const noCuda: DeviceReport = {
  ...cuda,
  available: false,
  real: false,
  why: 'the CUDA provider is not installed',
  mend: 'install it',
};
const software: DeviceReport = { ...webgpu, name: 'llvmpipe', real: false, why: 'its adapter is software' };
const wish = { engine: 'onnx', threads: 2 } as const;

describe('device = auto | gpu | cpu', () => {
  test('auto takes CUDA, then WebGPU on a real adapter, then the CPU, and says why', () => {
    const auto = (reports: DeviceReport[]) => chooseEngine({ ...wish, device: 'auto' }, reports);
    expect(auto([cuda, webgpu, cpu])).toMatchObject({
      device: 'cuda',
      adapterName: 'NVIDIA H200',
      threads: 2,
    });
    expect(auto([noCuda, webgpu, cpu])).toMatchObject({ device: 'webgpu', adapterName: 'Radeon RX 7900' });
    expect(auto([noCuda, software, cpu])).toMatchObject({
      device: 'cpu',
      why: 'cuda: the CUDA provider is not installed; webgpu: its adapter is software',
    });
  });

  test('the devices of the other executor do not count', () => {
    const other: DeviceReport = { ...cuda, executor: 'tfjs' };
    expect(chooseEngine({ ...wish, device: 'auto' }, [other, noCuda, cpu]).device).toBe('cpu');
  });

  test('cpu takes the CPU even beside a GPU', () => {
    expect(chooseEngine({ ...wish, device: 'cpu' }, [cuda, webgpu, cpu]).device).toBe('cpu');
  });

  test('gpu without a GPU is an error that gives the reason of each and one repair', () => {
    const choose = () => chooseEngine({ ...wish, device: 'gpu' }, [noCuda, software, cpu]);
    expect(choose).toThrow(MedxError);
    try {
      choose();
    } catch (error) {
      expect((error as MedxError).diagnostics).toMatchObject([
        {
          code: 'MED5101',
          message: '`device = gpu`: the executor `onnx` can use no GPU here',
          notes: ['cuda: the CUDA provider is not installed', 'webgpu: its adapter is software'],
          fix: 'install it',
        },
      ]);
    }
  });
});

describe('what the system shows', () => {
  function root(name: string, files: Record<string, string>): string {
    const folder = folderOf(name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  test('nothing on a machine without a GPU', () => {
    const folder = root('plain', { 'dev/null': '', 'dev/dri/card0': '' });
    expect(visibleGpus('linux', folder)).toEqual({ nvidia: false, any: false });
  });

  test('an NVIDIA GPU with its name, and a GPU of another maker', () => {
    const nvidia = root('nvidia', {
      'dev/nvidia0': '',
      'dev/nvidiactl': '',
      'proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA H200\nIRQ: 1\n',
    });
    expect(visibleGpus('linux', nvidia)).toEqual({ nvidia: true, any: true, name: 'NVIDIA H200' });
    expect(visibleGpus('linux', root('other', { 'dev/dri/renderD128': '' }))).toEqual({
      nvidia: false,
      any: true,
    });
  });

  test('software adapters are told by name, or by the drivers that were loaded', () => {
    for (const name of [
      'SwiftShader driver 5.0.0',
      'llvmpipe (LLVM 15.0.7, 256 bits)',
      'Microsoft Basic Render Driver',
    ])
      expect(namesSoftware(name), name).toBe(true);
    for (const name of ['NVIDIA H200', 'AMD Radeon Graphics (RADV)', 'Apple M3', 'Intel(R) Arc(tm) A770'])
      expect(namesSoftware(name), name).toBe(false);
    expect(loadsGpuDriver(['libvulkan.so.1', 'libvulkan_lvp.so', 'libvk_swiftshader.so'], 'linux')).toBe(
      false,
    );
    expect(loadsGpuDriver(['libvulkan.so.1', 'libvulkan_lvp.so', 'libvulkan_radeon.so'], 'linux')).toBe(true);
    expect(loadsGpuDriver(['d3d12.dll', 'd3d10warp.dll'], 'win32')).toBe(false);
    expect(loadsGpuDriver(['d3d12.dll', 'nvwgf2umx.dll'], 'win32')).toBe(true);
  });

  test('a working adapter is a GPU only if name or drivers say so', () => {
    const gpu = { nvidia: false, any: true };
    const answer = { libraries: ['libvulkan_lvp.so'] };
    expect(judgeWebGpu('onnx', answer, undefined, gpu)).toMatchObject({ available: true, real: false });
    expect(judgeWebGpu('onnx', { libraries: ['libvulkan_radeon.so'] }, undefined, gpu).real).toBe(true);
    const none = { nvidia: false, any: false };
    expect(judgeWebGpu('onnx', { libraries: ['libvulkan_radeon.so'] }, undefined, none).real).toBe(false);
    const named = { adapter: 'llvmpipe', libraries: ['libvulkan_radeon.so'] };
    expect(judgeWebGpu('tfjs', named, named, gpu)).toMatchObject({ real: false, name: 'llvmpipe' });
  });
});

describe('probing', () => {
  test('without a GPU, both executors have the CPU and say why nothing else', async () => {
    const reports = await probeDevices({ gpus: { nvidia: false, any: false } });
    expect(reports.map(({ executor, device, available }) => [executor, device, available])).toEqual([
      ['onnx', 'cuda', false],
      ['onnx', 'webgpu', false],
      ['onnx', 'cpu', true],
      ['tfjs', 'cuda', false],
      ['tfjs', 'webgpu', false],
      ['tfjs', 'cpu', true],
    ]);
    for (const { available, why } of reports) expect(available || why).toBeTruthy();
  });

  test('an NVIDIA GPU without the CUDA provider says how to get it', async () => {
    const reports = await probeDevices({ executors: ['onnx'], gpus: { nvidia: true, any: false } });
    expect(reports[0]).toMatchObject({
      device: 'cuda',
      available: false,
      mend: expect.stringContaining('cuda12'),
    });
  });

  test('a driver that crashes ends the probe, not medx', async () => {
    const module = join(temp, 'crashing.mjs');
    writeFileSync(module, 'process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6);');
    expect(await probe({ kind: 'dawn', module })).toEqual({
      problem: 'its driver ended the probe (SIGSEGV)',
    });
  });

  test('a module that does not load is a reason, in one line', async () => {
    const module = join(temp, 'broken.mjs');
    writeFileSync(module, 'throw new Error("libfoo.so.1: cannot open\\nsecond line");');
    expect(await probe({ kind: 'dawn', module })).toEqual({ problem: 'libfoo.so.1: cannot open' });
  });
});
