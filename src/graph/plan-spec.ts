/**
 * ResolvedSpec + World → Plan: variants × seeds × folds as stages. Equal work has equal hashes, so variants share every
 * stage they have in common, and only what changed is new.
 */
import { modalities } from '../catalog/modalities.ts';
import { expectationCodes } from '../diagnostics/codes/expectations.ts';
import { graphCodes } from '../diagnostics/codes/graph.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import type {
  ResolvedExperiment,
  ResolvedModel,
  ResolvedSearch,
  ResolvedSpec,
  ResolvedVariant,
} from '../spec/resolved.ts';
import type { EngineParams, Step, TrainParams } from '../stages/contracts.ts';
import type { JsonObject } from '../stages/stage.ts';
import { planAudit } from './audit.ts';
import { planBaselines } from './baselines.ts';
import { createGraphBuilder, type GraphBuilder } from './builder.ts';
import { describeCorruptions, type PlannedRecords, planRecords } from './corrupt.ts';
import { planDetect } from './detect.ts';
import { chooseEmbedder, planFeatures, trainedSteps } from './features.ts';
import { type Job, jobsOf, placeOf } from './jobs.ts';
import type { Plan, PlannedExperiment, PlannedJob, PlannedRow } from './plan.ts';
import { searchAxis } from './search.ts';
import { planTelemetry, type Telemetry } from './telemetry.ts';
import type { World } from './world.ts';

/** Throws MedxError with everything that the file names and this machine has not. */
export function planSpec(spec: ResolvedSpec, world: World, file = 'this file'): Plan {
  if (spec.experiments.length === 0) throw new MedxError(report(graphCodes, 'MED1603', { file }));
  const graph = createGraphBuilder();
  const problems: Diagnostic[] = [];
  const experiments = spec.experiments.flatMap((experiment) => {
    const planned = planExperiment(experiment, spec, world, graph, problems);
    return planned ? [planned] : [];
  });
  if (problems.length > 0) throw new MedxError(once(problems));
  return { experiments, stages: graph.stages() };
}

function planExperiment(
  experiment: ResolvedExperiment,
  spec: ResolvedSpec,
  world: World,
  graph: GraphBuilder,
  problems: Diagnostic[],
): PlannedExperiment | undefined {
  const { name, data } = experiment;
  const originOf = (path: string) => spec.values.find((value) => value.path === `${name}.${path}`)?.origin;
  const telemetry = planTelemetry(data, world, graph, originOf(`${data.name}.from`));
  if ('code' in telemetry) problems.push(telemetry);
  const engine = chooseEngine(experiment, world, originOf('device'));
  if ('code' in engine) problems.push(engine);
  const embedders = experiment.variants
    .flatMap(({ model }) => model.encoders.log ?? [])
    .filter((step) => step.op === 'bert' || step.else)
    .map((step) => chooseEmbedder(step, world));
  problems.push(...embedders.flatMap((one) => ('code' in one ? [one] : [])));
  if ('code' in telemetry || 'code' in engine || problems.length > 0) return undefined;

  const jobs = jobsOf(experiment, telemetry, graph);
  const variants = experiment.variants.map((variant) =>
    planVariant(variant, experiment, jobs, telemetry, engine, world, graph),
  );
  const baselines = planBaselines(experiment, jobs, { telemetry, engine, graph, world });
  const standIns = embedders.flatMap((one) => ('standIn' in one && one.standIn ? [one.standIn] : []));
  return {
    name,
    data: data.name,
    simulated: telemetry.simulated,
    standIns: [...new Set([...telemetry.standIns, ...standIns])],
    cases: telemetry.cases,
    audit: planAudit(experiment, variants, jobs, telemetry, graph),
    rows: expecting([...variants, ...baselines.rows], experiment, problems).map((row) => {
      const published = experiment.paper?.rows[row.name];
      return published ? { ...row, published } : row;
    }),
    ...(experiment.paper ? { paper: experiment.paper.source } : {}),
    ...(experiment.against === undefined ? {} : { against: experiment.against }),
    notes: [
      ...experiment.notes,
      ...(experiment.fit === 'all' ? [fitNote] : []),
      ...batchNote(experiment),
      ...baselines.notes,
    ],
  };
}

/** The rows with what is expected of them. A row that the data cannot feed is not there to be expected of. */
function expecting(
  rows: readonly PlannedRow[],
  { name, expect = [], against }: ResolvedExperiment,
  problems: Diagnostic[],
): PlannedRow[] {
  if (against !== undefined && !rows.some((one) => one.name === against))
    problems.push(report(expectationCodes, 'MED6014', { row: against, experiment: name }));
  for (const { row } of expect)
    if (!rows.some((one) => one.name === row))
      problems.push(report(expectationCodes, 'MED6013', { row, experiment: name }));
  return rows.map((row) => {
    const own = expect.flatMap(({ row: of, ...one }) => (of === row.name ? [one] : []));
    return own.length > 0 ? { ...row, expect: own } : row;
  });
}

/** A table must not hide that the answers were prepared with the questions in hand. */
const fitNote =
  'Templates, means, deviations and axes are fitted on all cases, test cases included (`fit = all`, as in profiles paper and reference).';

/** Nor that an answer took the other questions into account. */
function batchNote({ variants }: ResolvedExperiment): string[] {
  const rows = variants.filter(({ model }) =>
    Object.values(model.encoders).some((steps) => steps.some(({ args }) => args.over === 'batch')),
  );
  if (rows.length === 0) return [];
  const names = rows.map(({ name }) => name).join(', ');
  return [`Answers depend on the other test cases of their batch (\`over: batch\`): ${names}.`];
}

export interface PlanContext {
  readonly telemetry: Telemetry;
  readonly engine: EngineParams;
  readonly graph: GraphBuilder;
  readonly world: World;
}

function planVariant(
  variant: ResolvedVariant,
  experiment: ResolvedExperiment,
  jobs: readonly Job[],
  telemetry: Telemetry,
  engine: EngineParams,
  world: World,
  graph: GraphBuilder,
): PlannedRow {
  const { model } = variant;
  const planned = jobs.map((job, place): PlannedJob => {
    const { seed, split, label } = job;
    const given = { cases: telemetry.cases, split };
    const inputs: Record<string, string> = { ...given };
    /** What the test cases are given, if it is other than what the model is fitted on. */
    const poor: Record<string, string> = {};
    for (const modality of modalities) {
      const pipeline = model.encoders[modality];
      if (!pipeline) continue;
      const { fit, data } = experiment;
      const features = (records: PlannedRecords, place: string): string => {
        const found = planFeatures(modality, pipeline, records, {
          graph,
          world,
          ...given,
          fit,
          label: place,
        });
        // Whether its embedding is here was found out above.
        if (typeof found !== 'string') throw new MedxError(found);
        return found;
      };
      const clean = telemetry.records(modality);
      const records = planRecords(modality, clean, variant.corrupt, {
        graph,
        ...given,
        fit,
        seed,
        label: `${data.name} ${label}`,
      });
      const shared = fit === 'train' ? `${data.name} ${label}` : data.name;
      const own = `${variant.name} ${label}`;
      inputs[modality] = features({ fitted: records.fitted }, records.fitted === clean ? shared : own);
      if (records.poor) poor[modality] = features(records, own);
    }
    const params: TrainParams = { model: modelParams(model), train: variant.train, seed, engine };
    const name = `${variant.name} ${label}`;
    const search =
      variant.search && graph.add('search', searchParams(params, variant.search), inputs, `search ${name}`);
    const trained = graph.add('train', params as unknown as JsonObject, { ...inputs, search }, name);
    const hash =
      Object.keys(poor).length === 0
        ? trained
        : graph.add(
            'predict',
            params as unknown as JsonObject,
            { ...inputs, ...poor, train: trained, search },
            `${variant.name} ${label}`,
          );
    const detect =
      hash === trained && place === 0 && !variant.point && Object.keys(variant.corrupt).length === 0
        ? planDetect(
            graph,
            trained,
            { ...inputs, search },
            params.model,
            experiment.detector,
            `${variant.name} ${label}`,
          )
        : undefined;
    return { ...placeOf(job), hash, ...(search ? { search } : {}), ...(detect ? { detect } : {}) };
  });
  const corrupted = describeCorruptions(variant.corrupt);
  return {
    name: variant.name,
    kind: 'variant',
    jobs: planned,
    ...(corrupted.length > 0 ? { corrupted } : {}),
    ...(variant.point ? { point: variant.point.settings } : {}),
  };
}

function modelParams({ dim, encoders, fuse, balance }: ResolvedModel): TrainParams['model'] {
  const trained: Record<string, readonly Step[]> = {};
  for (const modality of modalities) {
    const pipeline = encoders[modality];
    if (pipeline) trained[modality] = trainedSteps(pipeline);
  }
  return { dim, encoders: trained, fuse: { kind: fuse as TrainParams['model']['fuse']['kind'] }, balance };
}

function searchParams(params: TrainParams, { method, axes }: ResolvedSearch): JsonObject {
  const places = axes.map((axis) =>
    searchAxis(axis, { model: params.model, train: params.train }, ({ model, train }) => {
      return { model: modelParams(model), train };
    }),
  );
  return { ...params, search: { method, axes: places } } as unknown as JsonObject;
}

function chooseEngine(
  { engine }: ResolvedExperiment,
  world: World,
  place: string | undefined,
): EngineParams | Diagnostic {
  const { executor, device, threads } = engine;
  const status = world.engines.find((one) => one.executor === executor && one.device === device)?.status;
  if (status?.available) return { executor, device: status.device, threads };
  const reason = status?.reason ?? 'nobody looked for it';
  return report(graphCodes, 'MED1604', { executor, device, reason }, place ? { place } : {});
}

function once(list: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(list.map((one) => [`${one.code} ${one.message} ${one.place}`, one])).values()];
}
