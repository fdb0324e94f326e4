/** Runs `cases` and `events` over a small set of extracted events: tables, rows and notices, or what was refused. */
import { join } from 'node:path';
import { stageKinds } from '../../src/catalog/stages.ts';
import { type Diagnostic, MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable, EventAxes, EventTopology } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { type SetFiles, writeSet } from './alerts.ts';
import { parquetRows } from './parquet.ts';
import { runStages, stageNode } from './run-stages.ts';
import { tempFolder } from './temp.ts';

export const around = { window_ms: 60_000, before_ms: 0, after_ms: 120_000 };
const set = { format: 'alerts', root: 'set' };

export function nodes(params: JsonObject = {}, cut: JsonObject = {}) {
  const dataset = { ...set, ...params };
  const cases = stageNode('cases', stageKinds.cases.version, { ...dataset, ...around, ...cut });
  const events = stageNode('events', stageKinds.events.version, dataset, { cases });
  return { cases, events };
}

export async function readSet(files: SetFiles, options: JsonObject = {}, cut: JsonObject = {}) {
  const folder = tempFolder('alerts');
  const { cases, events } = nodes(Object.keys(options).length > 0 ? { options } : {}, cut);
  const ran = await runStages([cases, events], join(folder, 'store'), { dataRoot: writeSet(folder, files) });
  const made = ran.artefact(events);
  return {
    table: ran.artefact(cases).json<CaseTable>('cases'),
    telemetry: ran.artefact(cases).json<Record<string, unknown>>('telemetry'),
    axes: made.json<EventAxes>('axes'),
    topology: made.has('topology.json') ? made.json<EventTopology>('topology') : undefined,
    rows: await parquetRows(made.path('events.parquet')),
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}

export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  const line = ({ code, place, message }: Diagnostic) => [code, place, message].filter(Boolean).join(' | ');
  return error.diagnostics.map(line).join('\n');
}
