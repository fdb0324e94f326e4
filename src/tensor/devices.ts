/**
 * Which executor can compute on what here, and the device for `device = auto | gpu | cpu`: CUDA, then WebGPU on a real
 * GPU, then the CPU. GPUs are asked in child processes (`probe.ts`), and only where the system shows one. Call
 * `probeDevices` once per run and hand its answer on.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { deviceCodes } from '../diagnostics/codes/devices.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { createGraph, finishGraph, input, matmul } from './build.ts';
import type { Device } from './engine.ts';
import { lowerGraph } from './engines/onnx/lower.ts';
import { writeModel } from './engines/onnx/proto.ts';
import { nodeTooNew } from './engines/tfjs/backend.ts';
import { findPackage } from './engines/tfjs/packages.ts';
import { loadsGpuDriver, namesSoftware, type VisibleGpus, visibleGpus } from './gpus.ts';
import { type ProbeAnswer, probe } from './probe.ts';

export type Executor = 'onnx' | 'tfjs';

export interface DeviceReport {
  readonly executor: Executor;
  readonly device: Device;
  /** For people: `NVIDIA H200`, `SwiftShader driver 5.0.0`, the CPU's model. */
  readonly name: string;
  /** It computes. */
  readonly available: boolean;
  /** Not a GPU played by the CPU. */
  readonly real: boolean;
  /** Why it cannot be used or does not count; absent for a device that `auto` may take. */
  readonly why?: string;
  readonly mend?: string;
}

export interface ProbeOptions {
  /** Default both. */
  readonly executors?: readonly Executor[];
  /** Ask WebGPU even where the system shows no GPU, to find software adapters. Default false. */
  readonly software?: boolean;
  readonly gpus?: VisibleGpus;
}

/** Every device of the executors, the better ones first. Never throws; takes about a second where a GPU is there. */
export async function probeDevices(options: ProbeOptions = {}): Promise<readonly DeviceReport[]> {
  const { executors = ['onnx', 'tfjs'], software = false, gpus = visibleGpus() } = options;
  const asked = executors.map((executor) =>
    executor === 'onnx'
      ? Promise.all([onnxCuda(gpus), onnxWebGpu(gpus, software), cpu('onnx', 'ONNX Runtime')])
      : Promise.all([tfjsCuda(gpus), tfjsWebGpu(gpus, software), cpu('tfjs', tfjsOnCpu())]),
  );
  return (await Promise.all(asked)).flat();
}

export interface EngineWish {
  readonly engine: Executor;
  readonly device: 'auto' | 'gpu' | 'cpu';
  readonly threads: number;
}

/** `executor`, `device` and `threads` are the stage's parameters; the rest is for people and the record. */
export interface ChosenEngine {
  readonly executor: Executor;
  readonly device: Device;
  readonly threads: number;
  readonly adapterName: string;
  /** Why this device and no better one. */
  readonly why: string;
}

/** Throws MED5101 if a GPU is asked for and none can be used. */
export function chooseEngine(wish: EngineWish, reports: readonly DeviceReport[]): ChosenEngine {
  const { engine: executor, threads } = wish;
  const own = reports.filter((one) => one.executor === executor);
  const onCpu = { executor, device: 'cpu', threads, adapterName: processorName() } as const;
  if (wish.device === 'cpu') return { ...onCpu, why: 'the CPU was asked for' };
  const gpus = own.filter(({ device }) => device !== 'cpu');
  const best = gpus.find(({ available, real }) => available && real);
  if (best)
    return { executor, device: best.device, threads, adapterName: best.name, why: `${best.device} answers` };
  const reasons = gpus.map(({ device, why }) => `${device}: ${why}`);
  if (wish.device === 'auto') return { ...onCpu, why: reasons.join('; ') };
  const mend = gpus.find((one) => one.mend)?.mend;
  throw new MedxError(report(deviceCodes, 'MED5101', { executor, reasons, mend }));
}

const missing = (executor: Executor, device: Device, why: string, mend?: string): DeviceReport => ({
  executor,
  device,
  name: 'none',
  available: false,
  real: false,
  why,
  ...(mend ? { mend } : {}),
});

function processorName(): string {
  return cpus()[0]?.model.trim() || 'CPU';
}

function cpu(executor: Executor, library: string): DeviceReport {
  const name = `${processorName()}, ${availableParallelism()} cores: ${library}`;
  return { executor, device: 'cpu', name, available: true, real: true };
}

function tfjsOnCpu(): string {
  return findPackage('@tensorflow/tfjs-node') && !nodeTooNew() ? 'TensorFlow' : 'WebAssembly, 1 thread';
}

/** x `[2, 2]` → `product` = x · x, as an ONNX file in base64. */
function productModel(): string {
  const g = createGraph();
  const x = input(g, 'x', [2, 2]);
  const graph = finishGraph(g, { product: matmul(g, x, x) });
  const { model } = lowerGraph(graph, { outputs: { ...graph.outputs }, dropout: 'off' });
  return Buffer.from(writeModel(model)).toString('base64');
}

const noGpu = 'the system shows no GPU';

async function onnxCuda(gpus: VisibleGpus): Promise<DeviceReport> {
  if (!gpus.nvidia) return missing('onnx', 'cuda', 'the system shows no NVIDIA GPU');
  const runtime = findPackage('onnxruntime-node');
  if (!runtime)
    return missing('onnx', 'cuda', 'onnxruntime-node is not installed', 'npm install onnxruntime-node');
  const folder = join(dirname(runtime.main), `../bin/napi-v6/${process.platform}/${process.arch}`);
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  if (!existsSync(join(folder, library)))
    return missing(
      'onnx',
      'cuda',
      `the CUDA provider of ONNX Runtime is not installed (${library})`,
      'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false',
    );
  const { problem } = await probe({
    kind: 'onnx',
    provider: 'cuda',
    module: runtime.main,
    model: productModel(),
  });
  if (problem)
    return missing(
      'onnx',
      'cuda',
      problem,
      'Install the CUDA 12 libraries and their cuDNN where the loader finds them.',
    );
  return { executor: 'onnx', device: 'cuda', name: gpus.name ?? 'NVIDIA GPU', available: true, real: true };
}

async function onnxWebGpu(gpus: VisibleGpus, software: boolean): Promise<DeviceReport> {
  if (!gpus.any && !software) return missing('onnx', 'webgpu', noGpu);
  const runtime = findPackage('onnxruntime-node');
  if (!runtime)
    return missing('onnx', 'webgpu', 'onnxruntime-node is not installed', 'npm install onnxruntime-node');
  const dawn = findPackage('webgpu');
  // ONNX Runtime does not name its adapter; the same library in the `webgpu` package does.
  const [answer, named] = await Promise.all([
    probe({ kind: 'onnx', provider: 'webgpu', module: runtime.main, model: productModel() }),
    dawn ? probe({ kind: 'dawn', module: dawn.main }) : undefined,
  ]);
  return judgeWebGpu('onnx', answer, named?.adapter ? named : undefined, gpus);
}

async function tfjsWebGpu(gpus: VisibleGpus, software: boolean): Promise<DeviceReport> {
  const dawn = findPackage('webgpu');
  const kernels = findPackage('@tensorflow/tfjs-backend-webgpu');
  if (!dawn || !kernels)
    return missing(
      'tfjs',
      'webgpu',
      'the packages webgpu and @tensorflow/tfjs-backend-webgpu are not both installed',
      'npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22',
    );
  if (!gpus.any && !software) return missing('tfjs', 'webgpu', noGpu);
  const answer = await probe({ kind: 'dawn', module: dawn.main });
  return judgeWebGpu('tfjs', answer, answer, gpus);
}

/** `named` is the answer that may know the adapter's name. */
export function judgeWebGpu(
  executor: Executor,
  answer: ProbeAnswer,
  named: ProbeAnswer | undefined,
  gpus: VisibleGpus,
): DeviceReport {
  const { problem, libraries = [] } = answer;
  if (problem)
    return missing(
      executor,
      'webgpu',
      problem,
      gpus.any ? 'Install the Vulkan driver of the GPU.' : undefined,
    );
  const real = named?.adapter
    ? !named.software && !namesSoftware(named.adapter)
    : gpus.any && loadsGpuDriver(libraries);
  const name = named?.adapter ?? (real ? (gpus.name ?? 'unnamed GPU') : 'a software driver');
  const about = { executor, device: 'webgpu', name, available: true, real } as const;
  return real ? about : { ...about, why: `its adapter computes on the CPU (${name})` };
}

async function tfjsCuda(gpus: VisibleGpus): Promise<DeviceReport> {
  const name = '@tensorflow/tfjs-node-gpu';
  if (!gpus.nvidia) return missing('tfjs', 'cuda', 'the system shows no NVIDIA GPU');
  if (nodeTooNew())
    return missing(
      'tfjs',
      'cuda',
      `${name} 4.22 does not run on Node ${process.versions.node}`,
      'Use Node 20 or 22.',
    );
  const found = findPackage(name);
  if (!found) return missing('tfjs', 'cuda', `${name} is not installed`, `npm install ${name}@4.22`);
  const { problem } = await probe({ kind: 'tfjs-node', module: found.main });
  if (problem)
    return missing(
      'tfjs',
      'cuda',
      problem,
      `Install the CUDA and cuDNN libraries that the README of ${name} names.`,
    );
  return { executor: 'tfjs', device: 'cuda', name: gpus.name ?? 'NVIDIA GPU', available: true, real: true };
}
