/** What `medx data prepare` says at its end: records, cases, and how fast each modality was read. */
import type { Plan } from '../../graph/plan.ts';
import type { RunRecord } from '../../run/record.ts';
import { hasArtefact, openArtefact, type Store } from '../../run/store.ts';
import { formatSeconds, plural } from '../format.ts';

/** File `telemetry` of stage `cases`, as far as it is used here. */
interface TelemetryCounts {
  readonly files: { readonly [modality: string]: { readonly rows: number; readonly refused: number } };
  readonly records: { readonly [modality: string]: readonly number[] };
}

const readers = { log: 'lines', metric: 'samples', trace: 'spans' } as const;

/** One block per dataset. Empty where nothing could be counted. */
export function summarisePreparation(plan: Plan, record: RunRecord, store: Store): string {
  const secondsOf = new Map(record.stages.map(({ hash, seconds }) => [hash, seconds]));
  const datasets = new Map(plan.experiments.map((experiment) => [experiment.cases, experiment]));
  const blocks = [...datasets].flatMap(([cases, { data, simulated }]) => {
    if (!hasArtefact(store, cases)) return [];
    const found = openArtefact(store, cases);
    if (!found.has('telemetry')) return [];
    const { files, records } = found.json<TelemetryCounts>('telemetry');
    const count = found.json<{ cases: readonly unknown[] }>('cases').cases.length;
    const total = Object.values(files).reduce((sum, { rows }) => sum + rows, 0);
    const seconds = secondsOf.get(cases);
    const lines = Object.entries(files).map(([modality, { rows }]) => {
      const inCases = (records[modality] ?? []).reduce((sum, n) => sum + n, 0);
      const kind = readers[modality as keyof typeof readers];
      const node = plan.stages.find((stage) => stage.kind === kind && stage.inputs.cases === cases);
      const taken = node && secondsOf.get(node.hash);
      const speed = taken ? `read in ${formatSeconds(taken)}, ${perSecond(rows, taken)}` : 'not read';
      return `  ${modality.padEnd(6)}  ${n(rows).padStart(13)} rows, ${n(inCases)} records in cases; ${speed}`;
    });
    const counted = seconds ? `, counted in ${formatSeconds(seconds)}, ${perSecond(total, seconds)}` : '';
    const head = `${data}${simulated ? ' (simulated)' : ''}: ${plural(count, 'case')}, ${n(total)} rows${counted}`;
    return [[head, ...lines].join('\n')];
  });
  return blocks.length > 0 ? `\n${blocks.join('\n')}\n` : '';
}

const n = (count: number) => count.toLocaleString('en');
const perSecond = (rows: number, seconds: number) =>
  `${n(Math.round(rows / Math.max(seconds, 0.001)))} rows/s`;
