/**
 * Writes a simulated data set in D3's raw format (MicroServo):
 *
 *     groundtruth/groundtruth.json     timestamp [s], service, cmdb_id, failure_type, duration [s]; one entry per pod
 *     log/log.csv.gz                   ,log_id,timestamp [s],date,cmdb_id,message
 *     trace/trace.csv.gz               ,timestamp [µs],cmdb_id,span_id,trace_id,duration [µs],type,status_code,…
 *     metric/container/kpi_KPI.csv.gz  timestamp [s],cmdb_id,kpi_name,value
 *     metric/istio/kpi_KPI.csv.gz      the same
 *     dataset.json, SIMULATED.txt      what wrote it, with which settings
 *
 * Only the minutes around the injections are recorded. Everything is a function of the settings; case k does not depend
 * on the number of cases.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatorParams } from '../../catalog/simulator.ts';
import { type SimulatedCase, simulateCase } from './case.ts';
import { type LabelRow, labelRows } from './faults.ts';
import { istioKpis, istioRows } from './istio.ts';
import { containerKpis, containerRows } from './metrics.ts';
import { createTextFile, type TextFile } from './output.ts';
import { logHeader, logRows, traceHeader, traceRows } from './rows.ts';
import { faultClasses } from './schedule.ts';
import { checkSettings } from './settings.ts';

export type SimulationSummary = {
  readonly cases: number;
  readonly spans: number;
  readonly lines: number;
  /** Cases per class. */
  readonly classes: Readonly<Record<string, number>>;
};

const metricHeader = 'timestamp,cmdb_id,kpi_name,value\n';

/**
 * Writes the data set into `folder` (created if absent) and answers what is in it. `onCase` is told how many cases are
 * done.
 * @throws MedxError for settings out of range.
 */
export async function simulateDataset(
  settings: Readonly<Record<string, unknown>>,
  folder: string,
  onCase: (done: number) => void = () => undefined,
): Promise<SimulationSummary> {
  const params = checkSettings(settings);
  const files = new Map<string, TextFile>();
  const open = async (name: string, header: string): Promise<void> => {
    const file = createTextFile(join(folder, name));
    files.set(name, file);
    await file.write(header);
  };
  const write = (name: string, text: string): Promise<void> => (files.get(name) as TextFile).write(text);
  const container = (kpi: string) => `metric/container/kpi_${kpi}.csv.gz`;
  const istio = (kpi: string) => `metric/istio/kpi_${kpi}.csv.gz`;
  await open('log/log.csv.gz', logHeader);
  await open('trace/trace.csv.gz', traceHeader);
  for (const kpi of containerKpis) await open(container(kpi), metricHeader);
  for (const kpi of istioKpis) await open(istio(kpi), metricHeader);

  const labels: LabelRow[] = [];
  const classes: Record<string, number> = Object.fromEntries(faultClasses.map((name) => [name, 0]));
  let spans = 0;
  let lines = 0;
  for (let index = 0; index < params.cases; index++) {
    const simulated = simulateCase(params, index);
    await writeCase(simulated);
    onCase(index + 1);
  }
  for (const file of files.values()) await file.close();
  writeLabels(folder, labels);
  const summary = { cases: params.cases, spans, lines, classes };
  writeOrigin(folder, params, summary);
  return summary;

  async function writeCase(simulated: SimulatedCase): Promise<void> {
    const { index, fault, times, tracks, seconds } = simulated;
    labels.push(...labelRows(fault, times));
    classes[fault.class] = (classes[fault.class] as number) + 1;
    await write('trace/trace.csv.gz', traceRows(params.seed, simulated, spans));
    await write('log/log.csv.gz', logRows(params.seed, simulated, lines));
    spans += simulated.spans.length;
    lines += simulated.lines.length;
    const containers = containerRows(params.seed, index, tracks, times.recordStart, seconds);
    for (const [kpi, text] of containers) await write(container(kpi), text);
    const edges = istioRows(params.seed, index, tracks, times.recordStart, seconds);
    for (const [kpi, text] of edges) await write(istio(kpi), text);
  }
}

/** Column-oriented, as the platform writes it. */
function writeLabels(folder: string, rows: readonly LabelRow[]): void {
  const column = <K extends keyof LabelRow>(key: K): LabelRow[K][] => rows.map((row) => row[key]);
  const table = {
    timestamp: column('timestamp'),
    service: column('service'),
    cmdb_id: column('cmdb_id'),
    failure_type: column('failure_type'),
    duration: column('duration'),
  };
  mkdirSync(join(folder, 'groundtruth'), { recursive: true });
  writeFileSync(join(folder, 'groundtruth', 'groundtruth.json'), `${JSON.stringify(table)}\n`);
}

function writeOrigin(folder: string, params: SimulatorParams, summary: SimulationSummary): void {
  const origin = { simulated: true, format: 'microservo', generator: 'medx simulate', params, ...summary };
  writeFileSync(join(folder, 'dataset.json'), `${JSON.stringify(origin, null, 2)}\n`);
  writeFileSync(
    join(folder, 'SIMULATED.txt'),
    'This telemetry was simulated by medx. No real system was observed; results on it say nothing about a real one.\n' +
      `simulate(${params.system}, cases: ${params.cases}, seed: ${params.seed}, rate: ${params.rate})\n`,
  );
}
