/** The executors that suites run on. */
import type { Engine } from '../../src/tensor/engine.ts';
import { openOnnxEngine } from '../../src/tensor/engines/onnx/engine.ts';
import { openTfjsEngine } from '../../src/tensor/engines/tfjs/engine.ts';

export interface EngineCase {
  readonly name: string;
  open(): Promise<Engine>;
}

export const engineCases: readonly EngineCase[] = [
  { name: 'ONNX Runtime on the CPU', open: () => openOnnxEngine({ device: 'cpu' }) },
  {
    name: 'ONNX Runtime with the update in the graph',
    open: () => openOnnxEngine({ device: 'cpu', update: 'device' }),
  },
  { name: 'tfjs on WebAssembly', open: () => openTfjsEngine({ device: 'cpu', backend: 'wasm' }) },
];
