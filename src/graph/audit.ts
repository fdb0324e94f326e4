/** Plans the stage `audit` of an experiment: its cases, and the features that its variants read in their first job. */
import { modalities } from '../catalog/modalities.ts';
import type { ResolvedExperiment } from '../spec/resolved.ts';
import type { GraphBuilder } from './builder.ts';
import type { Job } from './jobs.ts';
import type { PlannedRow } from './plan.ts';
import type { Telemetry } from './telemetry.ts';

/** Other jobs have other splits, but cases, labels and telemetry are those of the first. */
export function planAudit(
  { folds, data }: ResolvedExperiment,
  variants: readonly PlannedRow[],
  jobs: readonly Job[],
  telemetry: Telemetry,
  graph: GraphBuilder,
): string {
  const nodes = new Map(graph.stages().map((node) => [node.hash, node]));
  const inputs: Record<string, string> = {};
  const sound = variants.filter(({ corrupted, point }) => !corrupted && !point);
  for (const modality of modalities) {
    const read = sound.map(({ jobs: [first] }) => nodes.get(first?.hash ?? '')?.inputs[modality]);
    const features = [...new Set(read)].filter((hash) => hash !== undefined);
    features.forEach((hash, i) => {
      inputs[i === 0 ? modality : `${modality}_${i + 1}`] = hash;
    });
  }
  const published = !folds && data.split.kind === 'published';
  const split = jobs[0]?.split;
  return graph.add(
    'audit',
    { published },
    { cases: telemetry.cases, split, ...inputs },
    `audit ${data.name}`,
  );
}
