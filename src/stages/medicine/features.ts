/**
 * Reads what a training stage learns from: cases, split and the feature arrays of the encoded modalities, and refuses
 * what cannot be learned from, all of it at once. Makes no features.
 */
import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { CaseTable, Modality, Split, TrainParams } from '../contracts.ts';
import type { ArtefactReader } from '../stage.ts';
import type { ByModality } from './loop.ts';
import { encodedModalities } from './network.ts';

export type TrainingData = {
  readonly table: CaseTable;
  readonly split: Split;
  readonly modalities: readonly Modality[];
  /** `[case, …]` row-major. */
  readonly features: ByModality<Float32Array>;
  /** Shape of one case. */
  readonly shapes: ByModality<readonly number[]>;
};

const expectedAxes: { readonly [modality in Modality]: string } = {
  log: '[case, window, dim]',
  metric: '[case, instance, window, kpi] or [case, window, event]',
  trace: '[case, window, link]',
};

export function readTrainingData(
  params: TrainParams,
  inputs: Readonly<Record<string, ArtefactReader>>,
): TrainingData {
  const table = inputOf(inputs, 'cases').json<CaseTable>('cases');
  const split = inputOf(inputs, 'split').json<Split>('split');
  const present = encodedModalities(params.model);
  const mistakes = splitMistakes(params, table, split);
  const features: { [modality in Modality]?: Float32Array } = {};
  const shapes: { [modality in Modality]?: readonly number[] } = {};
  for (const modality of present) {
    const { shape, data } = inputOf(inputs, modality).array<Float32Array>('x');
    mistakes.push(...featureMistakes(modality, shape, table.cases.length));
    features[modality] = data;
    shapes[modality] = shape.slice(1);
  }
  if (mistakes.length > 0) throw new MedxError(mistakes);
  return { table, split, modalities: present, features, shapes };
}

function inputOf(inputs: Readonly<Record<string, ArtefactReader>>, name: string): ArtefactReader {
  const input = inputs[name];
  if (!input) throw new Error(`stage train has no input ${name}`);
  return input;
}

function splitMistakes(params: TrainParams, table: CaseTable, split: Split): Diagnostic[] {
  const mistakes: Diagnostic[] = [];
  const empty = (part: string, needed: string) =>
    mistakes.push(report(trainingCodes, 'MED5203', { part, needed }));
  if (split.train.length === 0) empty('training', 'cases to train on');
  if (split.test.length === 0) empty('test', 'cases to score');
  if (split.valid.length === 0 && params.train.select === 'best_valid') {
    empty('validation', '`select = best_valid` compares epochs on it');
  }
  if (split.valid.length === 0 && params.model.balance.kind === 'mao') {
    empty('validation', '`mao` compares the modalities on it');
  }
  const found = new Set(split.train.map((index) => table.cases[index]?.label));
  const [only] = found;
  if (found.size === 1 && only !== undefined) {
    const name = table.classes[only] ?? String(only);
    mistakes.push(report(trainingCodes, 'MED5202', { found: name, cases: split.train.length }));
  }
  return mistakes;
}

function featureMistakes(modality: Modality, shape: readonly number[], cases: number): Diagnostic[] {
  // Metrics come per instance, or as extracted events, which are a sequence as in every modality.
  const ranks = modality === 'metric' ? [3, 4] : [3];
  if (ranks.includes(shape.length) && shape[0] === cases && shape.every((size) => size > 0)) return [];
  const expected = `${expectedAxes[modality]} with ${cases} cases and no empty axis`;
  return [report(trainingCodes, 'MED5205', { modality, expected, found: shape.join(', ') })];
}
