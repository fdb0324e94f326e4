/**
 * `label.csv` of a set of extracted events. The columns go by several names:
 *
 *     index | fault_id                    key of the failure in the event files
 *     anomaly_type | fault_type           `[login failure]`, `cpu`, …
 *     instance | fault_entity             where it was injected; a pod, a service or a node
 *     service                             made from the instance where it is missing
 *     st_time | fault_st_time             local time or epoch seconds; missing where the set has no times
 *     ed_time | fault_ed_time
 *     data_type                           the set's own split: train, valid or test
 *     augmented, orig_fault_id            copies of failures at invented times, and of which
 */
import type { SplitPart } from '../../stages/contracts.ts';
import { toUtc, type Zone } from '../tables/zone.ts';
import { onlyFile } from './alerts-files.ts';
import { labelError, readCsv } from './labels.ts';
import type { DatasetFiles, LabelRow, LabelSet, ReaderOptions } from './reader.ts';
import { parseLocal, zoneOf } from './times.ts';

export const labelFile = /^label\.csv(\.gz|\.zst)?$/;

/** The classes that Medicine's authors make of GAIA's types. */
const medicineClasses: Readonly<Record<string, string>> = {
  'login failure': 'login',
  memory_anomalies: 'memory',
  'normal memory freed label': 'memory',
  'file moving program': 'file',
  'access permission denied exception': 'access',
};

const parts: ReadonlyMap<string, SplitPart> = new Map([
  ['train', 'train'],
  ['valid', 'valid'],
  ['validation', 'valid'],
  ['val', 'valid'],
  ['test', 'test'],
]);

const needed = [
  ['index', 'fault_id'],
  ['anomaly_type', 'fault_type'],
  ['instance', 'fault_entity'],
] as const;

const expected = 'a header with index or fault_id, anomaly_type or fault_type, and instance or fault_entity';

export function readAlertLabels(files: DatasetFiles, options: ReaderOptions): LabelSet {
  const zone = alertZone(options);
  const file = onlyFile(
    files.labels.filter((one) => labelFile.test(one)),
    'labels',
  );
  if (!file) return { rows: [], refused: [] };
  const [header, ...lines] = readCsv(files.root, file);
  const cells = header?.cells.map((cell) => cell.trim()) ?? [];
  const at = (...names: string[]) => names.map((name) => cells.indexOf(name)).find((i) => i >= 0);
  const [key, type, instance] = needed.map((names) => at(...names));
  const missing = needed.filter((names) => at(...names) === undefined).map((names) => names.join(' or '));
  if (missing.length > 0) throw labelError(file, `no column ${missing.join(', no column ')}`, expected);
  const [service, start, end] = [
    at('service'),
    at('st_time', 'fault_st_time'),
    at('ed_time', 'fault_ed_time'),
  ];
  const [marks, copy, origin] = [at('data_type'), at('augmented'), at('orig_fault_id')];

  const rows: LabelRow[] = [];
  const copies: string[] = [];
  const refused: { id: string; reason: string }[] = [];
  const seen = new Set<string>();
  for (const { line, cells: values } of lines) {
    const cell = (column: number | undefined) => (column === undefined ? '' : (values[column] ?? '').trim());
    const place = `${file}, line ${line}`;
    const id = cell(key);
    const name = typeName(cell(type), options);
    const time = start === undefined ? 0 : pointInTime(cell(start), zone);
    const until = end === undefined ? undefined : pointInTime(cell(end), zone);
    const mark = cell(marks).toLowerCase();
    const part = parts.get(mark);
    const problems: readonly (readonly [boolean, string])[] = [
      [id === '', 'it has no index'],
      [seen.has(id), `the index ${id} is there twice`],
      [cell(instance) === '', 'it has no instance'],
      [name === undefined, `the failure type \`${cell(type)}\` belongs to no class`],
      [time === undefined, `its time \`${cell(start)}\` cannot be read`],
      [mark !== '' && !part, `its part \`${mark}\` is neither train, valid nor test`],
    ];
    const problem = problems.find(([wrong]) => wrong)?.[1];
    if (problem !== undefined || name === undefined || time === undefined) {
      refused.push({ id: place, reason: problem ?? 'it cannot be read' });
      continue;
    }
    seen.add(id);
    if (/^true$/i.test(cell(copy)) && options.copies !== 'keep') {
      copies.push(id);
      continue;
    }
    rows.push({
      time,
      service: cell(service) || serviceOf(cell(instance)),
      instance: cell(instance),
      type: name,
      place,
      key: id,
      ...(until !== undefined && until >= time && start !== undefined ? { end: until } : {}),
      ...(part ? { part } : {}),
      ...(cell(origin) === '' ? {} : { origin: cell(origin) }),
    });
  }
  const timeless = start === undefined ? ({ timeless: true } as const) : {};
  return { rows, refused, copies, ...timeless };
}

/** `[login failure]` → `login failure`, or the class it belongs to; undefined if it belongs to none. */
function typeName(text: string, { types }: ReaderOptions): string | undefined {
  const name = text.replace(/^\[(.*)\]$/, '$1').trim();
  if (name === '') return undefined;
  if (types !== 'medicine') return name;
  return Object.hasOwn(medicineClasses, name) ? medicineClasses[name] : undefined;
}

/** `dbservice1` → `dbservice`, `orders-1` → `orders`, `adservice2-0` → `adservice`; a node is its own. */
function serviceOf(instance: string): string {
  if (/^node-?\d+$/.test(instance)) return instance;
  return instance.replace(/-\d+$/, '').replace(/\d+$/, '');
}

/** The clock of times that are written without an offset. Throws `MedxError` if the argument names none. */
export function alertZone(options: ReaderOptions): Zone {
  return zoneOf(options, '+08:00');
}

/** Whole milliseconds UTC of `2021-07-04 00:37:11.553000` or `…,553` at the start of a text; undefined if there is none. */
export function localTime(text: string, zone: Zone): number | undefined {
  const head = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?/.exec(text)?.[0];
  const local = head === undefined ? undefined : parseLocal(head);
  return local === undefined ? undefined : Math.floor(toUtc(local, zone));
}

/** Local time, or epoch seconds or milliseconds. */
function pointInTime(text: string, zone: Zone): number | undefined {
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{12,13}$/.test(text)) return Number(text);
  return localTime(text, zone);
}
