/**
 * One case after the other through a trained `model.onnx`: class probabilities of the model and of each modality's head.
 * Which run, and which case's features, is the caller's business.
 */
import type { Modality, ModelCard } from '../contracts.ts';
import { modalities } from '../contracts.ts';
import { argmax } from './scoring.ts';

export type Diagnosis = {
  readonly classes: readonly string[];
  /** Index into `classes`. */
  readonly answer: number;
  readonly probabilities: readonly number[];
  readonly unimodal: { readonly [modality in Modality]?: readonly number[] };
};

/** Features of one case, row-major in the shape that the card gives for the modality. */
export type CaseFeatures = { readonly [modality in Modality]?: Float32Array };

export type OpenModel = {
  diagnose(features: CaseFeatures): Promise<Diagnosis>;
  release(): Promise<void>;
};

/** On one thread of the CPU: a single case is too small to be shared. */
export async function openModel(modelPath: string, card: ModelCard): Promise<OpenModel> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(modelPath, {
    intraOpNumThreads: 1,
    executionProviders: ['cpu'],
  });
  return {
    async diagnose(features) {
      const feeds = Object.fromEntries(
        modalities.flatMap((name) => {
          const shape = card.inputs[name];
          if (!shape) return [];
          const data = features[name];
          if (!data) throw new Error(`no ${name} features`);
          return [[name, new Tensor('float32', data, [1, ...shape])]];
        }),
      );
      return answerOf(card, await session.run(feeds));
    },
    release: () => session.release(),
  };
}

/** What the outputs of the model for one case say. */
export function answerOf(
  { classes, outputs }: ModelCard,
  values: { readonly [output: string]: { readonly data: unknown } },
): Diagnosis {
  const of = (output: string) => Array.from(values[output]?.data as Float32Array, Number);
  const probabilities = of(outputs.probabilities);
  return {
    classes,
    answer: argmax(probabilities),
    probabilities,
    unimodal: Object.fromEntries(
      Object.entries(outputs.unimodal).map(([name, output]) => [name, of(output)]),
    ),
  };
}

/** The row of one case in a feature array `[case, …]`. */
export function rowOf(data: Float32Array, shape: readonly number[], index: number): Float32Array {
  const row = shape.slice(1).reduce((product, size) => product * size, 1);
  return data.slice(index * row, (index + 1) * row);
}
