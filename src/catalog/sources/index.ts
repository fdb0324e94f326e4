/** Where telemetry may come from: one file per source. */
import type { SourceSpec } from '../types.ts';
import { alerts } from './alerts.ts';
import { microservo } from './microservo.ts';
import { nezha } from './nezha.ts';
import { simulate } from './simulate.ts';

export const sources: readonly SourceSpec[] = [alerts, microservo, nezha, simulate];
