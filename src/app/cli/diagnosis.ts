/** Finds the job, its trained model and the features of a case in the store, asks the model, and draws the answer. */
import { runCodes } from '../../diagnostics/codes/run.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { onlyExperiments } from '../../report/chosen.ts';
import { clip } from '../../report/text.ts';
import type { ExperimentResult, JobResult, RowResult, RunRecord } from '../../run/record.ts';
import { findNode, openArtefact, type Store } from '../../run/store.ts';
import {
  type CaseRow,
  type CaseTable,
  type FeatureAxes,
  type Modality,
  type ModelCard,
  modalities,
  type Split,
} from '../../stages/contracts.ts';
import type { OpenModel } from '../../stages/medicine/diagnose.ts';
import type { ArtefactReader } from '../../stages/stage.ts';

export interface Choice {
  readonly experiment?: string;
  readonly row?: string;
  readonly seed?: string;
  readonly fold?: string;
}

export interface CaseList {
  readonly experiment: string;
  readonly cases: readonly {
    readonly index: number;
    readonly id: string;
    readonly type: string;
    readonly service: string;
  }[];
}

type Part = 'train' | 'valid' | 'test' | 'none';

export interface CaseAnswer {
  readonly run: string;
  readonly experiment: string;
  readonly row: string;
  /** What is wrong with the telemetry of the row: `at test: log drop 30%`. */
  readonly corrupted?: readonly string[];
  readonly seed: number;
  readonly fold?: number;
  readonly simulated: boolean;
  readonly case: {
    readonly index: number;
    readonly id: string;
    readonly service: string;
    readonly instance: string;
  };
  /** Which part of the split the case was in for this model. A model has seen its training cases. */
  readonly part: Part;
  readonly classes: readonly string[];
  readonly truth: string;
  readonly answer: string;
  readonly probabilities: readonly number[];
  /** Modality → probabilities of its own head. */
  readonly alone: Readonly<Record<string, readonly number[]>>;
  /** Modality → windows with at least one record, of all windows of the case. */
  readonly coverage: Readonly<Record<string, number>>;
  readonly windows: number;
}

export function listCases(store: Store, record: RunRecord, choice: Choice): CaseList {
  const experiment = chooseExperiment(record, choice);
  const table = readCases(store, experiment);
  return {
    experiment: experiment.name,
    cases: table.cases.map((row, index) => ({
      index,
      id: row.id,
      type: table.classes[row.label] ?? String(row.label),
      service: row.service,
    })),
  };
}

export function renderCases({ cases }: CaseList): string[] {
  const width = Math.max(2, ...cases.map(({ id }) => id.length));
  const types = Math.max(4, ...cases.map(({ type }) => type.length));
  const line = (index: string, id: string, type: string, service: string) =>
    `${index.padStart(5)}  ${id.padEnd(width)}  ${type.padEnd(types)}  ${service}`;
  return [
    line('index', 'id', 'type', 'service'),
    ...cases.map(({ index, id, type, service }) => line(String(index), id, type, service)),
  ];
}

/** A case of a job, its features and its model, opened. The caller releases the model. */
export interface OpenedCase {
  readonly about: Omit<CaseAnswer, 'classes' | 'answer' | 'probabilities' | 'alone'>;
  readonly model: OpenModel;
  readonly features: Readonly<Record<string, Float32Array>>;
  readonly shapes: ModelCard['inputs'];
  readonly axes: { readonly [modality in Modality]?: FeatureAxes };
  /** Hash of the stage that made the features of a modality. */
  readonly made: { readonly [modality in Modality]?: string };
}

export async function diagnoseCase(
  store: Store,
  record: RunRecord,
  choice: Choice & { readonly case: string },
): Promise<CaseAnswer> {
  const opened = await openCase(store, record, choice);
  return askModel(opened).finally(() => opened.model.release());
}

/** What the model answers for the case, and what each modality alone would have said. */
export async function askModel({ about, model, features }: OpenedCase): Promise<CaseAnswer> {
  const result = await model.diagnose(features);
  return {
    ...about,
    classes: result.classes,
    answer: result.classes[result.answer] ?? String(result.answer),
    probabilities: result.probabilities,
    alone: { ...result.unimodal },
  };
}

export async function openCase(
  store: Store,
  record: RunRecord,
  choice: Choice & { readonly case: string },
): Promise<OpenedCase> {
  const experiment = chooseExperiment(record, choice);
  const row = chooseRow(record, experiment, choice.row);
  const table = readCases(store, experiment);
  const index = findCase(record, table.cases, choice.case);
  const found = table.cases[index]!;
  const job = chooseJob(row, found.id, choice);
  const node = findNode(store, job.hash);
  // A row of corrupted test cases answers them with the model of another stage.
  const trained = openArtefact(store, node.kind === 'predict' ? (node.inputs.train ?? job.hash) : job.hash);
  if (!trained.has('model.onnx')) {
    throw new MedxError(
      report(runCodes, 'MED4017', { row: row.name, why: `stage \`${node.kind}\` stores no model` }),
    );
  }
  const input = (name: string): ArtefactReader | undefined =>
    node.inputs[name] === undefined ? undefined : openArtefact(store, node.inputs[name]);
  const card = trained.json<ModelCard>('model');
  const { openModel, rowOf } = await import('../../stages/medicine/diagnose.ts');
  const features: Record<string, Float32Array> = {};
  const coverage: Record<string, number> = {};
  const axes: { [modality in Modality]?: FeatureAxes } = {};
  const made: { [modality in Modality]?: string } = {};
  for (const modality of modalities) {
    const artefact = card.inputs[modality] ? input(modality) : undefined;
    if (!artefact) continue;
    const { data, shape } = artefact.array<Float32Array>('x');
    features[modality] = rowOf(data, shape, index);
    const own = artefact.json<FeatureAxes>('axes');
    axes[modality] = own;
    made[modality] = artefact.hash;
    coverage[modality] = own.coverage[index] ?? 0;
  }
  return {
    about: {
      run: record.run,
      experiment: experiment.name,
      row: row.name,
      ...(row.corrupted ? { corrupted: row.corrupted } : {}),
      seed: job.seed,
      ...(job.fold === undefined ? {} : { fold: job.fold }),
      simulated: experiment.simulated,
      case: { index, id: found.id, service: found.service, instance: found.instance },
      part: partOf(input('split')?.json<Split>('split'), index),
      truth: table.classes[found.label] ?? String(found.label),
      coverage,
      windows: table.windows,
    },
    model: await openModel(trained.path('model.onnx'), card),
    features,
    shapes: card.inputs,
    axes,
    made,
  };
}

function chooseExperiment(record: RunRecord, { experiment }: Choice): ExperimentResult {
  const [chosen] = onlyExperiments([record], experiment === undefined ? [] : [experiment]);
  const [found] = chosen?.experiments ?? [];
  if (found) return found;
  throw new MedxError(report(runCodes, 'MED4031', { name: experiment ?? '', known: [] }));
}

function chooseRow(record: RunRecord, experiment: ExperimentResult, wanted: string | undefined): RowResult {
  const rows = experiment.rows;
  const found =
    wanted === undefined
      ? (rows.find((row) => row.kind === 'variant') ?? rows[0])
      : rows.find((row) => row.name === wanted);
  if (found) return found;
  const known = [...new Set(rows.map((row) => row.name))];
  throw new MedxError(report(runCodes, 'MED4014', { row: wanted ?? '', run: record.run, known }));
}

/** The job of the seed; with folds, unless one is given, the one whose test cases hold the case. */
function chooseJob(row: RowResult, id: string, choice: Choice): JobResult {
  const seeds = [...new Set(row.jobs.map((job) => job.seed))];
  const seed = choice.seed === undefined ? seeds[0] : Number(choice.seed);
  const ofSeed = row.jobs.filter((job) => job.seed === seed);
  if (ofSeed.length === 0) {
    const known = seeds.map(String);
    throw new MedxError(report(runCodes, 'MED4016', { what: 'seed', wanted: choice.seed ?? '', known }));
  }
  const job =
    choice.fold === undefined
      ? (ofSeed.find((one) => one.test?.some((prediction) => prediction.id === id)) ?? ofSeed[0]!)
      : ofSeed.find((one) => one.fold === Number(choice.fold));
  if (!job) {
    const known = ofSeed.map((one) => String(one.fold ?? 'no folds'));
    throw new MedxError(report(runCodes, 'MED4016', { what: 'fold', wanted: choice.fold ?? '', known }));
  }
  if (!job.test)
    throw new MedxError(report(runCodes, 'MED4017', { row: row.name, why: 'this job has no result' }));
  return job;
}

function readCases(store: Store, experiment: ExperimentResult): CaseTable {
  return openArtefact(store, experiment.cases_stage).json<CaseTable>('cases');
}

/** By id, by index, or by the beginning of one id. */
function findCase(record: RunRecord, cases: readonly CaseRow[], wanted: string): number {
  const exact = cases.findIndex((row) => row.id === wanted);
  if (exact >= 0) return exact;
  if (/^\d+$/.test(wanted) && Number(wanted) < cases.length) return Number(wanted);
  const starting = cases.flatMap((row, i) => (wanted !== '' && row.id.startsWith(wanted) ? [i] : []));
  if (starting.length === 1) return starting[0]!;
  throw new MedxError(report(runCodes, 'MED4015', { wanted, run: record.run, cases: cases.length }));
}

function partOf(split: Split | undefined, index: number): Part {
  if (split?.test.includes(index)) return 'test';
  if (split?.train.includes(index)) return 'train';
  return split?.valid.includes(index) ? 'valid' : 'none';
}

const partNames: Readonly<Record<Part, string>> = {
  test: 'a test case: this model has never seen it',
  valid: 'a validation case: the epoch was chosen on it',
  train: 'a training case: this model has learned from it',
  none: 'in no part of the split',
};

export function renderAnswer(answer: CaseAnswer, color: boolean): string[] {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  const { classes } = answer;
  const names = Object.keys(answer.alone);
  const width = Math.max(5, ...classes.map((name) => name.length));
  const right = answer.answer === answer.truth ? 'right' : `wrong, the truth is ${answer.truth}`;
  const fold = answer.fold === undefined ? '' : ` fold ${answer.fold}`;
  const order = classes.map((_, k) => k).sort((a, b) => answer.probabilities[b]! - answer.probabilities[a]!);
  const column = 9;
  const cells = (values: readonly (number | string)[]) =>
    values.map((value) => (typeof value === 'number' ? value.toFixed(3) : value).padStart(column)).join('');
  const coverage = Object.entries(answer.coverage).map(([name, n]) => `${name} ${n}`);
  return [
    bold(`${answer.answer} (${right})`),
    `case ${answer.case.index}: ${answer.case.id}${answer.simulated ? ' (simulated)' : ''}, ${partNames[answer.part]}`,
    `${answer.experiment}, ${answer.row}, seed ${answer.seed}${fold}`,
    ...(answer.corrupted ? [`its telemetry is corrupted ${answer.corrupted.join('; ')}`] : []),
    `windows with records, of ${answer.windows}: ${coverage.join(', ')}`,
    '',
    `${clip('', width)}${cells(['all', ...names.map((name) => `${name}`)])}`,
    ...order.map((k) => {
      const line = `${clip(classes[k]!, width)}${cells([answer.probabilities[k]!, ...names.map((name) => answer.alone[name]![k]!)])}`;
      return classes[k] === answer.truth ? `${line}  ← truth` : line;
    }),
  ];
}
