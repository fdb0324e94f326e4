/**
 * Stage kind → module that runs it, imported only when a stage of that kind runs: DuckDB, ONNX Runtime and the like
 * stay out of commands that do not need them. Each module exports `stage`. Add one line per kind.
 */
import type { StageKind } from './stage.ts';

export type StageLoader = () => Promise<StageKind>;
export type StageRegistry = Readonly<Record<string, StageLoader>>;

export const stageRegistry: StageRegistry = {
  simulate: async () => (await import('./simulate.ts')).stage as unknown as StageKind,
  cases: async () => (await import('./cases.ts')).stage as StageKind,
  lines: async () => (await import('./lines.ts')).stage as StageKind,
  samples: async () => (await import('./samples.ts')).stage as StageKind,
  spans: async () => (await import('./spans.ts')).stage as StageKind,
  split: async () => (await import('./split.ts')).stage as StageKind,
  'baseline.majority': async () => (await import('./baselines/majority.ts')).stage as StageKind,
  'features.metric': async () => (await import('./features-metric.ts')).stage as StageKind,
  'features.trace': async () => (await import('./features-trace.ts')).stage as StageKind,
  train: async () => (await import('./train.ts')).stage as unknown as StageKind,
  drain: async () => (await import('./drain.ts')).stage as StageKind,
  embed: async () => (await import('./embed.ts')).stage as StageKind,
  'features.log': async () => (await import('./features-log.ts')).stage as StageKind,
};
