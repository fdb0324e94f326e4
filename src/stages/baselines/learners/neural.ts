/**
 * Trains the small network of a method to compare with, on any engine: epochs of shuffled batches, an optional look at
 * validation items every few epochs, the parameters of the best look, and outputs for items of any kind. What an item is, and
 * what network there is, is the method's business; a network of seconds keeps no checkpoints.
 *
 *     stage.run: ({ engine, seed }, context) => withEngine(engine, (opened) => answerCases(context, async (lesson) => {
 *       const network = await fitNetwork(opened, { build, inputs, targets }, { train, batch, epochs, optimiser, seed });
 *       return async (index) => softmaxOf((await network.run([index])).logits);
 *     }))
 */
import { trainingCodes } from '../../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type {
  Engine,
  EvaluationSession,
  Feeds,
  ModelState,
  TrainingSession,
  Values,
} from '../../../tensor/engine.ts';
import type { Graph } from '../../../tensor/ir.ts';
import type { Optimiser } from '../../../tensor/optimiser.ts';
import { batchesOf, batchSizes, shuffled } from '../../medicine/batches.ts';
import type { Progress } from '../../stage.ts';

export interface Network<Item> {
  /**
   * The graph for so many items: any inputs, the scalar output `loss` (a mean over the items), and what `run` is to give.
   * Parameters have the same names and shapes at every size.
   */
  readonly build: (batch: number) => Graph;
  /** Values of what the outputs besides `loss` depend on. */
  readonly inputs: (items: readonly Item[]) => Feeds;
  /** Values of the inputs that `loss` needs beside those. Asked for training and validation items alone. */
  readonly targets: (items: readonly Item[]) => Feeds;
}

export interface FitOptions<Item> {
  /** An item may stand here more than once. */
  readonly train: readonly Item[];
  /** Items per step; the last step of an epoch has what is left. */
  readonly batch: number;
  readonly epochs: number;
  readonly optimiser: Optimiser;
  /** Initial values, dropout and the order of the items depend on it alone. */
  readonly seed: number;
  /**
   * Loss of these items after every `every` epochs, dropout off. The parameters of the least loss are kept in the end, and
   * training ends once `patience` epochs brought none that is less. Without items nothing of this happens.
   */
  readonly valid?: { readonly items: readonly Item[]; readonly every: number; readonly patience: number };
  /** Asked after every epoch with the mean losses of all epochs so far: whether training ends. */
  readonly stop?: (losses: readonly number[]) => boolean;
  readonly progress?: (progress: Progress) => void;
}

export interface FittedNetwork<Item> {
  /** Mean training loss of each epoch, and the epoch whose parameters were kept, from 1. */
  readonly losses: readonly number[];
  readonly chosen: number;
  /** All outputs but `loss` for these items together, dropout off. Throws MED5201 if one is not finite. */
  run(items: readonly Item[]): Promise<Values>;
  /** Copies of the parameters, by name. */
  readParameters(): Promise<Values>;
}

/** Validation items looked at together. */
const lookSize = 64;
const lossOutput = 'loss';

/** Throws MED5003 or MED5201 if a loss is not finite. Sessions live as long as the engine (`withEngine`). */
export async function fitNetwork<Item>(
  engine: Engine,
  network: Network<Item>,
  options: FitOptions<Item>,
): Promise<FittedNetwork<Item>> {
  const { train, batch, epochs, optimiser, seed, valid, stop, progress } = options;
  const sizes = batchSizes(train.length, batch);
  const graphs = sizes.map((size) => network.build(size));
  const state = engine.createState(graphs[0] ?? network.build(1), { seed, optimiser });
  const steps = new Map<number, TrainingSession>();
  for (const [i, graph] of graphs.entries())
    steps.set(sizes[i] ?? 0, await engine.compileTraining(graph, { state, loss: lossOutput }));
  const evaluate = evaluatorOf(engine, network, state);
  const feeds = (items: readonly Item[]) => ({ ...network.inputs(items), ...network.targets(items) });

  const trainEpoch = async (epoch: number): Promise<number> => {
    let sum = 0;
    const order = shuffled([...train.keys()], seed, epoch);
    for (const places of batchesOf(order, batch)) {
      const items = places.flatMap((place) => train.slice(place, place + 1));
      const session = steps.get(items.length);
      if (!session) throw new RangeError(`no graph was compiled for a batch of ${items.length}`);
      sum += (await session.step(feeds(items))).loss * items.length;
    }
    return sum / train.length;
  };
  const look = async (items: readonly Item[], epoch: number): Promise<number> => {
    let sum = 0;
    for (let from = 0; from < items.length; from += lookSize) {
      const some = items.slice(from, from + lookSize);
      const { loss } = await evaluate(some.length, 'loss', feeds(some));
      sum += (loss?.[0] ?? Number.NaN) * some.length;
    }
    if (!Number.isFinite(sum)) throw diverged('the validation loss', epoch, optimiser.lr);
    return sum / items.length;
  };

  const losses: number[] = [];
  let best: { readonly epoch: number; readonly loss: number; readonly parameters: Values } | undefined;
  while (losses.length < epochs) {
    const epoch = losses.length + 1;
    const told: { train: number; valid?: number } = { train: await trainEpoch(epoch) };
    losses.push(told.train);
    if (valid && valid.items.length > 0 && epoch % valid.every === 0) {
      const loss = await look(valid.items, epoch);
      told.valid = loss;
      if (!best || loss < best.loss) best = { epoch, loss, parameters: await state.readParams() };
    }
    progress?.({ step: epoch, steps: epochs, losses: { ...told } });
    if (best && valid && epoch - best.epoch >= valid.patience) break;
    if (stop?.(losses)) break;
  }
  if (best) await state.writeParams(best.parameters);
  const chosen = best?.epoch ?? losses.length;
  return {
    losses,
    chosen,
    run: async (items) => {
      const values = await evaluate(items.length, 'outputs', network.inputs(items));
      for (const [name, data] of Object.entries(values))
        if (!data.every(Number.isFinite)) throw diverged(`the output \`${name}\``, chosen, optimiser.lr);
      return values;
    },
    readParameters: () => state.readParams(),
  };
}

/** Runs the loss or the other outputs for so many items. Graphs are compiled when a number of items is first seen. */
function evaluatorOf<Item>(engine: Engine, network: Network<Item>, state: ModelState) {
  const sessions = new Map<string, Promise<EvaluationSession>>();
  return async (size: number, what: 'loss' | 'outputs', feeds: Feeds): Promise<Values> => {
    const open = () => {
      const graph = network.build(size);
      const outputs = Object.keys(graph.outputs).filter(
        (name) => (name === lossOutput) === (what === 'loss'),
      );
      return engine.compileEvaluation(graph, { state, outputs });
    };
    const key = `${what} ${size}`;
    const session = sessions.get(key) ?? open();
    sessions.set(key, session);
    return (await session).run(feeds);
  };
}

function diverged(what: string, epoch: number, lr: number): MedxError {
  return new MedxError(report(trainingCodes, 'MED5201', { what, epoch, step: null, lr }));
}

/** For `stop`: whether none of the last `patience` epochs brought a smaller loss than all before. */
export function outOfPatience(patience: number): (losses: readonly number[]) => boolean {
  return (losses) => {
    const least = losses.reduce((best, loss, i) => (loss < (losses[best] ?? 0) ? i : best), 0);
    return losses.length - 1 - least >= patience;
  };
}
