/**
 * Reader of events that a detector extracted: lists per failure and modality, keyed by the failure's number.
 *
 *     label.csv                          one failure per row; `alerts-labels.ts`
 *     [ANY/]metrics.json[.gz]            { KEY: [[TIME?, instance, host?, KPI, up|down], …] }
 *     [ANY/]logs.json[.gz]               { KEY: [[instance, template, [messages], count, representative]?, …] }
 *     [ANY/]traces.json[.gz]             { KEY: [[TIME?, caller, callee, operation, kind], …] }
 *     [ANY/]nodes.json, edges.json       { KEY: [instance, …] }, { KEY: [[from, to], …] } of positions in the nodes
 *     [ANY/]drain-templates.csv          id, template
 *
 * `WHU-AISE/TVDiag` (folder `raw/`, no times) and `boerste/rca-llm-reasoning` (folders `metric/`, `log/`, `trace/`; times in
 * epoch ms; log messages begin with a local time). Entries are told apart by their length, so both may be mixed.
 */
import { modalities } from '../../catalog/modalities.ts';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Modality } from '../../stages/contracts.ts';
import { listFiles } from '../files.ts';
import type { Zone } from '../tables/zone.ts';
import { parseEntry } from './alerts-entries.ts';
import { onlyFile, readKeyed } from './alerts-files.ts';
import { alertZone, labelFile, readAlertLabels } from './alerts-labels.ts';
import { readTemplates, readTopology } from './alerts-topology.ts';
import type {
  DatasetFiles,
  DatasetReader,
  EventCounts,
  EventSet,
  ExtractedEvent,
  LabelSet,
} from './reader.ts';

const looksFor =
  'label.csv and metrics.json, logs.json or traces.json, beside it or one folder below (plain or .gz)';

const fileOf = { log: 'logs', metric: 'metrics', trace: 'traces' } as const;

export const alerts: DatasetReader = {
  format: 'alerts',
  looksFor,

  find(root) {
    const files = listFiles(root);
    const named = (name: string) =>
      files.filter((file) => new RegExp(`^([^/]+/)?${name}(\\.gz|\\.zst)?$`).test(file));
    const labels = files.filter((file) => labelFile.test(file));
    // What tells of the cases without being an event belongs to the labels, and to the digest of the set.
    const beside = ['nodes\\.json', 'edges\\.json', 'drain-templates\\.csv'].flatMap(named);
    const events = (modality: Modality) => named(`${fileOf[modality]}\\.json`);
    return {
      root,
      labels: labels.length > 0 ? [...labels, ...beside] : [],
      log: events('log'),
      metric: events('metric'),
      trace: events('trace'),
    };
  },

  labels: readAlertLabels,

  relation(_, modality) {
    throw new MedxError(
      report(dataCodes, 'MED3010', { modality, looksFor: 'raw telemetry, not extracted events' }),
    );
  },

  events(files, labels, options): EventSet {
    const zone = alertZone(options);
    const rowOf = new Map(labels.rows.map(({ key }, i) => [key ?? '', i]));
    const events: ExtractedEvent[][] = labels.rows.map(() => []);
    const known = labels.rows.map(() => false);
    const counts: { [modality in Modality]?: EventCounts } = {};
    for (const modality of modalities) {
      const read = readModality(files, modality, labels, rowOf, zone);
      if (!read) continue;
      counts[modality] = read.counts;
      for (const [row, list] of read.byRow) {
        known[row] = true;
        events[row]?.push(...list);
      }
    }
    return {
      events,
      known,
      counts,
      ...readTopology(files, rowOf, labels.copies ?? []),
      templates: readTemplates(files),
    };
  },
};

function readModality(
  files: DatasetFiles,
  modality: Modality,
  { copies = [] }: LabelSet,
  rowOf: ReadonlyMap<string, number>,
  zone: Zone,
): { byRow: Map<number, ExtractedEvent[]>; counts: EventCounts } | undefined {
  const file = onlyFile(files[modality], `${modality} events`);
  if (!file) return undefined;
  const byRow = new Map<number, ExtractedEvent[]>();
  const left = new Set(copies);
  const surplus: string[] = [];
  let [rows, refused, surplusEvents, copied, first] = [0, 0, 0, 0, ''];
  const refuse = (place: string, problem: string) => {
    refused++;
    first ||= `${place}: ${problem}`;
  };
  for (const [key, list] of readKeyed(files.root, file)) {
    const size = Array.isArray(list) ? list.length : 1;
    rows += size;
    const row = rowOf.get(key);
    if (row === undefined) {
      if (left.has(key)) copied += size;
      else {
        surplus.push(key);
        surplusEvents += size;
      }
      continue;
    }
    if (!Array.isArray(list)) {
      refuse(`${file}, key ${key}`, 'not a list of events');
      continue;
    }
    const events: ExtractedEvent[] = [];
    list.forEach((entry: unknown, i) => {
      const parsed = parseEntry(modality, entry, zone);
      if (typeof parsed === 'string') refuse(`${file}, key ${key}, entry ${i + 1}`, parsed);
      else events.push(parsed);
    });
    byRow.set(row, events);
  }
  const counts = { rows, refused, first, surplus: { keys: surplus, events: surplusEvents }, copies: copied };
  return { byRow, counts };
}
