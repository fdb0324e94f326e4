/** Where telemetry may come from: one file per source. */
import type { SourceSpec } from '../types.ts';
import { aiops22 } from './aiops22.ts';
import { alerts } from './alerts.ts';
import { converted } from './converted.ts';
import { gaia } from './gaia.ts';
import { microservo } from './microservo.ts';
import { nezha } from './nezha.ts';
import { otlp } from './otlp.ts';
import { simulate } from './simulate.ts';
import { table } from './table.ts';

export const sources: readonly SourceSpec[] = [
  aiops22,
  alerts,
  converted,
  gaia,
  microservo,
  nezha,
  otlp,
  simulate,
  table,
];
