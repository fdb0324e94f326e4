/**
 * Chooses the device for `device = auto | gpu | cpu`: CUDA, then WebGPU on a real adapter, then the CPU. A device counts
 * as here if the engine multiplies two small matrices on it; where no GPU is visible at all nothing is loaded to ask.
 */
import { existsSync, readdirSync } from 'node:fs';
import { MedxError } from '../diagnostics/diagnostic.ts';
import type { EngineNeed, EngineStatus } from '../graph/world.ts';
import type { EngineParams } from '../stages/contracts.ts';
import type { Engine } from '../tensor/engine.ts';

export async function chooseDevice({ executor, device }: EngineNeed): Promise<EngineStatus> {
  if (device === 'cpu') return { available: true, device: 'cpu' };
  const reasons: string[] = [];
  if (!gpuVisible()) reasons.push('the system shows no GPU');
  else
    for (const candidate of ['cuda', 'webgpu'] as const) {
      const problem = await tryDevice(executor, candidate);
      if (problem === undefined) return { available: true, device: candidate };
      reasons.push(`${candidate}: ${problem}`);
    }
  return device === 'auto'
    ? { available: true, device: 'cpu' }
    : { available: false, reason: reasons.join('; ') };
}

/** On Linux a GPU has a device file; elsewhere only trying tells. WebGPU's software adapters need no device file. */
export function gpuVisible(platform: NodeJS.Platform = process.platform, devices = '/dev'): boolean {
  if (platform !== 'linux') return true;
  const nodes = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  return (
    nodes(devices).some((name) => /^nvidia\d+$/.test(name)) ||
    nodes(`${devices}/dri`).some((name) => name.startsWith('renderD'))
  );
}

/** Undefined if the device works, else why not. */
async function tryDevice(
  executor: EngineParams['executor'],
  device: 'cuda' | 'webgpu',
): Promise<string | undefined> {
  try {
    const engine = await openEngine(executor, device);
    return (await multiplies(engine)) ? undefined : 'it gives wrong products';
  } catch (error) {
    if (error instanceof MedxError)
      return error.diagnostics.flatMap((one) => one.notes ?? []).join(' ') || error.message;
    return error instanceof Error ? error.message : String(error);
  }
}

async function openEngine(executor: EngineParams['executor'], device: 'cuda' | 'webgpu'): Promise<Engine> {
  if (executor === 'tfjs') {
    const { openTfjsEngine } = await import('../tensor/engines/tfjs/engine.ts');
    return openTfjsEngine({ device, threads: 1 });
  }
  const { openOnnxEngine } = await import('../tensor/engines/onnx/engine.ts');
  return openOnnxEngine({ device, threads: 1 });
}

/** [1 2; 3 4] · [1 2; 3 4] = [7 10; 15 22]. */
export async function multiplies(engine: Engine): Promise<boolean> {
  const t = await import('../tensor/build.ts');
  const g = t.createGraph();
  const x = t.input(g, 'x', [2, 2]);
  const graph = t.finishGraph(g, { product: t.matmul(g, x, x) });
  const state = engine.createState(graph, {
    seed: 0,
    optimiser: { kind: 'sgd', lr: 0, weight_decay: 0, momentum: 0 },
  });
  const session = await engine.compileEvaluation(graph, { state, outputs: ['product'] });
  try {
    const { product } = await session.run({ x: Float32Array.of(1, 2, 3, 4) });
    return product !== undefined && [7, 10, 15, 22].every((value, i) => Math.abs(product[i]! - value) < 1e-3);
  } finally {
    await session.release();
  }
}
