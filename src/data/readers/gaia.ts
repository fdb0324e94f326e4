/**
 * Reader of D2 (GAIA MicroSS), as published and as the paper's authors converted it, as tables of any form and packing:
 *
 *     metric/…/INSTANCE_IP_KPI_FROM_TO.csv   timestamp [ms], value: instance and KPI are in the name alone
 *     …docker_….csv                          converted: timestamp [s or ms], cmdb_id, kpi_name, value
 *     trace/…/trace_table_….csv              timestamp, service_name, trace_id, span_id, parent_id, start_time, end_time, url
 *     trace….csv                             converted: timestamp [s], service_name, span_id, parent_id, st_time, ed_time
 *     business/…/business_table_….csv, …log.csv        datetime (a date), service, message with the time in front
 *     run_table_….csv, label.csv, groundtruth.csv      labels, see `gaia-labels.ts`
 *
 * Strings are by one clock (`time_zone`, UTC+8), numbers since 1970 are UTC; their unit is told by their size. A span's
 * duration is its end less its start, which may be 0. Of a log line the text behind the first `|` is read, as by the authors;
 * a line without a time in its message (NaN) is refused. No source shows how root spans look: an empty parent, 0, -1, None
 * and NaN are taken for none, and so is the span's own id. A converted copy has no trace ids: its spans are joined by
 * span id alone, as by the authors.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { listFiles } from '../files.ts';
import { offsetOf, sqlToUtc } from '../tables/zone.ts';
import { csvSelect, tableFile, touch } from './csv.ts';
import { chooseLabels, gaiaZone, labelFile, readGaiaLabels, runTableFile } from './gaia-labels.ts';
import type { DatasetFiles, DatasetReader, ReaderOptions, Relation } from './reader.ts';
import { sqlEpoch, sqlLocal, zoneOf } from './times.ts';

/** `dbservice1_0.0.0.4_docker_diskio_reads_2021-07-01_2021-07-15`: instance, host, KPI. */
const published =
  '([A-Za-z]+\\d*)_(\\d+\\.\\d+\\.\\d+\\.\\d+)_([^/\\\\]+)_\\d{4}-\\d\\d-\\d\\d_\\d{4}-\\d\\d-\\d\\d';
const publishedFile = tableFile(`^${published}`);
const convertedFile = tableFile('^[^/]*docker_.*');

const fileName = (path: string) => path.replace(/^.*\//, '');

/** Of the KPIs published beside containers' (hosts, Redis, ZooKeeper) the authors use none. */
function isTaken(name: string, { metrics }: ReaderOptions): boolean {
  if (metrics === 'all') return publishedFile.test(name) || convertedFile.test(name);
  return publishedFile.exec(name)?.[3]?.startsWith('docker_') ?? convertedFile.test(name);
}

export const gaia: DatasetReader = {
  format: 'gaia',
  looksFor:
    'run_table*.csv, label*.csv or groundtruth*.csv, INSTANCE_IP_docker_*_FROM_TO or *docker_*, business_table* or *log, trace* (.csv, .jsonl, .ndjson, plain, .gz or .zst, or .parquet)',

  find(root, options) {
    // A zone that is none is told when planning, not when the labels are read.
    zoneOf(options, gaiaZone);
    const files = listFiles(root);
    const named = (pattern: RegExp) => files.filter((file) => pattern.test(fileName(file)));
    const chosen = chooseLabels(
      files.filter((file) => runTableFile.test(fileName(file)) || labelFile.test(fileName(file))),
      options,
    );
    const metrics = files.filter((file) => isTaken(fileName(file), { metrics: 'all' }));
    const metric = metrics.filter((file) => isTaken(fileName(file), options));
    const log = oneForm('log', named(tableFile('^business_table.*')), named(tableFile('^(.*[-_])?log')));
    const tables = named(tableFile('^trace_table.*'));
    const trace = oneForm('trace', tables, named(tableFile('^trace(?!_table).*')));
    oneForm(
      'metric',
      metric.filter((file) => publishedFile.test(fileName(file))),
      metric.filter((file) => !publishedFile.test(fileName(file))),
    );
    const [left] = metrics.filter((file) => !metric.includes(file));
    const aside = {
      files: metrics.length - metric.length,
      example: fileName(left ?? ''),
      argument: '`metrics: all`',
    };
    return {
      root,
      labels: chosen.labels,
      log,
      metric,
      trace,
      notices: [...chosen.notices, ...(left ? [report(setCodes, 'MED3136', aside)] : [])],
    };
  },

  labels: readGaiaLabels,

  clock(options) {
    const strings = { zone: offsetOf(zoneOf(options, gaiaZone)) };
    return { labels: strings, log: strings, trace: strings };
  },

  relation(files, modality, options): Relation {
    return { log: logRelation, metric: metricRelation, trace: traceRelation }[modality](files, options);
  },
};

/** The published and the converted form side by side would count every record twice. */
function oneForm(what: string, one: readonly string[], other: readonly string[]): readonly string[] {
  if (one[0] && other[0])
    throw new MedxError(report(setCodes, 'MED3044', { what, forms: [one[0], other[0]] }));
  return one.length > 0 ? one : other;
}

/** Instances are as written; the authors' copy has something before the last point. */
function instanceOf(entity: string): string {
  return /_\d+\.\d+\.\d+\.\d+$/.test(entity) ? entity : entity.replace(/^.*\./, '');
}

function logRelation(files: DatasetFiles, options: ReaderOptions): Relation {
  const table = csvSelect(files.root, files.log, { needed: { service: 'VARCHAR', message: 'VARCHAR' } });
  const stamp = (length: number) => sqlLocal(`replace(left("message", ${length}), ',', '.')`);
  // Nearly every message has milliseconds; the others are tried without.
  const local = `SELECT *, coalesce(${stamp(23)}, ${stamp(19)}) AS local FROM (${table})`;
  const time = `${sqlToUtc('local', zoneOf(options, gaiaZone))} AS time`;
  const text = `trim(substr("message", instr("message", '|') + 1))`;
  return {
    files: files.log,
    unit: 's',
    nameOf: instanceOf,
    rows: `SELECT ${time}, false AS repaired, ${touch('service', 'message')} AS used FROM (${local})`,
    records: `SELECT ${time}, "service" AS instance, ${text} AS message, CAST(NULL AS VARCHAR) AS key, CAST(NULL AS VARCHAR) AS level FROM (${local})`,
  };
}

/** Thousands of files in one scan: the name of a file is one value for all its rows, so taking it apart costs nothing. */
function metricRelation(files: DatasetFiles): Relation {
  const parts = [true, false].flatMap((isPublished) => {
    const members = files.metric.filter((file) => publishedFile.test(fileName(file)) === isPublished);
    if (members.length === 0) return [];
    const time = `${sqlEpoch('"timestamp"')} AS time`;
    const table = csvSelect(files.root, members, {
      needed: {
        timestamp: 'DOUBLE',
        value: 'DOUBLE',
        ...(isPublished ? {} : ({ cmdb_id: 'VARCHAR', kpi_name: 'VARCHAR' } as const)),
      },
      times: { timestamp: 'ms' },
    });
    const name = `regexp_extract(filename, '[/\\\\]${published}\\.[a-zA-Z.]+$'`;
    const used = isPublished ? touch('value') : touch('value', 'cmdb_id', 'kpi_name');
    // Hosts are several, so theirs are known by instance and address.
    const fields = isPublished
      ? `CASE WHEN starts_with(${name}, 3), 'docker_') THEN ${name}, 1) ELSE concat(${name}, 1), '_', ${name}, 2)) END AS entity, ${name}, 3) AS kpi`
      : '"cmdb_id" AS entity, "kpi_name" AS kpi';
    return [
      {
        rows: `SELECT ${time}, false AS repaired, ${used} AS used FROM (${table})`,
        records: `SELECT ${time}, ${fields}, "value" AS value FROM (${table})`,
      },
    ];
  });
  return {
    files: files.metric,
    unit: 'ms',
    nameOf: instanceOf,
    rows: parts.map(({ rows }) => rows).join(' UNION ALL '),
    records: parts.map(({ records }) => records).join(' UNION ALL '),
  };
}

/** A start that cannot be read is taken from `timestamp`, the time of the record, to the second. */
function traceRelation(files: DatasetFiles, options: ReaderOptions): Relation {
  const table = csvSelect(files.root, files.trace, {
    needed: {
      service_name: 'VARCHAR',
      span_id: 'VARCHAR',
      parent_id: 'VARCHAR',
      start_time: 'VARCHAR',
      end_time: 'VARCHAR',
    },
    optional: { timestamp: 'VARCHAR', trace_id: 'VARCHAR', url: 'VARCHAR', status_code: 'VARCHAR' },
    also: { start_time: ['st_time'], end_time: ['ed_time'] },
  });
  const zone = zoneOf(options, gaiaZone);
  const numbers = ['timestamp', 'start_time', 'end_time'].flatMap((name) => [
    `TRY_CAST("${name}" AS DOUBLE) AS n_${name}`,
    `${sqlLocal(`"${name}"`)} AS l_${name}`,
  ]);
  const parsed = `SELECT *, ${numbers.join(', ')} FROM (${table})`;
  const utc = (name: string) => `coalesce(${sqlEpoch(`n_${name}`)}, ${sqlToUtc(`l_${name}`, zone)})`;
  const time = `coalesce(${utc('start_time')}, ${utc('timestamp')}) AS time`;
  const parent = `CASE WHEN "parent_id" IN ('', '0', '-1', 'None', 'null', 'nan', 'NaN') OR "parent_id" = "span_id" THEN NULL ELSE "parent_id" END`;
  return {
    files: files.trace,
    unit: 's',
    nameOf: instanceOf,
    rows: `SELECT ${time}, ${utc('start_time')} IS NULL AS repaired, ${touch('service_name', 'span_id', 'parent_id', 'end_time', 'trace_id', 'url', 'status_code')} AS used FROM (${parsed})`,
    // Without the query, which names a user.
    records: `SELECT ${time}, coalesce("trace_id", '') AS trace, "span_id" AS span, ${parent} AS parent, "service_name" AS entity, split_part("url", '?', 1) AS operation, (${utc('end_time')} - ${utc('start_time')}) * 1e3 AS duration_us, "status_code" AS status FROM (${parsed})`,
  };
}
