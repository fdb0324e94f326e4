/**
 * The one place that loads tfjs and touches its global state (registered backends, the backend in force, flags,
 * `navigator.gpu`). Everything else gets a `TfjsRuntime` and calls `activate` before a synchronous run of ops.
 */
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { Device } from '../../engine.ts';
import { findPackage, importPackage } from './packages.ts';
import { type WebGpuAdapter, webgpuAdapter } from './webgpu.ts';

export type TfApi = typeof import('@tensorflow/tfjs-core');

/** `node` and `node-gpu` are TensorFlow's C library through `@tensorflow/tfjs-node` and `tfjs-node-gpu`. */
export type TfjsBackend = 'wasm' | 'webgpu' | 'node' | 'node-gpu';

export interface TfjsRuntime {
  readonly tf: TfApi;
  readonly backend: TfjsBackend;
  /** For people: `TensorFlow.js 4.22.0, WebAssembly`. */
  readonly name: string;
  /** Threads that the backend works with. The WebAssembly backend has one in Node, whatever is asked for. */
  readonly threads: number;
  /** Makes this backend the one that ops run on. Call it before each synchronous run of ops: another engine may have run. */
  activate(): void;
}

const packageOf: Readonly<Record<'node' | 'node-gpu', string>> = {
  node: '@tensorflow/tfjs-node',
  'node-gpu': '@tensorflow/tfjs-node-gpu',
};

/** Name under which tfjs registers the backend. */
const registeredAs: Readonly<Record<TfjsBackend, string>> = {
  wasm: 'wasm',
  webgpu: 'webgpu',
  node: 'tensorflow',
  'node-gpu': 'tensorflow',
};

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
export function nodeTooNew(version = process.versions.node): boolean {
  return Number.parseInt(version, 10) >= 23;
}

/** The backend for a device from what is installed: for `cpu`, tfjs-node where it is there and runs, else WebAssembly. */
export function resolveBackend(device: Device): TfjsBackend {
  if (device === 'cuda') return 'node-gpu';
  if (device === 'webgpu') return 'webgpu';
  return findPackage(packageOf.node) && !nodeTooNew() ? 'node' : 'wasm';
}

/** Throws MED5002 if the packages that the backend needs are absent or cannot run here. */
export async function openBackend(backend: TfjsBackend, threads: number): Promise<TfjsRuntime> {
  const tf = await import('@tensorflow/tfjs-core');
  const version = tf.version_core;
  if (backend === 'wasm') {
    await import('@tensorflow/tfjs-backend-wasm');
    return activated(tf, { backend, name: `TensorFlow.js ${version}, WebAssembly`, threads: 1 });
  }
  if (backend === 'webgpu') {
    const adapter = await loadWebGpu();
    return activated(tf, { backend, name: `TensorFlow.js ${version}, WebGPU: ${adapter.name}`, threads: 1 });
  }
  await loadTensorFlow(backend, threads);
  const runtime = await activated(tf, {
    backend,
    name: `TensorFlow.js ${version}, TensorFlow (${backend})`,
    threads,
  });
  // Without its CUDA libraries, tfjs-node-gpu computes on the CPU and says nothing.
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (backend === 'node-gpu' && !isUsingGpuDevice)
    refuse(backend, 'TensorFlow found no GPU that it can use.');
  return runtime;
}

async function activated(
  tf: TfApi,
  runtime: Pick<TfjsRuntime, 'backend' | 'name' | 'threads'>,
): Promise<TfjsRuntime> {
  const registered = registeredAs[runtime.backend];
  if (!(await tf.setBackend(registered)))
    refuse(runtime.backend, `TensorFlow.js could not start its \`${registered}\` backend.`);
  return {
    tf,
    ...runtime,
    activate: () => {
      // The promise says nothing more: a backend that has been started is switched to before the call returns.
      if (tf.getBackend() !== registered) void tf.setBackend(registered);
    },
  };
}

async function loadTensorFlow(backend: 'node' | 'node-gpu', threads: number): Promise<void> {
  const name = packageOf[backend];
  if (nodeTooNew())
    refuse(backend, `${name} 4.22 does not run on Node ${process.versions.node}; it needs Node 22 or older.`);
  const found = findPackage(name);
  if (!found) refuse(backend, `The package ${name} is not installed (npm install ${name}@4.22).`);
  // Read by TensorFlow when its library is loaded.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    await importPackage(found);
  } catch (error) {
    refuse(backend, `${name} could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function loadWebGpu(): Promise<WebGpuAdapter> {
  const dawn = findPackage('webgpu');
  const kernels = findPackage('@tensorflow/tfjs-backend-webgpu');
  if (!dawn || !kernels) {
    const missing = [
      ...(dawn ? [] : ['webgpu']),
      ...(kernels ? [] : ['@tensorflow/tfjs-backend-webgpu@4.22']),
    ];
    refuse('webgpu', `Not installed: ${missing.join(', ')} (npm install ${missing.join(' ')}).`);
  }
  const adapter = await webgpuAdapter(dawn);
  if (!adapter) refuse('webgpu', 'No WebGPU adapter was found: neither a GPU driver nor a software one.');
  await importPackage(kernels);
  return adapter;
}

function refuse(backend: TfjsBackend, reason: string): never {
  const device = { wasm: 'cpu', node: 'cpu', webgpu: 'webgpu', 'node-gpu': 'cuda' }[backend];
  throw new MedxError(report(engineCodes, 'MED5002', { device, reason }));
}
