/** Opens the executor that a plan chose. Executors are large: only the one that is asked for is loaded. */
import type { Engine } from '../tensor/engine.ts';
import type { EngineParams } from './contracts.ts';

/** Throws MED5002 if the device cannot be used here. */
export async function openEngine({ executor, device, threads }: EngineParams): Promise<Engine> {
  if (executor === 'tfjs') {
    const { openTfjsEngine } = await import('../tensor/engines/tfjs/engine.ts');
    return openTfjsEngine({ device, threads });
  }
  const { openOnnxEngine } = await import('../tensor/engines/onnx/engine.ts');
  return openOnnxEngine({ device, threads });
}

/** Opens the executor for one piece of work; what was compiled and allocated on it is given back at the end. */
export async function withEngine<T>(params: EngineParams, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(params);
  const held: { release(): unknown }[] = [];
  const hold = <H extends { release(): unknown }>(one: H): H => {
    held.push(one);
    return one;
  };
  try {
    return await work({
      ...engine,
      createState: (graph, options) => hold(engine.createState(graph, options)),
      compileTraining: async (graph, options) => hold(await engine.compileTraining(graph, options)),
      compileEvaluation: async (graph, options) => hold(await engine.compileEvaluation(graph, options)),
    });
  } finally {
    for (const one of held.toReversed()) await one.release();
  }
}
