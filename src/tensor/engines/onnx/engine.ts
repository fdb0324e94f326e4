/** Opens the ONNX Runtime executor. The runtime is loaded here and nowhere earlier: it is large. */
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { Device, Engine, ModelState } from '../../engine.ts';
import { compileHostEvaluation, compileHostTraining, type Runtime } from './session.ts';
import { createHostState, type HostState } from './state.ts';

export interface OnnxEngineOptions {
  readonly device: Device;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  /** Where ONNX Runtime writes a profile of its operators (a prefix of the file's path). */
  readonly profile?: string;
}

export async function openOnnxEngine(options: OnnxEngineOptions): Promise<Engine> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const threads = options.threads ?? 1;
  const sessionOptions = {
    executionProviders: [options.device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    ...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
  } as const;
  const runtime: Runtime = {
    tensor: Tensor,
    create: async (model) => {
      try {
        return await InferenceSession.create(model, sessionOptions);
      } catch (error) {
        if (options.device === 'cpu') throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new MedxError(report(engineCodes, 'MED5002', { device: options.device, reason }));
      }
    },
  };
  return {
    executor: 'onnx',
    device: options.device,
    threads,
    createState: createHostState,
    compileTraining: (graph, training) =>
      compileHostTraining(runtime, graph, { ...training, state: hostState(training.state) }),
    compileEvaluation: (graph, evaluation) =>
      compileHostEvaluation(runtime, graph, { ...evaluation, state: hostState(evaluation.state) }),
  };
}

function hostState(state: ModelState): HostState {
  if (!('params' in state)) throw new TypeError('this state belongs to another executor');
  return state as HostState;
}
