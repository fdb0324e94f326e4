/**
 * Stage `detect`: times a trained model on single test cases, from their records in memory to the answer (figure 9 of the
 * paper: detection time per failure): with all records at once, and with those of the last window alone still to come.
 * Features must be those of the run to the bit; how near answers are to those of the run is measured.
 *
 * Parameters: the network, the feature steps of each modality, of what numbers products are made, and how many test cases,
 * evenly spaced, are timed. Inputs: `train`, `cases`,
 * `split`, `search` if there is one, and per modality the records and what was fitted on them: `lines`, `drain`, `embed` and `log`; `samples` and
 * `metric`; `spans` and `trace`. Artefact: json `detection` (`Detection`); times are kept beside it.
 */
import { stageKinds } from '../catalog/stages.ts';
import { cutRecords } from '../data/features/cut-records.ts';
import type { CaseRecords, CaseWindows } from '../data/features/one-case.ts';
import {
  type Detection,
  type DetectorNumbers,
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
  readonly numbers: DetectorNumbers;
  /** The network, unless a search (input `search`) has chosen another. */
  readonly model: ModelParams;
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
    const timed = await withOrderedDatabase(context, async (db) => {
      const read: TimedCase[] = [];
      for (const index of chosen) {
        const row = cases[index];
        if (!row) continue;
        const at = { start: row.start, windows, windowMs };
        const records = await readCaseRecords(db, files, index);
        // Cut before any clock runs: what it throws away would be cleared up at the expense of a case.
        read.push({ index, id: row.id, at, records, parts: cutRecords(records, at) });
      }
      return read;
    });
    const detector = await openDetector(partsOf(params, context));
    try {
      let [difference, others] = [0, 0];
      // The first pass compares, and warms up as a service that runs for days is warm.
      for (const { index, id, at, records } of timed) {
        const open = detector.open(at);
        open.take(records);
        refuseOthers(context, index, await open.features());
        const { answer, probabilities } = await open.diagnose();
        const known = told.get(id);
        if (answer !== known?.answer) others++;
        for (const [k, p] of probabilities.entries())
          difference = Math.max(difference, Math.abs(p - (known?.probabilities[k] ?? 0)));
      }
      const raw: number[] = [];
      for (const { at, records } of timed)
        raw.push(await secondsOf(() => diagnoseRecords(detector, records, at)));
      const online: number[] = [];
      for (const { at, parts } of timed) {
        const open = detector.open(at);
        open.take(parts[0]);
        online.push(
          await secondsOf(() => {
            open.take(parts[1]);
            return open.diagnose();
          }),
        );
      }
      context.out.json('detection', {
        records: meanCounts(timed.map(({ records }) => records)),
        ids: timed.map(({ id }) => id),
        numbers: params.numbers,
        difference,
        other_answers: others,
      } satisfies Detection);
      context.cost({ answer_seconds: [], detect_seconds: raw, online_seconds: online });
    } finally {
      await detector.release();
    }
  },
};

interface TimedCase {
  readonly index: number;
  readonly id: string;
  readonly at: CaseWindows;
  readonly records: CaseRecords;
  /** Before the last window, and of it. */
  readonly parts: readonly [CaseRecords, CaseRecords];
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function partsOf({ steps, model, numbers }: DetectParams, { inputs }: StageContext): DetectorParts {
  const { train, drain, embed, metric, trace } = inputs;
  if (!train) throw new Error('stage `detect` needs a trained model');
  return {
    model: train,
    network: inputs.search?.json<SearchResult>('search').params.model ?? model,
    steps,
    numbers,
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
