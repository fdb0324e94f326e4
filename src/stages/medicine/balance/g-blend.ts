/**
 * Gradient blending (Wang, Tran & Feiszli, CVPR 2020; METHOD 7): the losses of the model and of the heads are added with weights
 * that follow how well each has generalised over the last epochs: w ∝ ΔG / (ΔO² + ε), ΔG the drop of the validation loss
 * (not below 0), ΔO the growth of the gap between validation and training loss. The paper estimates weights on copies that
 * are trained apart; here they come from the training itself. Weights have the mean 1, so the learning rate keeps its meaning.
 */
import * as t from '../../../tensor/build.ts';
import type { BalanceParams, Modality } from '../../contracts.ts';
import type { JsonObject } from '../../stage.ts';
import { names } from '../names.ts';
import { type Balancing, type EpochLoss, type EpochLosses, lossesOf, noVerdict, sumOf } from './balance.ts';

type Params = Extract<BalanceParams, { kind: 'g_blend' }>;
type Of = Modality | 'model';
type Losses = { readonly [of: string]: { readonly train: number; readonly valid: number } };

interface State extends JsonObject {
  readonly epochs: number;
  /** Losses that the next weights are measured from; null before the first epoch. */
  readonly since: Losses | null;
  readonly weights: { readonly [of: string]: number };
}

/** Keeps a weight finite where the gap did not move. */
const epsilon = 1e-3;
const weightInput = (of: Of) => `weight.${of}`;

export function gBlend({ every }: Params, modalities: readonly Modality[]): Balancing<State> {
  const all: readonly Of[] = ['model', ...modalities];
  return {
    initial: { epochs: 0, since: null, weights: Object.fromEntries(all.map((of) => [of, 1])) },
    build(g, parts) {
      const asIs = ({ node }: (typeof parts.encodings)[number]) => node;
      const losses = lossesOf(g, parts, asIs, asIs);
      const weighted = all.flatMap((of) => {
        const loss = losses[names.loss(of)];
        return loss ? [t.mul(g, loss, t.input(g, weightInput(of), []))] : [];
      });
      return { objective: sumOf(g, weighted), losses };
    },
    drive: ({ weights }) => ({
      feeds: Object.fromEntries(all.map((of) => [weightInput(of), weights[of] ?? 1])),
      scales: {},
    }),
    applied: ({ weights }, name) => ({ update: 1, feature: 1, weight: weights[name] ?? 1 }),
    evaluate(state, losses) {
      const epochs = state.epochs + 1;
      const now = plain(losses, all);
      const due = state.since !== null && epochs % every === 0;
      const weights = state.since && due ? blend(state.since, now, all, state.weights) : state.weights;
      const since = state.since === null || due ? now : state.since;
      return { state: { epochs, since, weights }, verdict: noVerdict };
    },
  };
}

function plain(losses: EpochLosses, all: readonly Of[]): Losses {
  return Object.fromEntries(
    all.flatMap((of) => {
      const loss: EpochLoss | undefined = losses[of];
      return loss ? [[of, { train: loss.train, valid: loss.valid }]] : [];
    }),
  );
}

/** Where nothing has generalised the weights stay as they are. */
function blend(before: Losses, now: Losses, all: readonly Of[], kept: State['weights']): State['weights'] {
  const shares = all.map((of) => {
    const [from, to] = [before[of], now[of]];
    if (!from || !to) throw new Error(`no losses of ${of}`);
    const gained = Math.max(0, from.valid - to.valid);
    const overfit = to.valid - to.train - (from.valid - from.train);
    return gained / (overfit ** 2 + epsilon);
  });
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum === 0) return kept;
  return Object.fromEntries(all.map((of, i) => [of, ((shares[i] ?? 0) * all.length) / sum]));
}
