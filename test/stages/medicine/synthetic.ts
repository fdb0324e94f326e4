/** A small made-up dataset in the shapes of the real ones: what tests of training learn from. */
import type { CaseTable, FitParams, Modality, Split, TrainParams } from '../../../src/stages/contracts.ts';
import type { TrainingData } from '../../../src/stages/medicine/features.ts';
import { randomBits, randomKey } from '../../../src/tensor/random.ts';
import { encodersOf, everything } from './support.ts';

const windows = 4;
const sizes: { readonly [modality in Modality]: readonly number[] } = {
  log: [windows, 6],
  metric: [3, windows, 5],
  trace: [windows, 4],
};

export type SyntheticOptions = {
  readonly cases?: number;
  readonly classes?: number;
  readonly modalities?: readonly Modality[];
  /** Size of the signal; the noise has standard deviation 0.58. */
  readonly signal?: number;
  /** Cases of which this modality is missing: their features are zero. */
  readonly missing?: (index: number) => Modality | undefined;
};

/** Class c shifts feature c of every modality in the later windows. Half trains, a quarter validates, a quarter tests. */
export function synthetic(options: SyntheticOptions = {}): TrainingData {
  const { cases = 24, classes = 3, modalities = everything, signal = 2 } = options;
  const table: CaseTable = {
    simulated: true,
    classes: Array.from({ length: classes }, (_, k) => `fault ${k}`),
    windows,
    windowMs: 60_000,
    cases: Array.from({ length: cases }, (_, i) => ({
      id: `case ${i}`,
      injected: i * 1e6,
      start: i * 1e6 - 120_000,
      end: i * 1e6 + 120_000,
      label: i % classes,
      service: 's',
      instance: 's-0',
      day: '2026-01-01',
      group: i,
    })),
    refused: [],
  };
  const part = (from: number, to: number) => table.cases.flatMap((_, i) => (i >= from && i < to ? [i] : []));
  const split: Split = {
    train: part(0, cases / 2),
    valid: part(cases / 2, (cases * 3) / 4),
    test: part((cases * 3) / 4, cases),
  };
  const features: { [modality in Modality]?: Float32Array } = {};
  for (const modality of modalities) {
    features[modality] = featuresOf(modality, table, signal, options.missing ?? (() => undefined));
  }
  const shapes = Object.fromEntries(modalities.map((name) => [name, sizes[name]]));
  return { table, split, modalities, features, shapes };
}

function featuresOf(
  modality: Modality,
  table: CaseTable,
  signal: number,
  missing: (index: number) => Modality | undefined,
): Float32Array {
  const shape = sizes[modality];
  const row = shape.reduce((product, size) => product * size, 1);
  const width = shape[shape.length - 1] ?? 1;
  const key = randomKey(1, 'synthetic', modality);
  return Float32Array.from({ length: table.cases.length * row }, (_, at) => {
    const index = Math.floor(at / row);
    if (missing(index) === modality) return 0;
    const window = Math.floor(at / width) % windows;
    const hit = at % width === table.cases[index]?.label && window >= windows / 2;
    return randomBits(key, at) / 2 ** 31 - 1 + (hit ? signal : 0);
  });
}

export const fit: FitParams = {
  optimiser: { kind: 'adamw', lr: 5e-3, weight_decay: 1e-4, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
  epochs: 12,
  batch: 8,
  dropout: 0.1,
  select: 'best_valid',
  patience: 0,
  class_weight: 'none',
};

export function paramsFor(
  modalities: readonly Modality[] = everything,
  change: { readonly model?: Partial<TrainParams['model']>; readonly train?: Partial<FitParams> } = {},
): TrainParams {
  return {
    model: {
      dim: 8,
      encoders: encodersOf(modalities),
      fuse: { kind: 'channel_attention' },
      balance: { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 },
      ...change.model,
    },
    train: { ...fit, ...change.train },
    seed: 1,
    engine: { executor: 'onnx', device: 'cpu', threads: 1 },
  };
}
