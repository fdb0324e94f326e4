/** The shapes that stages hand to each other and that the plan writes into a training stage's parameters. */
import type { Method } from '../search/method.ts';
import type { Range } from '../search/space.ts';
import type { Json } from './stage.ts';

export type Modality = 'log' | 'metric' | 'trace';
export { modalities } from '../catalog/modalities.ts';

/** One stage of a pipeline with every default filled in: `transformer(layers: 1, heads: 8)`. */
export type Step = { readonly op: string; readonly args: { readonly [name: string]: Json } };

/** Artefact of stage `cases`, file `cases`. Times are epoch milliseconds, UTC. */
export type CaseTable = {
  readonly simulated: boolean;
  readonly classes: readonly string[];
  readonly windows: number;
  /** 0 where a case is one window of its own length (extracted events without times). */
  readonly windowMs: number;
  /** The labels have no times: `injected`, `start` and `end` of every case are 0, `day` is empty. */
  readonly timeless?: true;
  readonly cases: readonly CaseRow[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
};

/** The parts of a split. */
export type SplitPart = 'train' | 'valid' | 'test';

export type CaseRow = {
  /** Stable and readable: `2023-01-29T08:43:04Z ts-contacts-service`. */
  readonly id: string;
  readonly injected: number;
  readonly start: number;
  readonly end: number;
  /** Index into `classes`. */
  readonly label: number;
  readonly service: string;
  readonly instance: string;
  readonly day: string;
  /** Cases whose intervals overlap share a group; a sound split keeps a group on one side. */
  readonly group: number;
  /** Where the set itself marks the case; absent where it marks nothing. */
  readonly part?: SplitPart;
};

/**
 * Parameters of stage `split`. `groups`: whether cases whose intervals overlap stay on one side; with `grouped` and `temporal`
 * they do. `seed` is 0 where nothing is drawn.
 */
export type SplitParams = { readonly seed: number; readonly groups: 'together' | 'apart' } & (
  | (Parting & (Shares | Fold))
  /** Classes are not looked at. */
  | (Shares & { readonly kind: 'random' })
  /** The marks of the set; `valid` is the share of its training cases, if it marks no validation cases. */
  | { readonly kind: 'published'; readonly valid: number }
);

type Parting =
  | { readonly kind: 'stratified' }
  | { readonly kind: 'grouped'; readonly by: 'service' | 'instance' | 'day' }
  | { readonly kind: 'temporal' };

type Shares = { readonly train: number; readonly valid: number; readonly test: number };

/** `fold` counts from 0; `valid` is the share of the cases outside the fold. `repeat` counts foldings of a seed; absent for one. */
type Fold = {
  readonly folds: number;
  readonly fold: number;
  readonly valid: number;
  readonly repeat?: number;
};

/** Artefact of stage `split`, file `split`: indices into `CaseTable.cases`. */
export type Split = {
  readonly train: readonly number[];
  readonly valid: readonly number[];
  readonly test: readonly number[];
};

/** Artefact of stage `spans`, file `axes`: what its codes stand for, each list sorted by code unit. */
export type SpanAxes = {
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly instances: readonly string[];
  /** As the set writes them; the empty text where it says nothing. See `isFailure` (`src/data/windows/status.ts`). */
  readonly statuses: readonly string[];
};

/**
 * Artefact of stage `events`: what a detector raised in the cases. Any stage that finds events in raw telemetry can make
 * the same. `events.parquet` has one row per event, ordered by `case, position`:
 *
 *     case      int32     index into `CaseTable.cases`
 *     position  int32     counts from 0 in each case: by time; those without a time behind, by modality and as in the files
 *     time      double    epoch milliseconds, null where the set gives none
 *     modality  int32     index into `modalities`
 *     item      int32     what was noticed: index into `items[modality].rows`
 *     instance  int32     where: index into `instances` (log, metric: the instance; trace: the callee, null where
 *                         the set names none)
 *     caller    int32     index into `instances`; null unless a trace event has one
 *     count     int32     occurrences that the event stands for, at least 1
 *     messages  varchar[] texts of log lines, the most telling one first; null without
 *
 * File `axes` is this type. A word for an event, as fastText wants one, is its fields joined: `mobservice1_cpu_up`.
 * File `topology` (`EventTopology`) is there where the set tells how its instances are joined.
 */
export type EventAxes = {
  /** All that events or the topology name, sorted by code unit. */
  readonly instances: readonly string[];
  /** Modalities that the set has; `rows` are sorted, empty text where the set says nothing. */
  readonly items: {
    readonly [modality in Modality]?: {
      readonly fields: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };
  };
  /** Texts by template id, where the set has them. */
  readonly templates: readonly { readonly id: string; readonly text: string }[];
};

/** Per case, null where the set says nothing of it: indices into `EventAxes.instances`. An edge goes from caller to callee. */
export type EventTopology = readonly ({
  readonly nodes: readonly number[];
  readonly edges: readonly (readonly [from: number, to: number])[];
} | null)[];

/**
 * Artefact of stage `events.find`, file `usual`: template id → how many of its lines a training case has, on average, in as much
 * time before its fault as is looked at after it. A template that is not there is unusual.
 */
export type UsualLines = { readonly [template: string]: number };

/**
 * Artefact of stage `features.events`, for one modality: array `x` `[case, window, event]` and file `axes`, and of stages
 * `features.log|metric|trace`: array `x` (float32) and file `axes`.
 * log `[case, window, dim]`, metric `[case, instance, window, kpi]`, trace `[case, window, link]`. Never NaN.
 */
export type FeatureAxes = {
  readonly modality: Modality;
  readonly instances?: readonly string[];
  readonly kpis?: readonly string[];
  readonly links?: readonly string[];
  /** Kinds of extracted events. */
  readonly events?: readonly string[];
  /** Per case: number of windows with at least one record. 0 = the modality is missing for that case. */
  readonly coverage: readonly number[];
};

/** What is wrong with the records of some cases. Shares are 0..1, delays milliseconds; what is absent is sound. */
export type Corruption = {
  readonly log?: { readonly drop?: number; readonly delay?: number };
  readonly metric?: { readonly drop?: number; readonly noise?: number; readonly delay?: number };
  readonly trace?: { readonly drop?: number; readonly noise?: number; readonly delay?: number };
  readonly mask?: { readonly instance?: number };
};

/** By side of the split: training and validation cases, test cases. */
export type Corruptions = { readonly train?: Corruption; readonly test?: Corruption };

/** Parameters of stage `train`. Every value is resolved: no default is filled in after this. */
export type TrainParams = {
  readonly model: ModelParams;
  readonly train: FitParams;
  readonly seed: number;
  readonly engine: EngineParams;
};

/** Parameters of stage `search`: the training that it is about, and what may change in it. */
export type SearchParams = TrainParams & {
  readonly search: { readonly method: Method; readonly axes: readonly SearchAxis[] };
};

/** A place in `{ model, train }` of the parameters: `['train', 'optimiser', 'lr']`. */
export type ParamPlace = readonly (string | number)[];

export type SearchAxis = { readonly path: string } & (
  | { readonly range: Range; readonly at: ParamPlace }
  /** By value: what is other than in the parameters; without `value` it is not there. */
  | { readonly items: readonly SearchItem[] }
);

export type SearchItem = {
  readonly value: Json;
  readonly changes: readonly { readonly at: ParamPlace; readonly value?: Json }[];
};

/** Artefact of stage `search`, file `search`. */
export type SearchResult = {
  /** In the order in which they were tried. `loss`: nats per validation case, null where training came to no finite numbers. */
  readonly tried: readonly {
    readonly settings: { readonly [path: string]: Json };
    readonly epochs: number;
    readonly loss: number | null;
  }[];
  /** Position in `tried`. */
  readonly chosen: number;
  /** The parameters of the chosen one. */
  readonly params: Pick<TrainParams, 'model' | 'train'>;
};

/** Of what the products of a detector are made: with `int8` they are quicker, and answers only near those of the model. */
export type DetectorNumbers = 'float32' | 'int8';

/** Artefact of stage `detect`, file `detection`. */
export type Detection = {
  /** Records of the timed cases, on average. */
  readonly records: { readonly [modality in Modality]?: number };
  readonly ids: readonly string[];
  readonly numbers: DetectorNumbers;
  /** Largest difference of a probability from that of the run, where cases are answered in batches. */
  readonly difference: number;
  /** Timed cases of which another type is named than by the run. */
  readonly other_answers: number;
};

export type ModelParams = {
  readonly dim: number;
  /** Trainable steps per modality; an absent modality is not read. */
  readonly encoders: { readonly [modality in Modality]?: readonly Step[] };
  readonly fuse: { readonly kind: 'channel_attention' | 'reference' | 'concat' | 'gated' | 'sum' };
  readonly balance: BalanceParams;
};

export type BalanceParams =
  | { readonly kind: 'none' }
  | ({
      readonly kind: 'mao';
      readonly alpha: number;
      readonly beta: number;
      /** METHOD section 4: the `sound` default column, the equations read literally, or section 5. */
      readonly schedule: 'sound' | 'literal' | 'reference';
      /** Weight of the unimodal heads' gradient into what they share with the model; 0 = stop-gradient. */
      readonly aux: number;
      /** Absent: a linear layer per modality. */
      readonly heads?: 'gates';
      /** Where it departs from the schedule. */
    } & Partial<MaoReading>)
  /** METHOD section 7. `noise`: standard deviations of the gradient. */
  | { readonly kind: 'ogm_ge'; readonly alpha: number; readonly noise: number }
  /** Weights are estimated anew after so many epochs. */
  | { readonly kind: 'g_blend'; readonly every: number }
  | { readonly kind: 'agm'; readonly alpha: number }
  | { readonly kind: 'mmpareto' };

/** How the open points of MAO are read (METHOD 4 and 5). What each word means is in `catalog/blocks/mao.ts`. */
export type MaoReading = {
  readonly ratio: 'smoothed' | 'raw' | 'floored';
  readonly theta: 'softmax' | 'sigmoid';
  /** Least spread of θ that modulates; 0 = any. */
  readonly tie: number;
  readonly scale: 'update' | 'gradient';
  readonly roles: 'paper' | 'swapped';
  readonly enhance: 'complement' | 'product' | 'gain';
  readonly enhanced: 'backward' | 'feature' | 'encoder';
  readonly apply: 'batches' | 'epoch_end';
  /** Epochs after the first that are modulated; 0 = all. */
  readonly until: number;
  /** Standard deviations of the gradient. */
  readonly noise: number;
  readonly aux_weight: 'constant' | 'sigmoid' | 'detached_sigmoid';
};

export type FitParams = {
  readonly optimiser:
    | {
        readonly kind: 'adamw';
        readonly lr: number;
        readonly weight_decay: number;
        readonly beta1: number;
        readonly beta2: number;
        readonly eps: number;
      }
    | { readonly kind: 'sgd'; readonly lr: number; readonly weight_decay: number; readonly momentum: number };
  readonly epochs: number;
  readonly batch: number;
  readonly dropout: number;
  readonly select: 'best_valid' | 'last';
  /** Epochs without a better validation loss after which training ends; 0 = never. */
  readonly patience: number;
  readonly class_weight: 'none' | 'balanced';
  /** Absent: the training cases as they are. */
  readonly class_balance?: 'recombine';
};

export type EngineParams = {
  readonly executor: 'onnx' | 'tfjs';
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly threads: number;
};

/** Artefact of stages `train` and `baseline`, file `predictions`. Probabilities are in the order of `classes`. */
export type Predictions = {
  readonly classes: readonly string[];
  readonly valid: readonly CasePrediction[];
  readonly test: readonly CasePrediction[];
};

export type CasePrediction = {
  readonly id: string;
  readonly truth: number;
  readonly answer: number;
  readonly probabilities: readonly number[];
};

/** Artefact of stage `train`, file `history`. Losses are nats per case; epochs count from 1. */
export type History = {
  readonly modalities: readonly Modality[];
  /** Number of trained numbers. */
  readonly parameters: number;
  readonly epochs: readonly EpochRecord[];
  /** The epoch whose parameters were kept. */
  readonly chosen: number;
};

export type EpochRecord = {
  readonly epoch: number;
  readonly loss: LossPair;
  /** Share of validation cases answered rightly; null without validation cases. */
  readonly accuracy: number | null;
  readonly unimodal: { readonly [modality in Modality]?: UnimodalRecord };
};

/** `train` is the mean over the epoch's batches (dropout on); `valid` is null without validation cases. */
export type LossPair = { readonly train: number; readonly valid: number | null };

export type UnimodalRecord = LossPair & {
  /** Equation 10 and 11 at the end of this epoch; null until two epochs have been seen, or without MAO. */
  readonly rho: number | null;
  readonly theta: number | null;
  /** Mean over the steps of this epoch: on the update of the encoder's parameters and on its features. */
  readonly update: number;
  readonly feature: number;
  /** Of the loss of its head in the objective, where it has one (G-Blend). */
  readonly weight?: number;
};

/** Artefact of stage `train`, file `model`: what `model.onnx` takes and gives. */
export type ModelCard = {
  readonly classes: readonly string[];
  /** Name of an input (the modality) → shape of one case, without the leading batch axis. */
  readonly inputs: { readonly [modality in Modality]?: readonly number[] };
  /** Names of outputs `[batch, classes]`, probabilities in the order of `classes`. */
  readonly outputs: {
    readonly probabilities: string;
    readonly unimodal: { readonly [modality in Modality]?: string };
  };
};
