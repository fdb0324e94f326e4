/**
 * Labels of D2 (GAIA MicroSS): a label file of selected failures (columns instance, anomaly_type, st_time and perhaps
 * service, ed_time; the literature's has 1,099), or the run table with all that was injected.
 *
 * From a run table every injection of minutes or hours becomes a case. Login failures last 11 seconds and come every three
 * minutes, several in each case of any other: one becomes a case only if no other kind of injection lasts at its start, on
 * any instance, and `login_gap` has passed since the last that did. (The published selection is a sample whose rule nobody
 * states; its failures never overlap either.)
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { type Diagnostic, report } from '../../diagnostics/diagnostic.ts';
import { toUtc, type Zone } from '../tables/zone.ts';
import { type Injection, readRunTable } from './gaia-run-table.ts';
import { labelError, mergeInjections, readCsv } from './labels.ts';
import type { DatasetFiles, LabelRow, LabelSet, ReaderOptions } from './reader.ts';
import { parseLocal, zoneOf } from './times.ts';

export const runTableFile = /^run_table.*\.csv(\.gz|\.zst)?$/;
export const labelFile = /^(label|groundtruth|ground_truth).*\.csv(\.gz|\.zst)?$/;

/** Clock of the strings. */
export const gaiaZone = '+08:00';

const defaultGap = 60 * 60_000;

/** The paper's class of each type (authors' configuration); `cpu` is none of its four. */
const classOf: Readonly<Record<string, string>> = {
  'login failure': 'login',
  memory_anomalies: 'memory',
  'normal memory freed label': 'memory',
  'file moving program': 'file',
  'access permission denied exception': 'access',
  cpu_anomalies: 'cpu',
};

const fileName = (path: string) => path.replace(/^.*\//, '');

/** `mobservice1` → `mobservice`. */
function serviceOf(instance: string): string {
  return instance.replace(/\d+$/, '');
}

/** The files of which the labels are made, by the argument `labels`; the label file comes first where nothing is said. */
export function chooseLabels(
  files: readonly string[],
  { labels }: ReaderOptions,
): { labels: readonly string[]; notices: readonly Diagnostic[] } {
  const tables = files.filter((file) => runTableFile.test(fileName(file)));
  const selected = files.filter((file) => labelFile.test(fileName(file)));
  const choose = labels ?? (selected.length > 0 ? 'file' : 'run_table');
  const [taken, left] = choose === 'file' ? [selected, tables] : [tables, selected];
  const params = { taken: taken.slice(0, 3).join(', '), left };
  const notices = taken.length > 0 && left.length > 0 ? [report(setCodes, 'MED3132', params)] : [];
  return { labels: taken, notices };
}

export function readGaiaLabels(files: DatasetFiles, options: ReaderOptions): LabelSet {
  const zone = zoneOf(options, gaiaZone);
  const isTable = files.labels.some((file) => runTableFile.test(fileName(file)));
  return isTable ? runTableLabels(files, options, zone) : fileLabels(files, zone);
}

function fileLabels({ root, labels }: DatasetFiles, zone: Zone): LabelSet {
  const rows: LabelRow[] = [];
  const refused: { id: string; reason: string }[] = [];
  for (const file of labels) {
    const [header, ...lines] = readCsv(root, file);
    const names = header?.cells.map((cell) => cell.trim()) ?? [];
    const at = (name: string): number => {
      if (!names.includes(name))
        throw labelError(
          file,
          `the column ${name} is missing`,
          'a header with instance, anomaly_type, st_time',
        );
      return names.indexOf(name);
    };
    const [instanceAt, typeAt, startAt] = [at('instance'), at('anomaly_type'), at('st_time')];
    for (const { line, cells } of lines) {
      const cell = (index: number) => (cells[index] ?? '').trim();
      const place = `${file}, line ${line}`;
      const start = parseLocal(cell(startAt));
      const end = parseLocal(cell(names.indexOf('ed_time')));
      const name = cell(typeAt)
        .replace(/^\[(.*)\]$/, '$1')
        .trim();
      const type = Object.hasOwn(classOf, name) ? classOf[name] : undefined;
      const instance = cell(instanceAt);
      if (start === undefined)
        refused.push({ id: place, reason: `st_time \`${cell(startAt)}\` cannot be read` });
      else if (instance === '') refused.push({ id: place, reason: 'the instance is missing' });
      else if (type === undefined)
        refused.push({ id: place, reason: `the failure type \`${cell(typeAt)}\` belongs to no class` });
      else
        rows.push({
          time: Math.round(toUtc(start, zone)),
          service: serviceOf(instance),
          instance,
          type,
          place,
          ...(end === undefined ? {} : { end: Math.round(toUtc(end, zone)) }),
        });
    }
  }
  return mergeInjections(rows, refused);
}

function runTableLabels(files: DatasetFiles, options: ReaderOptions, zone: Zone): LabelSet {
  const { injections, refused, rows, blank, others, example } = readRunTable(files.root, files.labels);
  const gap = typeof options.login_gap === 'number' ? options.login_gap : defaultGap;
  const { kept, logins } = thinLogins(injections, gap);
  const labels = kept.map(({ start, seconds, instance, type, place }): LabelRow => {
    const time = Math.round(toUtc(start, zone));
    return {
      time,
      service: serviceOf(instance),
      instance,
      type,
      place,
      end: time + Math.round(seconds * 1000),
    };
  });
  const notices = [
    report(setCodes, 'MED3133', { rows, injections: injections.length, others, blank, example }),
  ];
  if (logins.all > logins.kept) notices.push(report(setCodes, 'MED3134', { ...logins, gap }));
  return { ...mergeInjections(labels, refused), notices };
}

/** See the head of this file. `kept` is in order of start. */
export function thinLogins(injections: readonly Injection[], gap: number) {
  const sorted = [...injections].sort(
    (a, b) => a.start - b.start || (a.instance < b.instance ? -1 : a.instance > b.instance ? 1 : 0),
  );
  const kept: Injection[] = [];
  let [all, during, close] = [0, 0, 0];
  let [busy, last] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const injection of sorted) {
    if (injection.kind !== 'login') {
      busy = Math.max(busy, injection.start + injection.seconds * 1000);
      kept.push(injection);
      continue;
    }
    all++;
    if (injection.start < busy) during++;
    else if (injection.start < last + gap) close++;
    else {
      last = injection.start;
      kept.push(injection);
    }
  }
  return { kept, logins: { all, kept: all - during - close, during, close } };
}
