/**
 * What a `.med` file means once imports, names, patches, `--set` and defaults are applied: plain JSON, the same for
 * every way of writing the same thing. `values` says where each value came from.
 */

import type { ReportChart, ReportColumn } from '../catalog/blocks/report.ts';
import type { PublishedNumbers } from '../catalog/published/index.ts';
import type { Expectation } from '../catalog/scores.ts';
import type { Profile } from '../catalog/types.ts';
import type { Method } from '../search/method.ts';
import type {
  BalanceParams,
  Corruptions,
  DetectorNumbers,
  EngineParams,
  FitParams,
  Modality,
  Step,
} from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';

export type ResolvedSpec = {
  readonly language: 1;
  readonly experiments: readonly ResolvedExperiment[];
  /** Absent where the file says nothing about reports. */
  readonly reports?: readonly ResolvedReport[];
  /** Every value in the order in which it was read. */
  readonly values: readonly ResolvedValue[];
};

export type ResolvedValue = {
  /** `d3_ablation.data.window`, `d3_ablation.full.log.transformer.layers`. */
  readonly path: string;
  /** As a file would write it: `60s`. */
  readonly text: string;
  /** `experiments/d3.med:12`, `default`, `profile sound`, `--set d3.window=30s`. */
  readonly origin: string;
};

/** Files about experiments. It has no part in what is computed. */
export type ResolvedReport = {
  readonly name: string;
  /** Paths with `/`, below the folder of the file, each with one of the known endings. */
  readonly write: readonly string[];
  /** Names of experiments. */
  readonly of: readonly string[];
  readonly title?: string;
  /** Names of rows; absent: all. */
  readonly rows?: readonly string[];
  readonly columns?: readonly ReportColumn[];
  readonly charts?: readonly ReportChart[];
  readonly note?: string;
};

export type ResolvedExperiment = {
  readonly name: string;
  readonly profile: Profile;
  readonly fit: 'train' | 'all';
  readonly seeds: readonly number[];
  /** Cross-validation; without it the dataset's split. */
  readonly folds?: ResolvedFolds;
  readonly engine: {
    readonly executor: EngineParams['executor'];
    readonly device: 'auto' | 'gpu' | 'cpu';
    readonly threads: number;
  };
  /** With what numbers the detector counts whose times are measured. */
  readonly detector: DetectorNumbers;
  readonly notes: readonly string[];
  readonly paper?: ResolvedPaper;
  readonly data: ResolvedDataset;
  readonly variants: readonly ResolvedVariant[];
  readonly baselines: readonly ResolvedBaseline[];
  /** What scores should be; absent where nothing is expected. */
  readonly expect?: readonly ResolvedExpectation[];
  /** The row that the others are compared with; absent for the best. */
  readonly against?: string;
};

/** Published numbers by row of the experiment. */
export type ResolvedPaper = {
  /** `Tao et al., ASE 2024, table 3, on d1`. */
  readonly source: string;
  readonly rows: { readonly [row: string]: PublishedNumbers };
};
export type ResolvedExpectation = Expectation & { readonly row: string };

export type ResolvedDataset = {
  readonly name: string;
  /** In order of preference: what follows the first stands in for it. */
  readonly from: readonly ResolvedCall[];
  /** Milliseconds. */
  readonly window: number;
  readonly before: number;
  readonly after: number;
  readonly split: ResolvedSplit;
  readonly classes?: readonly string[];
  /** The published set that it is. */
  readonly paper?: string;
};

type Shares = { readonly train: number; readonly valid: number; readonly test: number };
type Overlap = { readonly overlap: 'together' | 'apart' };
type GroupedBy = { readonly by: 'service' | 'instance' | 'day' };

export type ResolvedSplit =
  | (Shares & Overlap & { readonly kind: 'stratified'; readonly seed?: number })
  | (Shares & Overlap & { readonly kind: 'random'; readonly seed?: number })
  | (Shares & GroupedBy & { readonly kind: 'grouped'; readonly seed?: number })
  | (Shares & { readonly kind: 'temporal' })
  /** The set's own marks; `valid` is a share of its training cases. */
  | (Overlap & { readonly kind: 'published'; readonly valid: number; readonly seed?: number });

export type ResolvedFolds = { readonly folds: number; readonly valid: number } & (
  | (Overlap & { readonly kind: 'stratified'; readonly repeats?: number })
  | (GroupedBy & { readonly kind: 'grouped'; readonly repeats?: number })
  | { readonly kind: 'temporal' }
);

export type ResolvedCall = { readonly call: string; readonly args: { readonly [name: string]: Json } };

/** A point of a sweep: the row it changes, and how. */
export type ResolvedPoint = {
  readonly of: string;
  readonly settings: { readonly [path: string]: Json };
  /** How it was found, where chance had a part: `random(20, seed: 7)`. */
  readonly drawn?: string;
};

export type ResolvedVariant = {
  readonly name: string;
  readonly model: ResolvedModel;
  readonly train: FitParams;
  /** Of the modalities that the model encodes; empty = clean telemetry. */
  readonly corrupt: Corruptions;
  readonly point?: ResolvedPoint;
  /** Its jobs choose some settings themselves, among those of `axes`. */
  readonly search?: ResolvedSearch;
};

export type ResolvedSearch = {
  readonly method: Method;
  readonly axes: readonly ResolvedAxis[];
};

/** With `range` any value between the first and the last of `values`; else one of them. */
export type ResolvedAxis = {
  readonly path: string;
  readonly range?: { readonly log: boolean; readonly whole: boolean };
  readonly values: readonly {
    readonly value: Json;
    /** The variant with it. */
    readonly model: ResolvedModel;
    readonly train: FitParams;
  }[];
};

/** A method to compare with. Where it is made for other telemetry than the data has, the plan leaves it out and says so. */
export type ResolvedBaseline = {
  readonly name: string;
  readonly method: string;
  readonly settings: { readonly [name: string]: Json };
  /** Of the modalities that the method reads; empty = clean telemetry. */
  readonly corrupt: Corruptions;
  readonly point?: ResolvedPoint;
};

export type ResolvedModel = {
  readonly name: string;
  readonly dim: number;
  readonly encoders: { readonly [modality in Modality]?: readonly ResolvedStep[] };
  readonly fuse: string;
  readonly balance: BalanceParams;
};

/** A step with what stands in for it, in order of preference. */
export type ResolvedStep = Step & { readonly else?: readonly Step[] };
