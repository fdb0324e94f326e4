/** The executors that suites run on: each is opened once per test file. */
import type { Engine } from '../../src/tensor/engine.ts';
import { openTfjsEngine } from '../../src/tensor/engines/tfjs/engine.ts';

export interface EngineCase {
  readonly name: string;
  open(): Promise<Engine>;
}

export const engineCases: readonly EngineCase[] = [
  { name: 'tfjs on WebAssembly', open: () => openTfjsEngine({ device: 'cpu', backend: 'wasm' }) },
];
