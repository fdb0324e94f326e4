/**
 * The syntax tree: plain data with the span of every node. It knows four shapes (block, setting, pipeline, value) and
 * no vocabulary: what a key or a step means is decided in `src/spec` with the catalog.
 */
import type { SourceSpan } from '../text/source.ts';

export interface FileNode {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly span: SourceSpan;
}

/** A word with its place. */
export interface Ident {
  readonly text: string;
  readonly span: SourceSpan;
}

/**
 * `med 1`, `import "x"`, `window = 60s`, `encode log = …`, `mao { … }`, `sweep full each { … }`: a key, further words,
 * then a value or a block or neither.
 */
export interface Statement {
  readonly key: Ident;
  readonly words: readonly Word[];
  readonly value?: Value;
  readonly block?: Block;
  /** True if part of it did not parse: its mistakes are reported already. */
  readonly broken: boolean;
  readonly span: SourceSpan;
}

export interface Block {
  readonly statements: readonly Statement[];
  readonly span: SourceSpan;
}

/** A call where a word takes arguments: `sweep full random(20) { … }`. */
export type Word = NameValue | StringValue | NumberValue | CallValue;

export type Value =
  | NumberValue
  | StringValue
  | NameValue
  | CallValue
  | ListValue
  | RangeValue
  | ChoiceValue
  | PipelineValue
  | PatchedValue;

export interface NumberValue {
  readonly kind: 'number';
  readonly value: number;
  /** As written: `s`, `%`; empty without a unit. */
  readonly unit: string;
  /** As in `10m before .. 10m after`. */
  readonly side?: 'before' | 'after';
  readonly span: SourceSpan;
}

export interface StringValue {
  readonly kind: 'string';
  readonly text: string;
  readonly span: SourceSpan;
}

export interface NameValue {
  readonly kind: 'name';
  readonly text: string;
  readonly span: SourceSpan;
}

export interface CallValue {
  readonly kind: 'call';
  readonly name: Ident;
  readonly args: readonly Argument[];
  readonly span: SourceSpan;
}

export interface Argument {
  readonly name?: Ident;
  readonly value: Value;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly span: SourceSpan;
}

/** `1..5`, `0.1..0.9 step 0.1`, `10m before .. 10m after`. Both ends included. */
export interface RangeValue {
  readonly kind: 'range';
  readonly from: NumberValue;
  readonly to: NumberValue;
  readonly step?: NumberValue;
  readonly span: SourceSpan;
}

/** `first else second`: the first that is available. Binds tighter than `->`. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly Value[];
  readonly span: SourceSpan;
}

export interface PipelineValue {
  readonly kind: 'pipeline';
  readonly steps: readonly Value[];
  readonly span: SourceSpan;
}

/** `medicine without mao`. */
export interface PatchedValue {
  readonly kind: 'patched';
  readonly base: Value;
  readonly patches: readonly Patch[];
  readonly span: SourceSpan;
}

export type Patch =
  | { readonly kind: 'only' | 'without'; readonly targets: readonly NameValue[]; readonly span: SourceSpan }
  | { readonly kind: 'with'; readonly settings: readonly Statement[]; readonly span: SourceSpan }
  | CorruptPatch;

/** `corrupt log drop 30% at train`. As a line of its own it is a `Statement` with these words. */
export interface CorruptPatch {
  readonly kind: 'corrupt';
  /** `log`, `drop`, `30%`, and with a side `at`, `train`. */
  readonly words: readonly Word[];
  readonly span: SourceSpan;
}
