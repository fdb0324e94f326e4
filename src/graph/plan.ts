/** The plan: which stages would run, in which order, and which rows of which table they fill. Plain data. */
import type { Provenance } from '../catalog/baselines/index.ts';
import type { PublishedNumbers } from '../catalog/published/index.ts';
import type { Expectation } from '../catalog/scores.ts';
import type { JsonObject } from '../stages/stage.ts';

export type { Expectation, Provenance, PublishedNumbers };

/** (kind, version, params, inputs) → artefact. The hash of those four is its address in the store. */
export interface StageNode {
  readonly hash: string;
  readonly kind: string;
  readonly version: number;
  readonly params: JsonObject;
  /** Input name → hash of the stage that makes it. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly cost: 'light' | 'train';
  /** For people: `drain d3 seed 1`. Not part of the hash. */
  readonly label: string;
}

export interface PlannedJob {
  readonly seed: number;
  /** Absent without cross-validation. Counts on over the repeats of a seed. */
  readonly fold?: number;
  /** With several foldings per seed: which one. */
  readonly repeat?: number;
  /** The `train` or `baseline` stage whose `predictions` are scored. */
  readonly hash: string;
  /** The stage that chose settings of its training, where the row has a search. */
  readonly search?: string;
  /** The stage that times its model on single cases; of one job of a row, if of any. */
  readonly detect?: string;
}

export interface PlannedRow {
  readonly name: string;
  readonly kind: 'variant' | 'baseline';
  /** Of a baseline: how near it is to what its authors did. */
  readonly provenance?: Provenance;
  readonly jobs: readonly PlannedJob[];
  /** What is wrong with its telemetry, one text per side: `at test: log drop 30%`. Absent if nothing is. */
  readonly corrupted?: readonly string[];
  /** Settings of a sweep point, for example `{ "mao.alpha": 0.3 }`. */
  readonly point?: JsonObject;
  /** What was published of the row, where the file asks for it. */
  readonly published?: PublishedNumbers;
  /** What its scores should be. Absent where nothing is expected. */
  readonly expect?: readonly Expectation[];
}

export interface PlannedExperiment {
  readonly name: string;
  /** Name of the dataset block. */
  readonly data: string;
  /** True if the telemetry comes from the simulator. Every table says so. */
  readonly simulated: boolean;
  /** Stand-ins that the file named with `else` and that were taken, in words. */
  readonly standIns: readonly string[];
  /** The `cases` stage of its data. */
  readonly cases: string;
  /** The stage that looks for leaks. */
  readonly audit?: string;
  readonly rows: readonly PlannedRow[];
  /** Free text of the experiment that every table repeats, for example that type and day are confounded. */
  readonly notes: readonly string[];
  /** Where the published numbers of its rows are from. */
  readonly paper?: string;
  /** The row that the others are compared with; absent for the best. */
  readonly against?: string;
}

export interface Plan {
  readonly experiments: readonly PlannedExperiment[];
  /** Every stage once, inputs before users. */
  readonly stages: readonly StageNode[];
  /** Stages that are wanted for themselves, not for a row. */
  readonly goals?: readonly string[];
}
