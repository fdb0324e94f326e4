/**
 * Stage `events.find`: finds events in raw telemetry → what stage `events` writes of a set of extracted ones (`events.parquet`,
 * `axes`, `topology`: who calls whom in the training cases), and json `usual` (`UsualLines`). So a method that reads events
 * reads both. What is usual is learnt from the training cases; events are looked for after the fault.
 *
 * Inputs: `cases`, `split`, of each modality that is there the records (`lines` with `drain`, `samples`, `spans`), and
 * `poor_lines`, `poor_samples`, `poor_spans` where test cases are corrupted. One file per detector in `data/events/detect`.
 */
import { join } from 'node:path';
import { stageKinds } from '../catalog/stages.ts';
import type { Database } from '../data/database.ts';
import { type DrainState, restoreDrain, type Template } from '../data/drain/drain.ts';
import { placesOfEvent, writeEvents } from '../data/events/artefact.ts';
import { detectCalls, type FitOutlier } from '../data/events/detect/calls.ts';
import { detectLog } from '../data/events/detect/log.ts';
import { detectMetric, type Found } from '../data/events/detect/metric.ts';
import { type DetectPlace, detectPlace, type Records } from '../data/events/detect/reference.ts';
import { detectTrace } from '../data/events/detect/trace.ts';
import type { MetricAxes } from '../data/features/metric.ts';
import type { CaseTopology, EventCounts, EventSet, ExtractedEvent } from '../data/readers/reader.ts';
import { fitIsolationForest } from './baselines/learners/isolation-forest.ts';
import { type Modality, modalities, type SpanAxes, type UsualLines } from './contracts.ts';
import type { CorruptionNote } from './corrupt.ts';
import { fittedCases } from './features.ts';
import type { JsonObject, StageContext, StageKind } from './stage.ts';
import { noticeCode, readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

type FindParams = JsonObject & {
  readonly fit: 'train' | 'all';
  /** `forest`: calls that an isolation forest sets apart (`detect/calls.ts`); without it slow links (`detect/trace.ts`). */
  readonly calls?: 'forest';
};

/** As in the public code of TVDiag. A score above ½ is an outlier's, as scikit-learn has it. */
const forest = { trees: 5, seed: 0 };

const outlierOf: FitOutlier = (values) => {
  const scoreOf = fitIsolationForest(
    values.map((value) => Float64Array.of(value)),
    forest,
  );
  return (value) => scoreOf(Float64Array.of(value)) > 0.5;
};

export const stage: StageKind<FindParams> = {
  kind: 'events.find',
  version: stageKinds['events.find'].version,
  cost: stageKinds['events.find'].cost,
  async run(params, context) {
    const table = readCases(context);
    const place = detectPlace(table, fittedCases(params, context, table));
    await withOrderedDatabase(context, async (db) => {
      const found = await detectAll(db, params, place, context);
      const set = eventSet(found, place, context);
      const rows = table.cases.map((_, index) => index);
      const path = context.out.path('events.parquet');
      const { axes, topology } = await writeEvents(db, set, rows, join(context.workDir, 'between'), path);
      context.out.json('axes', axes);
      if (topology) context.out.json('topology', topology);
      context.out.json('usual', found.usual satisfies UsualLines);
    });
  },
};

type Events = { [modality in Modality]?: readonly (readonly ExtractedEvent[])[] };

async function detectAll(db: Database, params: FindParams, place: DetectPlace, context: StageContext) {
  const events: Events = {};
  let usual: UsualLines = {};
  let calls: CaseTopology | undefined;
  const tell = (modality: Modality, { unseen }: Found) => {
    const records = [...unseen.values()].reduce((a, b) => a + b, 0);
    if (records > 0)
      noticeCode(context, 'MED3111', { modality, names: [...unseen.keys()], records }, records);
  };
  if (context.inputs.lines) {
    const drain = restoreDrain(requireInput(context, 'drain').json<DrainState>('tree'));
    const names = namesOf(context);
    const found = await detectLog(db, recordsOf(context, 'lines'), drain, names, place);
    [events.log, usual] = [found.events, found.usual];
  }
  if (context.inputs.samples) {
    const axes = requireInput(context, 'samples').json<MetricAxes>('axes');
    const found = await detectMetric(db, recordsOf(context, 'samples'), axes, place);
    events.metric = found.events;
    tell('metric', found);
  }
  if (context.inputs.spans) {
    const axes = requireInput(context, 'spans').json<SpanAxes>('axes');
    const spans = recordsOf(context, 'spans');
    const links = await detectTrace(db, spans, axes, place);
    const found = params.calls === 'forest' ? await detectCalls(db, spans, axes, place, outlierOf) : links;
    [events.trace, calls] = [found.events, links.calls];
    tell('trace', found);
  }
  return { events, usual, calls };
}

function recordsOf(context: StageContext, name: 'lines' | 'samples' | 'spans'): Records {
  const file = `${name}.parquet`;
  const poor = context.inputs[`poor_${name}`];
  return {
    clean: requireInput(context, name).path(file),
    ...(poor
      ? { poor: { path: poor.path(file), affected: poor.json<CorruptionNote>('corruption').cases } }
      : {}),
  };
}

/** Instances of log lines as the other modalities name them. */
function namesOf(context: StageContext): Record<string, string> {
  return requireInput(context, 'lines').json<Record<string, string>>('instances');
}

/** What a reader of extracted events would have found. The graph has the instances that training cases tell of. */
function eventSet(
  { events, calls }: { readonly events: Events; readonly calls: CaseTopology | undefined },
  { table, fitted }: DetectPlace,
  context: StageContext,
): EventSet {
  const all = table.cases.map((_, index) => modalities.flatMap((one) => events[one]?.[index] ?? []));
  const told = all.flatMap((own, index) => (fitted[index] ? own.flatMap(placesOfEvent) : []));
  const nodes = [...new Set([...told, ...(calls?.nodes ?? [])])].filter((name) => name !== '').sort();
  const graph = { nodes, edges: calls?.edges ?? [] };
  const templates = context.inputs.drain?.json<readonly Template[]>('templates') ?? [];
  const counts = Object.fromEntries(
    modalities.flatMap((one) => (events[one] ? [[one, noneRefused(events[one])]] : [])),
  );
  return {
    events: all,
    known: all.map(() => true),
    counts,
    topology: all.map(() => graph),
    topologyRefused: { entries: 0, first: '', surplus: [] },
    templates: templates.map(({ id, template }) => ({ id: String(id), text: template })),
  };
}

function noneRefused(found: readonly (readonly ExtractedEvent[])[]): EventCounts {
  const rows = found.reduce((sum, own) => sum + own.length, 0);
  return { rows, refused: 0, first: '', surplus: { keys: [], events: 0 }, copies: 0 };
}
