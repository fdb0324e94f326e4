/**
 * What a stage is: (kind, version, parameters, input hashes) → artefact. The store, the scheduler and the processes
 * live in `src/run`; a stage only sees its context.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A dense row-major array. `data.length` is the product of `shape`. */
export interface NamedArray<A extends NumberArray = NumberArray> {
  readonly shape: readonly number[];
  readonly data: A;
}

/** A finished artefact: a folder that never changes again. */
export interface ArtefactReader {
  readonly hash: string;
  json<T>(name: string): T;
  array<A extends NumberArray = NumberArray>(name: string): NamedArray<A>;
  has(name: string): boolean;
  /** Absolute path of a file or folder inside the artefact. */
  path(name: string): string;
  /** The same, once the contents of the file or of all files of the folder are found to be what was written. */
  checkedPath(name: string): Promise<string>;
}

/** An artefact being written. It becomes readable only when the stage returns. */
export interface ArtefactWriter {
  json(name: string, value: unknown): void;
  array(name: string, array: NamedArray): void;
  /** Absolute path at which the stage may create a file or folder of this name. */
  path(name: string): string;
}

/** Something counted or chosen on the way that the reader of a table must know, for example a stand-in or refused rows. */
export interface Notice {
  readonly code: string;
  readonly message: string;
  readonly count?: number;
}

/** One epoch (or any other unit of progress) of a long stage. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** Loss by name: `train`, `valid`, `train.log`, `valid.metric`, … */
  readonly losses?: Readonly<Record<string, number>>;
  /** Modality → MAO's θ (equation 11) and the factors in force. */
  readonly theta?: Readonly<Record<string, number>>;
  readonly factors?: Readonly<Record<string, number>>;
  readonly note?: string;
}

/** What a method took. Kept beside the artefact with the stage's time: another run of the same stage takes another time. */
export interface StageCost {
  /** Learning from the training cases, reading what they are learnt from included. Absent where it was interrupted. */
  readonly fit_seconds?: number;
  /** Answering each test case by itself, from what the stage was given. */
  readonly answer_seconds: readonly number[];
  /** Each test case by itself from its records in memory to the answer: templates, features and model. Absent where it was not measured. */
  readonly detect_seconds?: readonly number[];
  /** The same where the records before the last window were taken as they came: from the end of that window. */
  readonly online_seconds?: readonly number[];
}

export interface StageContext {
  readonly inputs: Readonly<Record<string, ArtefactReader>>;
  readonly out: ArtefactWriter;
  /** Folder that holds the datasets (`--data-root`, `MEDX_DATA`, `./data`). */
  readonly dataRoot: string;
  /** Folder kept between attempts of this stage, for checkpoints; gone once the artefact is finished. */
  readonly workDir: string;
  /** Folder shared by all stages for caches keyed by content (template embeddings, models). Write beside and rename. */
  readonly cacheDir: string;
  progress(progress: Progress): void;
  notice(notice: Notice): void;
  /** Tells what fitting and answering took. Of several the last counts. */
  cost(cost: StageCost): void;
}

export interface StageKind<P extends JsonObject = JsonObject> {
  readonly kind: string;
  /** Raise it when the same parameters and inputs would give another artefact. It is part of the hash. */
  readonly version: number;
  /** `train` runs in a process of its own; `light` may share one. */
  readonly cost: 'light' | 'train';
  run(params: P, context: StageContext): Promise<void>;
}
