/** How the vocabulary is written down: blocks, settings, calls, steps and the types of their values, as data. */
import type { Modality } from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';

/** Whether defaults are the method's sound reading, the paper's letter, or what the authors' code does. */
export const profiles = ['sound', 'paper', 'reference'] as const;
export type Profile = (typeof profiles)[number];

export type NumberRange = {
  readonly min?: number;
  readonly max?: number;
  /** Exclusive bounds. */
  readonly above?: number;
  readonly below?: number;
};

export type ChoiceWord = { readonly name: string; readonly doc: string };

/** What may stand as a value, and what it becomes in the resolved file. */
export type ValueType =
  | ({ readonly kind: 'number'; readonly integer?: boolean } & NumberRange)
  /** `64%` or `0.64` → 0.64; with `all` that word too, for 1. */
  | ({ readonly kind: 'fraction'; readonly all?: true } & NumberRange)
  /** `60s` → milliseconds; the range too is in milliseconds. */
  | ({ readonly kind: 'duration' } & NumberRange)
  /** `"text"`. */
  | { readonly kind: 'text' }
  /** One word of a closed list. */
  | { readonly kind: 'choice'; readonly of: readonly ChoiceWord[] }
  /** The name of a block, or of a row, which may be in quotes. */
  | { readonly kind: 'reference'; readonly to: string }
  | { readonly kind: 'list'; readonly of: ValueType; readonly atLeast?: number }
  /** A word of the list, or `mask("NAME", "pattern")` → { name, pattern }. */
  | { readonly kind: 'mask'; readonly of: readonly ChoiceWord[] }
  /** `1..5`, `[1, 2, 7]` or `3` → a list of whole numbers, each once. */
  | { readonly kind: 'integers'; readonly min: number }
  /** `10m before .. 10m after` → { before, after } in milliseconds. */
  | { readonly kind: 'around' }
  /** One of several calls → { call, args }. With `alternatives`, `a else b` → a list of them. */
  | { readonly kind: 'call'; readonly of: readonly CallSpec[]; readonly alternatives?: boolean };

/** A setting of a block or an argument of a call. */
export type SettingSpec = {
  readonly name: string;
  readonly type: ValueType;
  readonly doc: string;
  /** Absent with neither default: the value has to be given, or is optional. */
  readonly default?: Json;
  /** Defaults that belong to profiles; `default` is that of the others. */
  readonly profile?: { readonly [profile in Profile]?: Json };
  readonly optional?: boolean;
  /** Left out of what is resolved where it has its `default`: whatever was computed before the setting was there keeps its address. */
  readonly added?: true;
  /** Of a step that several modalities share: the pipelines in which it has this argument. */
  readonly only?: readonly Modality[];
};

/** `stratified(train: 64%, …)`. Arguments may be given by position, in this order. */
export type CallSpec = {
  readonly name: string;
  readonly doc: string;
  readonly args: readonly SettingSpec[];
};

/** A source of a dataset. It gives records of telemetry, or events that a detector has extracted from them. */
export type SourceSpec = CallSpec & { readonly gives?: 'events' };

/** A statement with a form of its own, such as `encode log = …`. */
export type FormSpec = { readonly key: string; readonly form: string; readonly doc: string };

export type BlockSpec = {
  readonly name: string;
  readonly doc: string;
  readonly settings: readonly SettingSpec[];
  readonly blocks: readonly BlockSpec[];
  readonly forms: readonly FormSpec[];
  /** Holds what the block around it holds: the reference does not list it again. */
  readonly repeats?: true;
};

/**
 * What flows along an arrow: `templates[case]`, `sequence[window, dim]`. A `*` among the dimensions of what a step
 * takes stands for any.
 */
export type SignalType = string;

/** Where a step runs: in a stage of its own, in the features of its modality, or inside the trained model. */
export type StepPlace = 'drain' | 'embed' | 'features' | 'model';

export type StepSpec = CallSpec & {
  readonly place: StepPlace;
  /** Tried in order: the first whose left side fits says what comes out. */
  readonly signatures: readonly { readonly takes: SignalType; readonly gives: SignalType }[];
};
