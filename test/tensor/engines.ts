/** The executors that suites run on. */
import type { Engine } from '../../src/tensor/engine.ts';
import { openOnnxEngine } from '../../src/tensor/engines/onnx/engine.ts';
import { openTfjsEngine } from '../../src/tensor/engines/tfjs/engine.ts';

export interface EngineCase {
  readonly name: string;
  open(): Promise<Engine>;
}

const everywhere: readonly EngineCase[] = [
  { name: 'ONNX Runtime on the CPU', open: () => openOnnxEngine({ device: 'cpu' }) },
  {
    name: 'ONNX Runtime with the update in the graph',
    open: () => openOnnxEngine({ device: 'cpu', update: 'device' }),
  },
  { name: 'tfjs on WebAssembly', open: () => openTfjsEngine({ device: 'cpu', backend: 'wasm' }) },
];

const withWebGpu: readonly EngineCase[] = [
  { name: 'ONNX Runtime on WebGPU', open: () => openOnnxEngine({ device: 'webgpu' }) },
  { name: 'tfjs on WebGPU', open: () => openTfjsEngine({ device: 'webgpu' }) },
];

/**
 * `MEDX_TEST_ENGINE` names one WebGPU executor to run the same suites on: webgpu.test.ts does so in a child process. On a
 * software adapter a whole training run takes minutes.
 */
const chosen = process.env.MEDX_TEST_ENGINE;
export const engineCases = chosen ? withWebGpu.filter(({ name }) => name === chosen) : everywhere;
