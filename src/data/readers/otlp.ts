/**
 * Reader of OpenTelemetry data: OTLP JSON lines and the tables of the ClickHouse exporter as Parquet. A row is a record (a
 * log record, a data point, a span), not a line. What is read of each is said in `src/catalog/sources/otlp.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Modality } from '../../stages/contracts.ts';
import { listFiles } from '../files.ts';
import { formatOf, tableFile } from '../tables/formats.ts';
import { readTableHead } from '../tables/select.ts';
import { offsetOf } from '../tables/zone.ts';
import { labelError, readJson } from './labels.ts';
import { jsonLogs, jsonPoints, jsonSpans } from './otlp-json.ts';
import { parquetRecords } from './otlp-parquet.ts';
import { podMark, podService, seriesService } from './pod.ts';
import type { DatasetFiles, DatasetReader, LabelSet, ReaderOptions, Relation } from './reader.ts';
import { readTableLabels } from './table-labels.ts';
import { localParts, type NamedColumns } from './table-scan.ts';
import { givenZone } from './times.ts';

const isLabels = (name: string) => tableFile('^labels?').test(name) || /^labels?\.json$/i.test(name);

/** The signals that a file's name says it holds. */
function signalsOf(name: string): readonly Modality[] {
  if (/trace|span/i.test(name)) return ['trace'];
  if (/metric/i.test(name)) return ['metric'];
  if (/log/i.test(name)) return ['log'];
  return /\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(name) ? ['log', 'metric', 'trace'] : [];
}

export const otlp: DatasetReader = {
  format: 'otlp',
  looksFor:
    'labels.csv or labels.json, and *log*, *metric*, *trace* or *span* as OTLP JSON lines (.jsonl, .ndjson, .json, plain, .gz or .zst) or Parquet',
  nested: true,

  find(root) {
    const files = listFiles(root).map((file) => ({ file, name: file.replace(/^.*\//, '') }));
    const tables = files.filter(({ name }) => {
      const format = formatOf(name);
      return !isLabels(name) && (format === 'jsonl' || format === 'parquet');
    });
    const of = (modality: Modality) =>
      tables.filter(({ name }) => signalsOf(name).includes(modality)).map(({ file }) => file);
    return {
      root,
      labels: files.filter(({ name }) => isLabels(name)).map(({ file }) => file),
      log: of('log'),
      metric: of('metric'),
      trace: of('trace'),
    };
  },

  labels: readLabels,

  async clock(options, files) {
    const zone = givenZone(options);
    if (!zone) return {};
    const moved = await eachLabelTable(files, options, (root, [file = ''], part) =>
      localParts([{ name: 'labels', root, file, part }]),
    );
    return moved.some(({ size }) => size > 0) ? { labels: { zone: offsetOf(zone) } } : {};
  },

  relation(files, modality, options): Relation {
    const keys = Array.isArray(options.kpi_attributes) ? options.kpi_attributes.map(String) : undefined;
    const own = files[modality];
    const json = own.filter((file) => formatOf(file) === 'jsonl');
    const parquet = own.filter((file) => formatOf(file) === 'parquet');
    const fromJson = { log: jsonLogs, metric: jsonPoints, trace: jsonSpans }[modality];
    const parts = [
      ...(json.length > 0 ? [fromJson(files.root, json, keys)] : []),
      ...(parquet.length > 0 ? parquetRecords(files.root, parquet, modality, keys) : []),
    ];
    const from = parts.map((part) => `(${part})`).join(' UNION ALL BY NAME ');
    const repaired = modality === 'log' ? 'coalesce(repaired AND time IS NOT NULL, false)' : 'false';
    return {
      files: own,
      unit: 'ns',
      nameOf: otlpName,
      rows: `SELECT time, ${repaired} AS repaired, struct_pack(file := filename, "at" := CAST(NULL AS BIGINT), why := why) AS used FROM (${from})`,
      records: `SELECT ${records[modality]} FROM (${from}) WHERE time IS NOT NULL`,
    };
  },
};

const records: Readonly<Record<Modality, string>> = {
  log: 'time, instance, message, NULL AS key, level',
  metric: `time, entity, unnest(CASE WHEN count IS NULL THEN [name] ELSE [name || '.count', name || '.sum'] END) AS kpi, unnest(CASE WHEN count IS NULL THEN [value] ELSE [count, sum] END) AS value`,
  trace: `time, trace, span, CASE WHEN regexp_full_match(parent, '0*') OR parent = span THEN NULL ELSE parent END AS parent, entity, operation, duration_us, status`,
};

function otlpName(entity: string): string {
  return entity.startsWith(podMark) ? podService(entity.slice(podMark.length)) : seriesService(entity);
}

async function readLabels(files: DatasetFiles, options: ReaderOptions): Promise<LabelSet> {
  const sets = await eachLabelTable(files, options, readTableLabels);
  return { rows: sets.flatMap(({ rows }) => rows), refused: sets.flatMap(({ refused }) => refused) };
}

/** Label files as tables, a list of objects among them. */
async function eachLabelTable<T>(
  files: DatasetFiles,
  options: ReaderOptions,
  visit: (root: string, files: readonly string[], part: NamedColumns) => Promise<T>,
): Promise<T[]> {
  const zone = givenZone(options);
  const clock = { unit: 'auto' as const, ...(zone ? { zone } : {}) };
  const folder = mkdtempSync(join(tmpdir(), 'medx-labels-'));
  try {
    const results: T[] = [];
    for (const file of files.labels) {
      const [root, path] = /\.json$/i.test(file) ? listAsLines(files.root, file, folder) : [files.root, file];
      const { names } = readTableHead(root, path);
      const known = ['time', 'service', 'type', ...(names.includes('instance') ? ['instance'] : [])];
      const column = (name: string) => (known.includes(name) ? name : undefined);
      results.push(await visit(root, [path], { clock, column }));
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A list of objects as JSON lines of the same name. */
function listAsLines(root: string, file: string, folder: string): readonly [root: string, file: string] {
  const expected = 'a list of objects with time, service and type';
  const list = readJson(root, file, expected);
  if (!Array.isArray(list)) throw labelError(file, 'not a list', expected);
  const name = file.replaceAll('/', '-');
  writeFileSync(join(folder, name), list.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return [folder, name];
}
