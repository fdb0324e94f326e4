/**
 * What a trainable step of a pipeline is: it takes one typed value and gives another. One file per step; the registry
 * is `index.ts`, the encoders around them `encoders.ts`.
 */
import { trainingCodes } from '../../../diagnostics/codes/training.ts';
import { MedxError, report } from '../../../diagnostics/diagnostic.ts';
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import type { Modality, Step } from '../../contracts.ts';
import type { Repeats } from './repeats.ts';

/**
 * - channels `[batch, instance, window, kpi]`
 * - sequence `[window, batch, width]`: time-major, so that attention needs no transposed copies
 * - vector `[batch, width]`
 */
export type Value = { readonly kind: 'channels' | 'sequence' | 'vector'; readonly node: Node };

export type StepContext = {
  readonly g: GraphBuilder;
  readonly modality: Modality;
  /** The model's d. */
  readonly dim: number;
  /** Rate of every dropout. */
  readonly dropout: number;
  /** Prefix of the step's parameters, unique in the model. */
  readonly name: string;
  /** Whether the step can tell windows apart by sinusoidal positions. */
  readonly position: boolean;
  /** Where rows of a sequence stand for several windows. */
  readonly repeats?: Repeats | undefined;
};

export type StepDef = {
  readonly op: string;
  readonly takes: Value['kind'];
  build(context: StepContext, value: Value, args: Step['args']): Value;
};

/** A number from the file; the language has checked its type and range. */
export function countArg(context: StepContext, step: string, args: Step['args'], name: string): number {
  const value = args[name];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  return refuseStep(context.modality, step, `needs a whole number \`${name}\`, not ${JSON.stringify(value)}`);
}

export function refuseStep(modality: Modality, step: string, problem: string): never {
  throw new MedxError(report(trainingCodes, 'MED5208', { modality, step, problem }));
}
