/**
 * Stage `describe`: the table of cases and what `lines`, `samples` and `spans` read → `description` (Description). The plan
 * gives it those of the three that the dataset has.
 */
import { stageKinds } from '../catalog/stages.ts';
import type { Database } from '../data/database.ts';
import { sqlText } from '../data/database.ts';
import {
  countLinks,
  countWindows,
  coverageOf,
  distinct,
  samplesWithWindows,
} from '../data/survey/description.ts';
import type { CaseTable, Modality } from './contracts.ts';
import type { DescribedModality, Description } from './description.ts';
import type { StageContext, StageKind } from './stage.ts';
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
  const { lines, samples, spans } = context.inputs;
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
    modalities[modality] = await describeModality(db, table, raw, read[modality]);
  }
  return {
    simulated: table.simulated,
    windowMs: table.windowMs,
    windows: table.windows,
    classes: table.classes,
    cases: table.cases.map(({ id, injected, label, service, day }) => ({
      id,
      injected,
      label,
      service,
      day,
    })),
    refused: table.refused,
    groups: new Set(table.cases.map(({ group }) => group)).size,
    modalities,
    instances: (names.size > 0 ? [...names] : [...(read.log?.instances ?? [])]).sort(),
    kpis,
    links,
  };
}

async function describeModality(
  db: Database,
  table: CaseTable,
  raw: { readonly rows: number; readonly refused: number; readonly range: readonly [number, number] | null },
  read: { readonly query: string; readonly instances: readonly string[] } | undefined,
): Promise<DescribedModality> {
  const cases = table.cases.length;
  const counts = read ? await countWindows(db, read.query) : { records: 0, covered: [] };
  return {
    rows: raw.rows,
    refused: raw.refused,
    range: raw.range,
    inCases: counts.records,
    casesWithout: cases - new Set(counts.covered.map(([id]) => id)).size,
    instances: read?.instances.length ?? 0,
    coverage: coverageOf(counts, cases, table.windows),
  };
}
