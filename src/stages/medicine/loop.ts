/**
 * The training loop: epochs of shuffled batches, validation after each, what the way to balance makes of it, the chosen epoch,
 * checkpoints and resume. It sees cases and labels of the training and validation parts only; the steps themselves,
 * and everything about tensors, belong to the `Learner`.
 */

import { trainingCodes } from '../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { BalanceParams, EpochRecord, FitParams, History, Modality } from '../contracts.ts';
import type { Progress } from '../stage.ts';
import {
  type Applied,
  type Balancing,
  type Drive,
  type EpochLosses,
  neutral,
  noVerdict,
  type Told,
} from './balance/balance.ts';
import { balancingOf } from './balance/index.ts';
import { batchesOf, shuffled } from './batches.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { accuracy, crossEntropy, type Logits } from './scoring.ts';

export type ByModality<V> = { readonly [modality in Modality]?: V };
/** Weighted mean losses of one batch, of the model and of each unimodal head, and what else the way to balance asked for. */
export type StepLosses = {
  readonly loss: number;
  readonly unimodal: ByModality<number>;
  readonly told: Told;
};
export type AllLogits = { readonly model: Logits; readonly unimodal: ByModality<Logits> };
export type Arrays = ReadonlyMap<string, Float32Array>;

/** What the loop needs of a network that can be trained. */
export interface Learner {
  /** Number of trained numbers. */
  readonly size: number;
  /** One update; `after` is the further one at the end of an epoch. Throws MedxError if the loss is not finite. */
  step(cases: readonly number[], drive: Drive, place?: 'after'): Promise<StepLosses>;
  /** Logits without dropout and without factors, one row per case. */
  logits(cases: readonly number[]): Promise<AllLogits>;
  /** Copies of the parameters, by name. */
  readParameters(): Promise<Arrays>;
  writeParameters(parameters: Arrays): Promise<void>;
  /** Copies of everything that the next step depends on, after `step` steps. */
  save(): Promise<Arrays>;
  restore(step: number, arrays: Arrays): Promise<void>;
}

export type LoopParams = {
  readonly fit: FitParams;
  readonly balance: BalanceParams;
  readonly seed: number;
  readonly modalities: readonly Modality[];
  readonly train: readonly number[];
  readonly valid: readonly number[];
  /** Class of a training or validation case, and the weight of a class in the loss. */
  readonly labelOf: (index: number) => number;
  readonly weightOf: (label: number) => number;
  /** Folder for checkpoints, the name of the computation, and the least time between two of them in milliseconds. */
  readonly workDir: string;
  readonly key: string;
  readonly checkpointEvery: number;
  readonly progress: (progress: Progress) => void;
};

/** Everything but the arrays that the next epoch depends on. JSON. */
type LoopState = {
  readonly step: number;
  readonly balance: Balancing['initial'];
  readonly epochs: readonly EpochRecord[];
  readonly best: { readonly epoch: number; readonly loss: number } | null;
};

const bestPrefix = 'best/';

/** Trains and leaves the chosen epoch's parameters in the learner. */
export async function trainLoop(learner: Learner, params: LoopParams): Promise<History> {
  const { fit, modalities } = params;
  let { state, best } = await resume(learner, params);
  let due = Date.now() + params.checkpointEvery;
  while (!isOver(fit, state)) {
    state = await trainEpoch(learner, params, state);
    if (fit.select === 'best_valid' && state.best?.epoch === state.epochs.length) {
      best = await learner.readParameters();
    }
    state = await stepAfter(learner, params, state);
    params.progress(progressOf(params, state));
    if (!isOver(fit, state) && Date.now() >= due) {
      const begun = Date.now();
      await checkpoint(learner, params, state, best);
      const took = Date.now() - begun;
      // Writing takes at most a twentieth of the time, unless every epoch is asked for.
      due = Date.now() + (params.checkpointEvery > 0 ? Math.max(params.checkpointEvery, 19 * took) : 0);
    }
  }
  if (fit.select === 'best_valid') await learner.writeParameters(best);
  const last = state.epochs.length;
  const chosen = fit.select === 'best_valid' ? (state.best?.epoch ?? last) : last;
  return { modalities, parameters: learner.size, epochs: state.epochs, chosen };
}

/** All epochs done, or none of the last `patience` ones better on the validation cases than the best before them. */
function isOver(fit: FitParams, state: LoopState): boolean {
  const done = state.epochs.length;
  return (
    done >= fit.epochs || (fit.patience > 0 && state.best !== null && done - state.best.epoch >= fit.patience)
  );
}

async function trainEpoch(learner: Learner, params: LoopParams, state: LoopState): Promise<LoopState> {
  const epoch = state.epochs.length + 1;
  const { balance, modalities } = params;
  const train = await trainBatches(learner, params, state, epoch);
  const valid = params.valid.length > 0 ? await validate(learner, params) : null;
  if (valid) refuseNonFinite(params, 'the validation loss', valid.loss, epoch, train.step);
  const balancing = balancingOf(balance, modalities);
  const after = valid && balancing.evaluate?.(train.balance, pairLosses(modalities, train, valid));
  const { rho, theta } = after?.verdict ?? noVerdict;
  const record: EpochRecord = {
    epoch,
    loss: { train: train.loss, valid: valid?.loss ?? null },
    accuracy: valid?.accuracy ?? null,
    unimodal: Object.fromEntries(
      modalities.map((name) => [
        name,
        {
          train: train.unimodal[name] ?? 0,
          valid: valid?.unimodal[name] ?? null,
          rho: rho?.[name] ?? null,
          theta: theta?.[name] ?? null,
          ...(train.applied[name] ?? neutral),
        },
      ]),
    ),
  };
  const better = valid && (!state.best || valid.loss < state.best.loss);
  return {
    step: train.step,
    balance: after?.state ?? train.balance,
    epochs: [...state.epochs, record],
    best: better ? { epoch, loss: valid.loss } : state.best,
  };
}

/** One pass over the training cases; losses are means over cases, by weight, and factors are means over steps. */
async function trainBatches(learner: Learner, params: LoopParams, state: LoopState, epoch: number) {
  const { fit, modalities } = params;
  const balancing = balancingOf(params.balance, modalities);
  const sums = { loss: 0, weight: 0, unimodal: modalities.map(() => 0) };
  const applied: Applied[][] = modalities.map(() => []);
  let { step, balance } = state;
  for (const cases of batchesOf(shuffled(params.train, params.seed, epoch), fit.batch)) {
    step += 1;
    const losses = await learner.step(cases, balancing.drive(balance));
    refuseNonFinite(params, 'the training loss', losses.loss, epoch, step);
    const weight = cases.reduce((sum, index) => sum + params.weightOf(params.labelOf(index)), 0);
    sums.loss += losses.loss * weight;
    sums.weight += weight;
    modalities.forEach((name, k) => {
      const loss = losses.unimodal[name] ?? Number.NaN;
      refuseNonFinite(params, `the unimodal training loss of ${name}`, loss, epoch, step);
      sums.unimodal[k]! += loss * weight;
      applied[k]?.push(balancing.applied?.(balance, name, losses.told) ?? neutral);
    });
    balance = balancing.observe?.(balance, losses.told) ?? balance;
  }
  const unimodal: ByModality<number> = Object.fromEntries(
    modalities.map((name, k) => [name, sums.unimodal[k]! / sums.weight]),
  );
  const factors: ByModality<Applied> = Object.fromEntries(
    modalities.map((name, k) => [name, meanApplied(applied[k] ?? [])]),
  );
  return { step, balance, loss: sums.loss / sums.weight, unimodal, applied: factors };
}

/** The further step of an epoch, if it gets one. The record of the epoch tells it with the others. */
async function stepAfter(learner: Learner, params: LoopParams, state: LoopState): Promise<LoopState> {
  const { after } = balancingOf(params.balance, params.modalities);
  const drive = after?.drive(state.balance);
  const record = state.epochs.at(-1);
  if (!after || !drive || !record) return state;
  const batches = batchesOf(shuffled(params.train, params.seed, record.epoch), params.fit.batch);
  const step = state.step + 1;
  const { loss } = await learner.step(batches.at(-1) ?? [], drive, 'after');
  refuseNonFinite(params, 'the training loss', loss, record.epoch, step);
  const unimodal = Object.entries(record.unimodal).map(([name, one]) => {
    const own = after.applied(state.balance, name as Modality);
    const mean = (before: number, last: number) => (before * batches.length + last) / (batches.length + 1);
    return [name, { ...one, update: mean(one.update, own.update), feature: mean(one.feature, own.feature) }];
  });
  const told: EpochRecord = { ...record, unimodal: Object.fromEntries(unimodal) };
  return { ...state, step, epochs: [...state.epochs.slice(0, -1), told] };
}

/** Factors that stand still stay as they are, to the bit. */
function meanApplied(steps: readonly Applied[]): Applied {
  const [first = neutral] = steps;
  const mean = (of: (one: Applied) => number | undefined): number => {
    const start = of(first) ?? 1;
    if (steps.every((one) => of(one) === start)) return start;
    return steps.reduce((sum, one) => sum + (of(one) ?? 1), 0) / steps.length;
  };
  const weight = first.weight === undefined ? {} : { weight: mean((one) => one.weight) };
  return { update: mean((one) => one.update), feature: mean((one) => one.feature), ...weight };
}

async function validate(learner: Learner, params: LoopParams) {
  const labels = params.valid.map(params.labelOf);
  const { model, unimodal } = await learner.logits(params.valid);
  const lossOf = (logits: Logits) => crossEntropy(logits, labels, params.weightOf);
  return {
    loss: lossOf(model),
    accuracy: accuracy(model, labels),
    unimodal: Object.fromEntries(
      params.modalities.flatMap((name) => {
        const logits = unimodal[name];
        return logits ? [[name, lossOf(logits)]] : [];
      }),
    ) as ByModality<number>,
  };
}

interface Losses {
  readonly loss: number;
  readonly unimodal: ByModality<number>;
}

function pairLosses(modalities: readonly Modality[], train: Losses, valid: Losses): EpochLosses {
  const pairs = modalities.map(
    (name) =>
      [
        name,
        { train: train.unimodal[name] ?? Number.NaN, valid: valid.unimodal[name] ?? Number.NaN },
      ] as const,
  );
  return { model: { train: train.loss, valid: valid.loss }, ...Object.fromEntries(pairs) };
}

function refuseNonFinite(params: LoopParams, what: string, value: number, epoch: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new MedxError(report(trainingCodes, 'MED5201', { what, epoch, step, lr: params.fit.optimiser.lr }));
}

async function resume(learner: Learner, params: LoopParams): Promise<{ state: LoopState; best: Arrays }> {
  const found = readCheckpoint(params.workDir, params.key);
  const best = new Map<string, Float32Array>();
  if (!found) {
    const balance = balancingOf(params.balance, params.modalities).initial;
    return { state: { step: 0, balance, epochs: [], best: null }, best };
  }
  const live = new Map<string, Float32Array>();
  for (const [name, array] of found.arrays) {
    if (name.startsWith(bestPrefix)) best.set(name.slice(bestPrefix.length), array);
    else live.set(name, array);
  }
  const state = found.state as LoopState;
  await learner.restore(state.step, live);
  return { state, best };
}

async function checkpoint(
  learner: Learner,
  params: LoopParams,
  state: LoopState,
  best: Arrays,
): Promise<void> {
  const arrays = new Map(await learner.save());
  for (const [name, array] of best) arrays.set(`${bestPrefix}${name}`, array);
  writeCheckpoint(params.workDir, params.key, { state, arrays });
}

function progressOf(params: LoopParams, state: LoopState): Progress {
  const record = state.epochs[state.epochs.length - 1];
  if (!record) throw new Error('no epoch to report');
  const losses: Record<string, number> = { train: record.loss.train };
  if (record.loss.valid !== null) losses.valid = record.loss.valid;
  const theta: Record<string, number> = {};
  const factors: Record<string, number> = {};
  for (const name of params.modalities) {
    const unimodal = record.unimodal[name];
    if (!unimodal) continue;
    losses[`train.${name}`] = unimodal.train;
    if (unimodal.valid !== null) losses[`valid.${name}`] = unimodal.valid;
    if (unimodal.theta !== null) theta[name] = unimodal.theta;
    factors[`update.${name}`] = unimodal.update;
    factors[`feature.${name}`] = unimodal.feature;
    if (unimodal.weight !== undefined) factors[`weight.${name}`] = unimodal.weight;
  }
  return { step: record.epoch, steps: params.fit.epochs, losses, theta, factors };
}
