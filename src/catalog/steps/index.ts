/** All steps of pipelines, and where each modality's pipeline starts and ends. */
import type { Modality } from '../../stages/contracts.ts';
import type { SignalType, StepSpec } from '../types.ts';
import { logSteps } from './log.ts';
import { metricSteps } from './metric.ts';
import { sharedSteps } from './shared.ts';
import { traceSteps } from './trace.ts';

export const steps: readonly StepSpec[] = [...logSteps, ...metricSteps, ...traceSteps, ...sharedSteps];

export const pipelineStart: { readonly [modality in Modality]: SignalType } = {
  log: 'lines',
  metric: 'series[instance, kpi]',
  trace: 'requests',
};

export const pipelineEnd: SignalType = 'vector[dim]';

/** Whether what comes fits what a step takes; `*` fits any dimension. */
export function fits(gives: SignalType, takes: SignalType): boolean {
  const [left, right] = [parts(gives), parts(takes)];
  return left.length === right.length && right.every((part, i) => part === '*' || part === left[i]);
}

function parts(type: SignalType): string[] {
  return type.split(/[[\],\s]+/).filter((part) => part !== '');
}
