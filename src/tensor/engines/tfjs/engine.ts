/** Opens the TensorFlow.js executor. tfjs itself is loaded in `backend.ts` and nowhere earlier: it is large. */
import type { Device, Engine, ModelState } from '../../engine.ts';
import { openBackend, resolveBackend, type TfjsBackend } from './backend.ts';
import { compileTfjsEvaluation, compileTfjsTraining } from './session.ts';
import { createTfjsState, type TfjsState } from './state.ts';

export interface TfjsEngineOptions {
  readonly device: Device;
  /** Asked of TensorFlow's own library; the WebAssembly backend has one thread in Node. Default 1. */
  readonly threads?: number;
  /** Default: the best installed for the device (`resolveBackend`). */
  readonly backend?: TfjsBackend;
}

export interface TfjsEngine extends Engine {
  readonly backend: TfjsBackend;
  /** For people: `TensorFlow.js 4.22.0, WebAssembly`. */
  readonly name: string;
}

/** Throws MED5002 if the backend of the device cannot be used here. */
export async function openTfjsEngine(options: TfjsEngineOptions): Promise<TfjsEngine> {
  const backend = options.backend ?? resolveBackend(options.device);
  const runtime = await openBackend(backend, options.threads ?? 1);
  return {
    executor: 'tfjs',
    device: options.device,
    threads: runtime.threads,
    backend,
    name: runtime.name,
    createState: (graph, state) => createTfjsState(runtime, graph, state),
    compileTraining: async (graph, training) =>
      compileTfjsTraining(runtime, graph, { ...training, state: ownState(training.state) }),
    compileEvaluation: async (graph, evaluation) =>
      compileTfjsEvaluation(runtime, graph, { ...evaluation, state: ownState(evaluation.state) }),
  };
}

function ownState(state: ModelState): TfjsState {
  if (!('tensorOf' in state)) throw new TypeError('this state belongs to another executor');
  return state as TfjsState;
}
