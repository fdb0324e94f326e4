/** A plan as text: rows and jobs of every experiment, then the stages by kind with those that are in the store. */
import type { Plan, PlannedExperiment, StageNode } from '../../graph/plan.ts';
import { plural } from '../format.ts';

export type IsCached = (hash: string) => boolean;

export function renderPlan(plan: Plan, isCached: IsCached): string {
  const lines = plan.experiments.flatMap((experiment) => renderExperiment(experiment, isCached));
  const kinds = [...new Set(plan.stages.map((stage) => stage.kind))];
  const rows = kinds.map((kind) => {
    const stages = plan.stages.filter((stage) => stage.kind === kind);
    return [kind, stages.length, stages.filter((stage) => isCached(stage.hash)).length] as const;
  });
  const first = Math.max(18, ...kinds.map((kind) => kind.length));
  lines.push(`  ${'stage'.padEnd(first)} planned  in the store  to run`);
  for (const [kind, planned, cached] of rows)
    lines.push(`  ${kind.padEnd(first)} ${pad(planned, 7)}  ${pad(cached, 12)}  ${pad(planned - cached, 6)}`);
  const missing = plan.stages.filter((stage) => !isCached(stage.hash));
  const training = missing.filter((stage) => stage.cost === 'train').length;
  const answer =
    missing.length === 0
      ? 'Nothing has to run.'
      : `${plural(missing.length, 'stage')} to run, ${plural(training, 'training job')} among them.`;
  return `${[...lines, '', answer].join('\n')}\n`;
}

function renderExperiment(experiment: PlannedExperiment, isCached: IsCached): string[] {
  const { name, data, simulated, rows, standIns, notes } = experiment;
  const width = Math.max(...rows.map((row) => row.name.length));
  return [
    `experiment ${name} on ${data}${simulated ? ' (simulated)' : ''}`,
    ...standIns.map((text) => `  stand-in: ${text}`),
    ...notes.map((text) => `  note: ${text}`),
    '',
    ...rows.map((row) => {
      const done = row.jobs.filter((job) => isCached(job.hash)).length;
      const corrupted = row.corrupted ? `; corrupted ${row.corrupted.join('; ')}` : '';
      return `  ${row.name.padEnd(width)}  ${plural(row.jobs.length, 'job')}, ${done} in the store${corrupted}`;
    }),
    '',
  ];
}

export function renderStages(plan: Plan, isCached: IsCached): string {
  const state = (stage: StageNode) => (isCached(stage.hash) ? 'in the store' : 'to run');
  return plan.stages.map((stage) => `${stage.hash}  ${state(stage).padEnd(12)}  ${stage.label}\n`).join('');
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}
