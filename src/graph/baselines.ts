/**
 * Plans the rows of methods to compare with: what each is given of the telemetry, by the names that `TelemetryInput` says.
 * A method that the data cannot feed is left out, and a note of the experiment says so.
 */
import { type BaselineSpec, findBaseline, type TelemetryInput } from '../catalog/baselines/index.ts';
import { modalities } from '../catalog/modalities.ts';
import type { StageKindName } from '../catalog/stages.ts';
import { defaultFields } from '../catalog/steps/events.ts';
import { steps as stepSpecs } from '../catalog/steps/index.ts';
import type { ResolvedBaseline, ResolvedExperiment, ResolvedStep } from '../spec/resolved.ts';
import type { Modality } from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';
import { describeCorruptions, type PlannedRecords, planRecords, recordInputs } from './corrupt.ts';
import { planFeatures, planTemplates } from './features.ts';
import { type Job, placeOf } from './jobs.ts';
import type { PlannedJob, PlannedRow } from './plan.ts';
import type { PlanContext } from './plan-spec.ts';

export interface PlannedBaselines {
  readonly rows: readonly PlannedRow[];
  /** Why methods were left out. */
  readonly notes: readonly string[];
}

export function planBaselines(
  experiment: ResolvedExperiment,
  jobs: readonly Job[],
  context: PlanContext,
): PlannedBaselines {
  const rows: PlannedRow[] = [];
  const notes: string[] = [];
  for (const row of experiment.baselines) {
    const method = findBaseline(row.method);
    if (!method) throw new Error(`the spec names a method \`${row.method}\` that the catalog does not have`);
    const found = foodOf(method, context);
    if ('lacks' in found) notes.push(`${row.name} is left out: ${found.lacks}.`);
    else rows.push(planRow(row, method, found, experiment, jobs, context));
  }
  return { rows, notes };
}

/** What of the telemetry the method takes, or why it can take none. */
interface Food {
  readonly inputs: readonly TelemetryInput[];
  readonly reads: readonly Modality[];
}

function foodOf(
  { reads, needs, inputs }: BaselineSpec,
  { telemetry }: PlanContext,
): Food | { readonly lacks: string } {
  const taken = inputs[telemetry.gives];
  const what = { records: 'records of telemetry', events: 'extracted events' } as const;
  if (!taken) {
    const other = what[telemetry.gives === 'events' ? 'records' : 'events'];
    return { lacks: `it reads ${other}, and the data are ${what[telemetry.gives]}` };
  }
  const present = reads.filter((one) => telemetry.modalities.includes(one));
  const wanted = typeof needs === 'string' ? reads : needs;
  const absent = wanted.filter((one) => !telemetry.modalities.includes(one));
  const starved = needs === 'any' ? reads.length > 0 && present.length === 0 : absent.length > 0;
  if (starved) return { lacks: `it reads ${reads.join(', ')}, and the data have no ${absent.join(', ')}` };
  return { inputs: taken, reads: present };
}

function planRow(
  row: ResolvedBaseline,
  method: BaselineSpec,
  food: Food,
  experiment: ResolvedExperiment,
  jobs: readonly Job[],
  context: PlanContext,
): PlannedRow {
  const plan = (job: Job): PlannedJob => {
    const { seed, split, label } = job;
    const params = {
      ...row.settings,
      ...(method.random ? { seed } : {}),
      ...(method.neural ? { engine: context.engine } : {}),
    };
    const inputs = { cases: context.telemetry.cases, split, ...feed(row, food, experiment, job, context) };
    return {
      ...placeOf(job),
      hash: context.graph.add(
        `baseline.${method.name}` as StageKindName,
        params,
        inputs,
        `${row.name} ${label}`,
      ),
    };
  };
  const corrupted = describeCorruptions(row.corrupt);
  return {
    name: row.name,
    kind: 'baseline',
    provenance: method.provenance,
    jobs: jobs.map(plan),
    ...(corrupted.length > 0 ? { corrupted } : {}),
    ...(row.point ? { point: row.point.settings } : {}),
  };
}

/** Input name → stage, for one job. Stages are those of the variants wherever parameters are the same. */
function feed(
  row: ResolvedBaseline,
  { inputs, reads }: Food,
  experiment: ResolvedExperiment,
  { seed, split, label }: Job,
  { graph, world, telemetry }: PlanContext,
): Record<string, string> {
  const { fit, data } = experiment;
  const { cases } = telemetry;
  const place = { graph, cases, split, fit };
  const clean = (modality: Modality) => telemetry.records(modality);
  const records = (modality: Modality): PlannedRecords =>
    planRecords(modality, clean(modality), row.corrupt, { ...place, seed, label: `${data.name} ${label}` });
  const given: Record<string, string> = {};
  const giveRecords = (modality: Modality, to = given): void => {
    const { fitted, poor } = records(modality);
    to[recordInputs[modality]] = fitted;
    if (poor) to[`poor_${recordInputs[modality]}`] = poor;
  };
  const giveWindows = (
    modality: Modality,
    pipeline: readonly ResolvedStep[],
    found: PlannedRecords,
  ): void => {
    const sound = found.fitted === clean(modality) && !found.poor;
    const where = sound ? (fit === 'train' ? `${data.name} ${label}` : data.name) : `${row.name} ${label}`;
    const made = planFeatures(modality, pipeline, found, { ...place, world, label: where });
    if (typeof made !== 'string') throw new Error(`features of ${modality} need nothing of this machine`);
    given[modality] = made;
  };
  const has = (modality: Modality) => reads.includes(modality);
  const templates = (lines: PlannedRecords) =>
    planTemplates(drainOf(experiment), lines, { ...place, world, label: `${data.name} ${label}` });
  /** Finds events in the records of all modalities, as a set of extracted ones has them. */
  const found = (calls?: 'forest'): string => {
    const taken: Record<string, string> = {};
    for (const modality of modalities.filter(has)) giveRecords(modality, taken);
    if (has('log')) taken.drain = templates({ fitted: records('log').fitted }).drain;
    const params = { fit, ...(calls ? { calls } : {}) };
    const what = calls ? 'alerts' : 'events';
    return graph.add('events.find', params, { ...taken, cases, split }, `find ${what} ${data.name} ${label}`);
  };
  for (const input of inputs) {
    if (input === 'lines' && has('log')) giveRecords('log');
    if (input === 'samples' && has('metric')) giveRecords('metric');
    if (input === 'spans' && has('trace')) giveRecords('trace');
    if (input === 'templates' && has('log')) Object.assign(given, templates(records('log')));
    if (input === 'windows.metric' && has('metric'))
      giveWindows('metric', pipelineOf('standardize', 'window_mean'), records('metric'));
    if (input === 'windows.trace' && has('trace'))
      giveWindows('trace', pipelineOf('spans', 'standardize', 'window_mean'), records('trace'));
    if (input === 'windows.events')
      for (const one of modalities.filter(has))
        giveWindows(one, [{ op: 'events', args: { by: defaultFields[one] } }], { fitted: clean(one) });
    if (input === 'events' && reads[0])
      given.events = telemetry.gives === 'events' ? clean(reads[0]) : found();
    if (input === 'alerts') given.events = found('forest');
  }
  return given;
}

/** Steps at their defaults, as a file that writes none resolves: settings that were added later are left out. */
function pipelineOf(...names: readonly string[]): ResolvedStep[] {
  return names.map((op) => {
    const args = stepSpecs.find(({ name }) => name === op)?.args ?? [];
    const defaults = args.flatMap((one): [string, Json][] =>
      one.default === undefined || one.added ? [] : [[one.name, one.default]],
    );
    return { op, args: Object.fromEntries(defaults) };
  });
}

/** Templates are those of the first variant that has some: its masks were chosen for these lines. */
function drainOf({ variants }: ResolvedExperiment): ResolvedStep {
  const found = variants.flatMap(({ model }) => model.encoders.log ?? []).find(({ op }) => op === 'drain');
  return found ?? (pipelineOf('drain')[0] as ResolvedStep);
}
