/**
 * Stage `baseline.art`: ART (Sun et al., "ART: a unified unsupervised framework for incident management in microservice
 * systems", ASE 2024), its failure triage. A network learns from normal windows alone to predict the next one
 * (`art/network.ts`). How far each channel of each instance is from the prediction, summed over the three instances that are
 * farthest off and averaged from one minute before the fault to five after it, is the fingerprint of a failure; a cut tree
 * (`learners/cut-tree.ts`) sorts fingerprints into leaves, which are named by the majority of their training cases.
 *
 * Adapted after the public code (bbyldebb/ART). Its deviations, fingerprints and tree; of its network all layers and sizes.
 * Otherwise: normal data are the windows of the training cases before their fault, not days without one; channels are those
 * of `art/channels.ts`; attention is over the channels of one window, as the paper has it (the code, by its axes, has it over
 * windows and cases); an instance hears itself too; the prediction may be negative, as standardised channels are (the code
 * ends in a LeakyReLU). Where a case has few windows before its fault, fewer are read.
 *
 * It needs a stretch of normal windows. On simulated failures with ten of them it reaches a weighted F1 of .475 (four seeds,
 * majority .093, `simulate(online_boutique, cases: 119, seed: 2024)`); on TrainTicket's 45 with two of 30 s, metrics coming
 * once a minute, .254 (majority .196, drawn by frequency .357): what is normal cannot be learnt there.
 */
import { stageKinds } from '../../catalog/stages.ts';
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { Engine } from '../../tensor/engine.ts';
import type { CaseTable, EngineParams } from '../contracts.ts';
import { withEngine } from '../engine.ts';
import type { JsonObject, StageContext, StageKind } from '../stage.ts';
import { readCases } from '../telemetry.ts';
import { answerCases, type Lesson } from './answer.ts';
import { type Channels, readChannels } from './art/channels.ts';
import { artNetwork, type Course } from './art/network.ts';
import { readCalls } from './calls.ts';
import { fitCutTree } from './learners/cut-tree.ts';
import { fitNetwork } from './learners/neural.ts';

export type ArtParams = JsonObject & {
  readonly seed: number;
  readonly engine: EngineParams;
  readonly history: number;
  readonly deviant: number;
  readonly leaves: number;
  readonly batch: number;
  readonly lr: number;
  readonly epochs: number;
};

/** Training ends once so many epochs brought no loss that is smaller by this. */
const still = { change: 1e-3, epochs: 5 };
/** Milliseconds around the fault that speak for a case. */
const looked = { before: 60_000, after: 300_000 };

export const stage: StageKind<ArtParams> = {
  kind: 'baseline.art',
  version: stageKinds['baseline.art'].version,
  cost: stageKinds['baseline.art'].cost,
  run: (params, context) =>
    withEngine(params.engine, (engine) =>
      answerCases(context, (lesson) => learn(engine, params, context, lesson)),
    ),
};

async function learn(engine: Engine, params: ArtParams, context: StageContext, { train, classes }: Lesson) {
  const indices = train.map(({ index }) => index);
  const channels = await readChannels(context, indices);
  const { instances, width } = channels;
  const { normal, from, to } = windowsOf(readCases(context), indices[0] ?? 0);
  const history = Math.min(params.history, normal - 1, to - 1);
  if (history < 1 || width === 0) {
    const { code, message } = report(baselineCodes, 'MED3741', { windows: normal });
    context.notice({ code, message });
    return () => undefined;
  }
  const courses = (index: number, first: number, end: number): Course[] => {
    const all = range(0, end).map((window) => channels.at(index, window));
    return all.flatMap((next, window) =>
      window < Math.max(first, history) ? [] : [{ past: all.slice(window - history, window), next }],
    );
  };
  const calls = await readCalls(context, train, instances);
  const shape = { instances: instances.length, channels: width, history, calls };
  const network = await fitNetwork(engine, artNetwork(shape), {
    train: indices.flatMap((index) => courses(index, 0, normal)),
    batch: params.batch,
    epochs: params.epochs,
    optimiser: { kind: 'adam', lr: params.lr, weight_decay: 0, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
    seed: params.seed,
    stop: standsStill,
    progress: context.progress,
  });
  const fingerprintOf = async (index: number): Promise<Float64Array> => {
    const seen = courses(index, from, to);
    const { deviation = new Float32Array() } = await network.run(seen);
    return meanOfDeviants(deviation, seen.length, channels, params.deviant);
  };
  const known = train.filter(({ index }) => channels.evidence[index]);
  const rows: Float64Array[] = [];
  for (const { index } of known) rows.push(await fingerprintOf(index));
  const answer = fitCutTree(
    rows,
    known.map(({ label }) => label),
    { classes, leaves: params.leaves },
  );
  return async (index: number) =>
    channels.evidence[index] && rows.length > 0 ? answer(await fingerprintOf(index)) : undefined;
}

/** Windows before the fault, which are normal, and those that speak for a case. Cases are cut alike: any training case tells. */
function windowsOf({ cases, windows, windowMs }: CaseTable, index: number) {
  const row = cases[index];
  const lead = row ? row.injected - row.start : 0;
  const placeOf = (offset: number) => Math.floor((lead + offset) / windowMs);
  return {
    normal: Math.min(windows, placeOf(0)),
    from: Math.max(0, placeOf(-looked.before)),
    to: Math.min(windows, Math.max(1, placeOf(looked.after))),
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

function standsStill(losses: readonly number[]): boolean {
  let [best, since] = [Number.POSITIVE_INFINITY, 0];
  for (const loss of losses) {
    since = best - loss < still.change ? since + 1 : 0;
    if (since === 0) best = loss;
  }
  return since >= still.epochs;
}

/** Per window the deviations of the `deviant` farthest instances, summed by channel; their mean over the windows. */
function meanOfDeviants(
  deviation: Float32Array,
  windows: number,
  { instances, width }: Channels,
  deviant: number,
): Float64Array {
  const mean = new Float64Array(width);
  for (let w = 0; w < windows; w++) {
    const rows = instances.map((_, i) => {
      const at = (w * instances.length + i) * width;
      const row = deviation.subarray(at, at + width);
      return { row, sum: row.reduce((a, b) => a + b, 0) };
    });
    for (const { row } of rows.toSorted((a, b) => b.sum - a.sum).slice(0, deviant))
      row.forEach((x, c) => {
        mean[c] = (mean[c] as number) + x / windows;
      });
  }
  return mean;
}
