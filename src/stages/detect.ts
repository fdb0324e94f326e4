/**
 * Stage `detect`: times a trained model on single test cases, from their records in memory to the answer (figure 9 of the
 * paper: detection time per failure). Features must be those of the run to the bit, and answers its answers.
 *
 * Parameters: the network, the feature steps of each modality, and how many test cases, evenly spaced, are timed. Inputs: `train`, `cases`,
 * `split`, `search` if there is one, and per modality the records and what was fitted on them: `lines`, `drain`, `embed` and `log`; `samples` and
 * `metric`; `spans` and `trace`. Artefact: json `detection` (`Detection`); times are kept beside it.
 */
import { stageKinds } from '../catalog/stages.ts';
import type { CaseRecords } from '../data/features/one-case.ts';
import {
  type Modality,
  type ModelParams,
  modalities,
  type Predictions,
  type SearchResult,
  type Split,
  type Step,
} from './contracts.ts';
import { type DetectorParts, diagnoseRecords, openDetector, readCaseRecords } from './medicine/detector.ts';
import { rowOf } from './medicine/diagnose.ts';
import type { StageContext, StageKind } from './stage.ts';
import { readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

export type DetectParams = {
  readonly steps: { readonly [modality in Modality]?: readonly Step[] };
  readonly cases: number;
  /** The network, unless a search (input `search`) has chosen another. */
  readonly model: ModelParams;
};

/** Artefact file `detection`. */
export type Detection = {
  /** Records of the timed cases, on average. */
  readonly records: { readonly [modality in Modality]?: number };
  readonly ids: readonly string[];
  /** Largest difference of a probability from that of the run, where cases are answered in batches. */
  readonly difference: number;
};

export const stage: StageKind<DetectParams> = {
  kind: 'detect',
  version: stageKinds.detect.version,
  cost: stageKinds.detect.cost,
  async run(params, context) {
    const { cases, windows, windowMs } = readCases(context);
    const { test } = requireInput(context, 'split').json<Split>('split');
    const chosen = spaced(test, params.cases);
    const train = requireInput(context, 'train');
    const told = new Map(train.json<Predictions>('predictions').test.map((one) => [one.id, one]));
    const { inputs } = context;
    const file = (name: 'lines' | 'samples' | 'spans') => inputs[name]?.path(`${name}.parquet`);
    const [lines, samples, spans] = [file('lines'), file('samples'), file('spans')];
    const files = { ...(lines && { lines }), ...(samples && { samples }), ...(spans && { spans }) };
    const all = await withOrderedDatabase(context, async (db) => {
      const read: CaseRecords[] = [];
      for (const index of chosen) read.push(await readCaseRecords(db, files, index));
      return read;
    });
    const detector = await openDetector(partsOf(params, context));
    try {
      let difference = 0;
      // The first pass compares, and warms up as a service that runs for days is warm.
      for (const [i, index] of chosen.entries()) {
        const [row, records] = [cases[index], all[i]];
        if (!row || !records) continue;
        const at = { start: row.start, windows, windowMs };
        const open = detector.open(at);
        open.take(records);
        refuseOthers(context, index, await open.features());
        const { probabilities } = await open.diagnose();
        const known = told.get(row.id)?.probabilities ?? [];
        for (const [k, p] of probabilities.entries())
          difference = Math.max(difference, Math.abs(p - (known[k] ?? 0)));
      }
      const seconds: number[] = [];
      for (const [i, index] of chosen.entries()) {
        const [row, records] = [cases[index], all[i]];
        if (!row || !records) continue;
        const at = { start: row.start, windows, windowMs };
        const began = performance.now();
        await diagnoseRecords(detector, records, at);
        seconds.push((performance.now() - began) / 1000);
      }
      const ids = chosen.flatMap((index) => cases[index]?.id ?? []);
      context.out.json('detection', { records: meanCounts(all), ids, difference } satisfies Detection);
      context.cost({ answer_seconds: [], detect_seconds: seconds });
    } finally {
      await detector.release();
    }
  },
};

function partsOf({ steps, model }: DetectParams, { inputs }: StageContext): DetectorParts {
  const { train, drain, embed, metric, trace } = inputs;
  if (!train) throw new Error('stage `detect` needs a trained model');
  return {
    model: train,
    network: inputs.search?.json<SearchResult>('search').params.model ?? model,
    steps,
    ...(drain && embed ? { log: { drain, embed } } : {}),
    ...(metric ? { metric } : {}),
    ...(trace ? { trace } : {}),
  };
}

/** At most `count` of the list, from its first to its last. */
function spaced(list: readonly number[], count: number): number[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) =>
    Math.floor((i * (list.length - 1)) / Math.max(1, count - 1)),
  ).flatMap((at) => list[at] ?? []);
}

/** Features in memory that differ from the artefact's would time something else than the run. */
function refuseOthers(
  { inputs }: StageContext,
  index: number,
  features: { readonly [modality in Modality]?: Float32Array },
): void {
  for (const modality of modalities) {
    const input = inputs[modality];
    if (!input) continue;
    const { shape, data } = input.array<Float32Array>('x');
    const [own, known] = [features[modality], rowOf(data, shape, index)];
    if (own?.length !== known.length || known.some((value, i) => value !== own[i]))
      throw new Error(`${modality} features of case ${index} from memory are not those of the run`);
  }
}

function meanCounts(all: readonly CaseRecords[]): Detection['records'] {
  const mean = (of: (records: CaseRecords) => number | undefined) => {
    const counts = all.flatMap((records) => of(records) ?? []);
    return counts.length === 0 ? undefined : counts.reduce((a, b) => a + b) / counts.length;
  };
  const [log, metric, trace] = [
    mean(({ lines }) => lines?.message.length),
    mean(({ samples }) => samples?.value.length),
    mean(({ spans }) => spans?.window.length),
  ];
  return {
    ...(log === undefined ? {} : { log }),
    ...(metric === undefined ? {} : { metric }),
    ...(trace === undefined ? {} : { trace }),
  };
}
