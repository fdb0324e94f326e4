/**
 * Stage `describe`: the table of cases and what `lines`, `samples` and `spans` read, or `events`, → `description` (Description). The plan
 * gives it those of the three that the dataset has.
 */
import { stageKinds } from '../catalog/stages.ts';
import { eventFields } from '../catalog/steps/events.ts';
import type { Database } from '../data/database.ts';
import { sqlText } from '../data/database.ts';
import {
  countEventLinks,
  countLinks,
  countWindows,
  coverageOf,
  distinct,
  eventsWithWindows,
  samplesWithWindows,
} from '../data/survey/description.ts';
import type { CaseTable, EventAxes, Modality } from './contracts.ts';
import type { DescribedModality, Description } from './description.ts';
import type { ArtefactReader, StageContext, StageKind } from './stage.ts';
import { readCases, requireInput, withDatabase } from './telemetry.ts';

/** File `telemetry` of stage `cases`, as far as it is used here. */
type TelemetryCounts = {
  readonly files: {
    readonly [modality in Modality]?: {
      readonly rows: number;
      readonly refused: number;
      readonly range: readonly [number, number] | null;
    };
  };
};

export const stage: StageKind = {
  kind: 'describe',
  version: stageKinds.describe.version,
  cost: stageKinds.describe.cost,
  async run(_params, context) {
    const description = await withDatabase(context, 'describe', (db) => describe(db, context));
    context.out.json('description', description);
  },
};

async function describe(db: Database, context: StageContext): Promise<Description> {
  const table = readCases(context);
  const { files } = requireInput(context, 'cases').json<TelemetryCounts>('telemetry');
  const { events, lines, samples, spans } = context.inputs;
  if (events) return describeEvents(db, table, files, events);
  const names = new Set<string>();
  let kpis: readonly string[] = [];
  let links: Description['links'] = [];
  const read: { [modality in Modality]?: { query: string; instances: readonly string[] } } = {};
  if (lines) {
    const path = lines.path('lines.parquet');
    // As the readers name them where they can: an instance of a log is a pod in some formats, a service in others.
    read.log = {
      query: `SELECT * FROM read_parquet(${sqlText(path)})`,
      instances: await distinct(db, path, 'instance'),
    };
  }
  if (samples) {
    const axes = samples.json<{ instances: readonly string[]; kpis: readonly string[] }>('axes');
    const starts = table.cases.map(({ start }) => start);
    const query = samplesWithWindows(samples.path('samples.parquet'), starts, table.windowMs);
    read.metric = { query, instances: axes.instances };
    for (const name of axes.instances) names.add(name);
    kpis = axes.kpis;
  }
  if (spans) {
    const path = spans.path('spans.parquet');
    const { services } = spans.json<{ services: readonly string[] }>('axes');
    const counted = await countLinks(db, path);
    links = counted.map(({ caller, callee, spans: n }) => ({
      caller: services[caller] ?? '',
      callee: services[callee] ?? '',
      spans: n,
    }));
    const callees = [...new Set(links.map(({ callee }) => callee))].sort();
    for (const name of callees) names.add(name);
    read.trace = { query: `SELECT * FROM read_parquet(${sqlText(path)})`, instances: callees };
  }
  const modalities: { [modality in Modality]?: DescribedModality } = {};
  for (const modality of ['log', 'metric', 'trace'] as const) {
    const raw = files[modality];
    if (!raw) continue;
    modalities[modality] = await describeModality(db, table, raw, counted(read[modality]));
  }
  return {
    ...aboutCases(table),
    modalities,
    instances: (names.size > 0 ? [...names] : [...(read.log?.instances ?? [])]).sort(),
    kpis,
    links,
  };
}

const counted = (one: { query: string; instances: readonly string[] } | undefined) =>
  one && { query: one.query, instances: one.instances.length };

function aboutCases(table: CaseTable) {
  const { simulated, windowMs, windows, classes, refused } = table;
  const cases = table.cases.map(({ id, injected, label, service, day }) => ({
    id,
    injected,
    label,
    service,
    day,
  }));
  const groups = new Set(table.cases.map(({ group }) => group)).size;
  return { simulated, windowMs, windows, classes, cases, refused, groups };
}

/** Extracted events: their kinds stand for KPIs, callers and callees of trace events for links. */
async function describeEvents(
  db: Database,
  table: CaseTable,
  files: TelemetryCounts['files'],
  events: ArtefactReader,
): Promise<Description> {
  const { instances, items } = events.json<EventAxes>('axes');
  const path = events.path('events.parquet');
  const modalities: { [modality in Modality]?: DescribedModality } = {};
  for (const [code, modality] of (['log', 'metric', 'trace'] as const).entries()) {
    const raw = files[modality];
    if (!raw) continue;
    const query = eventsWithWindows(path, code, table);
    const used = await db.numbers(`SELECT count(DISTINCT instance) FROM (${query})`);
    modalities[modality] = await describeModality(db, table, raw, { query, instances: used[0] ?? 0 });
  }
  const links = await countEventLinks(db, path);
  const kpi = eventFields.metric.indexOf('kpi');
  const kinds = (items.metric?.rows ?? []).map((fields) => fields[kpi] ?? '');
  return {
    ...aboutCases(table),
    modalities,
    instances,
    kpis: [...new Set(kinds)].sort(),
    links: links.map(({ caller, callee, spans }) => ({
      caller: instances[caller] ?? '',
      callee: instances[callee] ?? '',
      spans,
    })),
  };
}

async function describeModality(
  db: Database,
  table: CaseTable,
  raw: { readonly rows: number; readonly refused: number; readonly range: readonly [number, number] | null },
  read: { readonly query: string; readonly instances: number } | undefined,
): Promise<DescribedModality> {
  const cases = table.cases.length;
  const counts = read ? await countWindows(db, read.query) : { records: 0, covered: [] };
  return {
    rows: raw.rows,
    refused: raw.refused,
    range: raw.range,
    inCases: counts.records,
    casesWithout: cases - new Set(counts.covered.map(([id]) => id)).size,
    instances: read?.instances ?? 0,
    coverage: coverageOf(counts, cases, table.windows),
  };
}
