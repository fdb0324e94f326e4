/** The readers by format. */
import { aiops22 } from './aiops22.ts';
import { alerts } from './alerts.ts';
import { converted } from './converted.ts';
import { gaia } from './gaia.ts';
import { microservo } from './microservo.ts';
import { nezha } from './nezha.ts';
import { otlp } from './otlp.ts';
import type { DatasetReader } from './reader.ts';
import { table } from './table.ts';

export const readers: Readonly<Record<string, DatasetReader>> = {
  aiops22,
  alerts,
  converted,
  gaia,
  microservo,
  nezha,
  otlp,
  table,
};
