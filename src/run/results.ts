/** Collects what a plan's stages left in the store: predictions by row, classes, counted notices. Scores are made elsewhere. */
import { placeOf } from '../graph/jobs.ts';
import type { Plan, PlannedExperiment, PlannedRow, StageNode } from '../graph/plan.ts';
import type { CaseTable, Detection, Predictions, SearchResult } from '../stages/contracts.ts';
import { withoutOldTimes } from './old-times.ts';
import type { CountedNotice, ExperimentResult, JobResult, RowResult } from './record.ts';
import { hasArtefact, openArtefact, readMeta, readTiming, type Store } from './store.ts';

/** Throws MED4003 if an artefact that it reads is damaged. */
export function collectResults(store: Store, plan: Plan): ExperimentResult[] {
  const nodes = new Map(plan.stages.map((node) => [node.hash, node]));
  return plan.experiments.map((experiment) => {
    const table = hasArtefact(store, experiment.cases)
      ? openArtefact(store, experiment.cases).json<CaseTable>('cases')
      : undefined;
    return withoutOldTimes({
      name: experiment.name,
      data: experiment.data,
      simulated: experiment.simulated,
      standIns: experiment.standIns,
      notes: experiment.notes,
      ...(experiment.paper === undefined ? {} : { paper: experiment.paper }),
      ...(experiment.against === undefined ? {} : { against: experiment.against }),
      engine: engineOf(experiment, nodes),
      cases_stage: experiment.cases,
      classes: table?.classes ?? [],
      cases: table?.cases.length ?? 0,
      refused: table?.refused ?? [],
      notices: countNotices(store, experiment, nodes),
      rows: experiment.rows.map((row) => collectRow(store, row)),
    });
  });
}

function collectRow(store: Store, row: PlannedRow): RowResult {
  const jobs = row.jobs.map((job): JobResult => {
    const place = { ...placeOf(job), hash: job.hash };
    if (!hasArtefact(store, job.hash)) return place;
    const own = readTiming(store, job.hash)?.cost;
    const cost = own && { ...own, ...(job.detect === undefined ? {} : detected(store, job.detect)) };
    const { test } = openArtefact(store, job.hash).json<Predictions>('predictions');
    const search = job.search === undefined ? undefined : readSearch(store, job.search);
    return { ...place, ...(search ? { search } : {}), test, ...(cost ? { cost } : {}) };
  });
  return {
    name: row.name,
    kind: row.kind,
    ...(row.provenance ? { provenance: row.provenance } : {}),
    ...(row.point ? { point: row.point } : {}),
    ...(row.corrupted ? { corrupted: row.corrupted } : {}),
    ...(row.published ? { published: row.published } : {}),
    ...(row.expect ? { expect: row.expect } : {}),
    jobs,
  };
}

/** Times of the detector, and how near its answers were. */
function detected(store: Store, hash: string): Partial<NonNullable<JobResult['cost']>> {
  const { detect_seconds, online_seconds } = readTiming(store, hash)?.cost ?? {};
  if (!detect_seconds) return {};
  const { ids, numbers, difference, other_answers } = openArtefact(store, hash).json<Detection>('detection');
  const detector = { numbers, cases: ids.length, other_answers, difference };
  return { detect_seconds, ...(online_seconds ? { online_seconds } : {}), detector };
}

function readSearch(store: Store, hash: string): JobResult['search'] {
  if (!hasArtefact(store, hash)) return undefined;
  const { tried, chosen } = openArtefact(store, hash).json<SearchResult>('search');
  return { tried, chosen };
}

/** `onnx on cpu, 1 thread`; several are joined. */
export function engineOf(experiment: PlannedExperiment, nodes: ReadonlyMap<string, StageNode>): string {
  const found = new Set<string>();
  for (const job of experiment.rows.flatMap((row) => row.jobs)) {
    const { engine } = (nodes.get(job.hash)?.params ?? {}) as {
      engine?: { executor?: string; device?: string; threads?: number };
    };
    if (!engine) continue;
    const threads =
      engine.device === 'cpu' ? `, ${engine.threads} thread${engine.threads === 1 ? '' : 's'}` : '';
    found.add(`${engine.executor} on ${engine.device}${threads}`);
  }
  return [...found].sort().join('; ');
}

/** Notices of every stage the experiment stands on, one entry per code and message. */
function countNotices(
  store: Store,
  experiment: PlannedExperiment,
  nodes: ReadonlyMap<string, StageNode>,
): CountedNotice[] {
  const below = new Set<string>();
  const visit = (hash: string) => {
    if (below.has(hash)) return;
    below.add(hash);
    for (const input of Object.values(nodes.get(hash)?.inputs ?? {})) visit(input);
  };
  visit(experiment.cases);
  if (experiment.audit !== undefined) visit(experiment.audit);
  for (const job of experiment.rows.flatMap((row) => row.jobs)) visit(job.hash);

  const counted = new Map<string, CountedNotice>();
  for (const hash of nodes.keys()) {
    if (!below.has(hash)) continue;
    for (const notice of readMeta(store, hash)?.notices ?? []) {
      const key = `${notice.code}\n${notice.message}\n${notice.count ?? ''}`;
      counted.set(key, { ...notice, stages: (counted.get(key)?.stages ?? 0) + 1 });
    }
  }
  return [...counted.values()];
}
