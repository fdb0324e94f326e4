/**
 * What a way to balance modalities is: the objective of the training graph, what feeds and scales a step, and a state that it
 * carries from step to step and from epoch to epoch. One file per way; the loop and the network know none of them.
 */
import * as t from '../../../tensor/build.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { ScaleMode } from '../../../tensor/optimiser.ts';
import type { GroupRules } from '../../../tensor/rules.ts';
import type { Modality } from '../../contracts.ts';
import type { JsonObject } from '../../stage.ts';
import type { Encoding } from '../fusion/fusion.ts';
import { names } from '../names.ts';

/** What the network hands over for the objective. */
export interface TrainingParts {
  /** `[batch, dim]` each. */
  readonly encodings: readonly Encoding[];
  /** Logits `[n, classes]` of the model from encodings of n cases; the same parameters however often it is asked. */
  readonly fuse: (encodings: readonly Encoding[]) => Node;
  /** Logits of a modality's own linear head on an encoding. */
  readonly headOf: (modality: Modality, encoding: Node) => Node;
  /** int32 `[batch]`. */
  readonly labels: Node;
  /** `[batch]`; 0 where a place holds no case. */
  readonly weights: Node;
  readonly classes: number;
}

export interface Objective {
  /** What is minimised, a scalar. */
  readonly objective: Node;
  /** The losses as they are told, of the model and of each head, unscaled. */
  readonly losses: { readonly [of: string]: Node };
  /** Scalars beside. */
  readonly outputs?: { readonly [name: string]: Node };
}

/** What a step trains with: scalar inputs by name, and scales of the encoders' updates (or gradients). */
export interface Drive {
  readonly feeds: { readonly [input: string]: number };
  readonly scales: { readonly [modality in Modality]?: number };
}

/** What a step did to a modality: factors on the update of its encoder and on its features, the weight of its loss. */
export interface Applied {
  readonly update: number;
  readonly feature: number;
  readonly weight?: number;
}

/** Mean losses of one epoch, in nats per case. */
export interface EpochLoss {
  readonly train: number;
  readonly valid: number;
}
export type EpochLosses = { readonly [of in Modality | 'model']?: EpochLoss };

/** Equations 10 and 11 at the end of an epoch; null where a way has no such numbers, or not yet. */
export interface Verdict {
  readonly rho: { readonly [modality in Modality]?: number } | null;
  readonly theta: { readonly [modality in Modality]?: number } | null;
}
export const noVerdict: Verdict = { rho: null, theta: null };

/** `State` is JSON: a checkpoint keeps it. */
export interface Balancing<State extends JsonObject = JsonObject> {
  readonly rules?: GroupRules;
  readonly scaleMode?: ScaleMode;
  /** Scalar outputs of the training graph that `applied` and `observe` are told. */
  readonly outputs?: readonly string[];
  readonly initial: State;
  build(g: GraphBuilder, parts: TrainingParts): Objective;
  drive(state: State): Drive;
  applied?(state: State, modality: Modality, told: Told): Applied;
  /** After a step. */
  observe?(state: State, told: Told): State;
  /** After an epoch with validation losses. */
  evaluate?(state: State, losses: EpochLosses): { readonly state: State; readonly verdict: Verdict };
  /** A further step at the end of an epoch, on its last batch, with rules of its own. */
  readonly after?: {
    readonly rules?: GroupRules;
    /** Undefined where the epoch that has ended gets none. */
    drive(state: State): Drive | undefined;
    applied(state: State, modality: Modality): Applied;
  };
}

export type Told = { readonly [output: string]: number };

export const neutral: Applied = { update: 1, feature: 1 };

/** Mean cross entropy by the weights of the cases. */
export const lossOf = (g: GraphBuilder, { labels, weights }: TrainingParts, logits: Node): Node =>
  t.crossEntropy(g, logits, labels, weights);

/**
 * Losses of the model and of every head. `reached` is the encoding as the fusion gets it, `seen` as the head gets it: behind a
 * stop of its gradient the head learns beside the model and changes nothing.
 */
export function lossesOf(
  g: GraphBuilder,
  parts: TrainingParts,
  reached: (encoding: Encoding) => Node,
  seen: (encoding: Encoding) => Node,
): Record<string, Node> {
  const scaled = parts.encodings.map((one) => ({ modality: one.modality, node: reached(one) }));
  const losses: Record<string, Node> = { [names.loss('model')]: lossOf(g, parts, parts.fuse(scaled)) };
  for (const one of parts.encodings) {
    losses[names.loss(one.modality)] = lossOf(g, parts, parts.headOf(one.modality, seen(one)));
  }
  return losses;
}

export const sumOf = (g: GraphBuilder, nodes: readonly Node[]): Node =>
  nodes.reduce((sum, node) => t.add(g, sum, node));

/** The smaller of two scalars. */
export const smaller = (g: GraphBuilder, a: Node, b: Node): Node => t.where(g, t.greater(g, a, b), b, a);

/** The scalar output that scales the updates of a modality's encoder. */
export const scaleOutput = (modality: Modality): string => `scale.${modality}`;

export function zip<V>(
  modalities: readonly Modality[],
  of: (modality: Modality) => V,
): { [modality in Modality]?: V } {
  return Object.fromEntries(modalities.map((name) => [name, of(name)]));
}
