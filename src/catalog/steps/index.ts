/** All steps of pipelines, and where each modality's pipeline starts and ends. */
import type { Modality } from '../../stages/contracts.ts';
import type { SignalType, StepSpec } from '../types.ts';
import { eventSteps } from './events.ts';
import { logSteps } from './log.ts';
import { metricSteps } from './metric.ts';
import { sharedSteps } from './shared.ts';
import { traceSteps } from './trace.ts';

export const steps: readonly StepSpec[] = [
  ...logSteps,
  ...metricSteps,
  ...traceSteps,
  ...eventSteps,
  ...sharedSteps,
];

/** Where a pipeline over records of telemetry starts. */
export const pipelineStart: { readonly [modality in Modality]: SignalType } = {
  log: 'lines',
  metric: 'series[instance, kpi]',
  trace: 'requests',
};

/** Where a pipeline over extracted events starts, whatever the modality. */
export const eventStart: SignalType = 'events';

export const pipelineEnd: SignalType = 'vector[dim]';

/** A step as the pipelines of a modality have it: without arguments that are for others. */
export function stepFor(name: string, modality: Modality): StepSpec | undefined {
  const spec = steps.find((one) => one.name === name);
  return spec && { ...spec, args: spec.args.filter(({ only }) => only?.includes(modality) ?? true) };
}

/** What a source has to give for a pipeline that begins with this step. */
export function readsOf(firstStep: string): 'records' | 'events' {
  const spec = steps.find(({ name }) => name === firstStep);
  return spec?.signatures.some(({ takes }) => fits(eventStart, takes)) ? 'events' : 'records';
}

/** The steps with which a pipeline may begin. */
export function firstSteps(modality: Modality, reads: 'records' | 'events'): readonly string[] {
  const start = reads === 'events' ? eventStart : pipelineStart[modality];
  return steps.flatMap(({ name, signatures }) =>
    signatures.some(({ takes }) => fits(start, takes)) ? [name] : [],
  );
}

/** Whether what comes fits what a step takes; `*` fits any dimension. */
export function fits(gives: SignalType, takes: SignalType): boolean {
  const [left, right] = [parts(gives), parts(takes)];
  return left.length === right.length && right.every((part, i) => part === '*' || part === left[i]);
}

function parts(type: SignalType): string[] {
  return type.split(/[[\],\s]+/).filter((part) => part !== '');
}
