/** The raw formats that can be written. */
import type { SimulatedFormat } from '../../../catalog/simulator.ts';
import { aiops22Format } from './aiops22.ts';
import type { Format } from './format.ts';
import { gaiaFormat } from './gaia.ts';
import { microservoFormat } from './microservo.ts';

export const formats: Readonly<Record<SimulatedFormat, Format>> = {
  microservo: microservoFormat,
  aiops22: aiops22Format,
  gaia: gaiaFormat,
};
