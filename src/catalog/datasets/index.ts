/** The public datasets that medx knows: one file per origin. */
import { aiops22 } from './aiops22.ts';
import { gaia, gaiaRunTable } from './gaia.ts';
import { microservo, microservoCases } from './microservo.ts';
import { nezhaBoutique, nezhaTrainticket } from './nezha.ts';
import { rcaLlmAlerts } from './rca-llm-alerts.ts';
import { tvdiag } from './tvdiag.ts';
import type { KnownDataset } from './types.ts';

/** The addresses were found in copies of the repositories; none could be tried when this list was written. */
export const knownDatasets: readonly KnownDataset[] = [
  aiops22,
  gaia,
  gaiaRunTable,
  microservo,
  microservoCases,
  nezhaTrainticket,
  nezhaBoutique,
  tvdiag,
  rcaLlmAlerts,
];

/** The name under which `medx data fetch` gets what a source names by its folder, if it does. */
export function fetchName(format: string, root: string): string | undefined {
  return knownDatasets.find(
    ({ name, reader, roots, files }) =>
      files.length > 0 &&
      reader.format === format &&
      roots.some((below) => root === (below === '.' ? name : `${name}/${below}`)),
  )?.name;
}
