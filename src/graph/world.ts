/**
 * What the plan has to know of this machine: which datasets and text models are here, which device was chosen. Plain
 * data, gathered beforehand, so that every `else` is decided in one place and planning itself reads nothing.
 */
import type { ResolvedCall, ResolvedSpec } from '../spec/resolved.ts';
import type { EngineParams, Modality } from '../stages/contracts.ts';
import type { JsonObject } from '../stages/stage.ts';

export type DatasetStatus =
  | {
      readonly present: true;
      readonly digest: string;
      /** True if the folder says that its telemetry was simulated. Absent = no. */
      readonly simulated?: boolean;
      /** Those of which there are files. Absent = all. */
      readonly modalities?: readonly Modality[];
    }
  | { readonly present: false; readonly reason: string };

export type EmbeddingStatus =
  | { readonly available: true; readonly digest: string }
  | { readonly available: false; readonly reason: string };

export type EngineStatus =
  | {
      readonly available: true;
      readonly device: EngineParams['device'];
      /** For people: the GPU or the CPU, and why it was taken. */
      readonly adapter?: string;
      readonly why?: string;
    }
  | { readonly available: false; readonly reason: string };

/** Each list answers the need of the same place in `Needs`. */
export interface World {
  readonly datasets: readonly (DatasetNeed & { readonly status: DatasetStatus })[];
  readonly models: readonly { readonly model: string; readonly status: EmbeddingStatus }[];
  readonly engines: readonly (EngineNeed & { readonly status: EngineStatus })[];
}

export interface DatasetNeed {
  readonly format: string;
  readonly root: string;
  /** The other arguments of the source's call, by name. */
  readonly options: JsonObject;
}

export interface EngineNeed {
  readonly executor: EngineParams['executor'];
  readonly device: 'auto' | 'gpu' | 'cpu';
}

export interface Needs {
  readonly datasets: readonly DatasetNeed[];
  /** Text models that a pipeline names. */
  readonly models: readonly string[];
  readonly engines: readonly EngineNeed[];
}

/** What a source that reads files asks for; undefined for one that reads none. */
export function datasetNeed({ call, args }: ResolvedCall): DatasetNeed | undefined {
  const { root, ...options } = args;
  return typeof root === 'string' ? { format: call, root, options } : undefined;
}

/** What planning this spec will ask for, each once. */
export function needsOf(spec: ResolvedSpec): Needs {
  const datasets = spec.experiments
    .flatMap(({ data }) => data.from)
    .flatMap((source) => datasetNeed(source) ?? []);
  const models = spec.experiments
    .flatMap(({ variants }) => variants)
    .flatMap(({ model }) => model.encoders.log ?? [])
    .flatMap((step) => [step, ...(step.else ?? [])])
    .flatMap(({ op, args }) => (op === 'bert' && typeof args.model === 'string' ? [args.model] : []));
  const engines = spec.experiments.map(({ engine }) => ({
    executor: engine.executor,
    device: engine.device,
  }));
  return { datasets: once(datasets), models: once(models), engines: once(engines) };
}

function once<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
