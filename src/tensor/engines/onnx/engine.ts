/** Opens the ONNX Runtime executor. The runtime is loaded here and nowhere earlier: it is large. */
import { engineCodes } from '../../../diagnostics/codes/engine.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { Device, Engine, ModelState } from '../../engine.ts';
import {
  compileResidentEvaluation,
  compileResidentTraining,
  createResidentState,
  type ResidentState,
} from './resident.ts';
import { compileHostEvaluation, compileHostTraining, type Runtime } from './session.ts';
import { createHostState, type HostState } from './state.ts';

export interface OnnxEngineOptions {
  readonly device: Device;
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  /**
   * Where parameters live and the optimiser runs. `host`: the SIMD kernel over the host's memory (default; CUDA copies
   * parameters and gradients over at each step). `device`: in the graph, everything staying on the device (default on
   * WebGPU, the one provider whose memory the Node binding can hold).
   */
  readonly update?: 'host' | 'device';
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
    create: async (model, resident = []) => {
      const locations = Object.fromEntries(resident.map((name) => [name, 'gpu-buffer' as const]));
      const preferred = options.device === 'webgpu' ? { preferredOutputLocation: locations } : {};
      try {
        return await InferenceSession.create(model, { ...sessionOptions, ...preferred });
      } catch (error) {
        if (options.device === 'cpu') throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new MedxError(report(engineCodes, 'MED5002', { device: options.device, reason }));
      }
    },
  };
  const opened = { executor: 'onnx', device: options.device, threads } as const;
  const update = options.update ?? (options.device === 'webgpu' ? 'device' : 'host');
  if (update === 'device')
    return {
      ...opened,
      createState: (graph, state) => createResidentState(runtime, graph, state),
      compileTraining: (graph, training) =>
        compileResidentTraining(runtime, graph, { ...training, state: residentState(training.state) }),
      compileEvaluation: (graph, evaluation) =>
        compileResidentEvaluation(runtime, graph, { ...evaluation, state: residentState(evaluation.state) }),
    };
  return {
    ...opened,
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

function residentState(state: ModelState): ResidentState {
  if (!('tensorOf' in state && 'groups' in state))
    throw new TypeError('this state belongs to another executor');
  return state as ResidentState;
}
