/**
 * Reader of what `medx data convert` wrote: `labels.json` and normalised records in Parquet, one file per modality and day
 * (`log/2024-03-22.parquet`). Nothing is repaired or mapped here: the reader of the source has done that.
 */
import { listFiles } from '../files.ts';
import { csvSelect, touch } from './csv.ts';
import { isObject, labelError, readJson } from './labels.ts';
import { instanceMark, seriesService } from './pod.ts';
import type { DatasetFiles, DatasetReader, LabelRow, LabelSet, Relation } from './reader.ts';

const labelFile = 'labels.json';

export const converted: DatasetReader = {
  format: 'converted',
  looksFor: 'labels.json and {log,metric,trace}/DAY.parquet, as `medx data convert` writes them',

  find(root) {
    const files = listFiles(root);
    const below = (folder: string) =>
      files.filter((file) => new RegExp(`^${folder}/\\d{4,6}-\\d\\d-\\d\\d\\.parquet$`).test(file));
    return {
      root,
      labels: files.filter((file) => file === labelFile),
      log: below('log'),
      metric: below('metric'),
      trace: below('trace'),
    };
  },

  labels(files) {
    const expected = 'what `medx data convert` wrote: {format: 1, rows: […], refused: […]}';
    const value = readJson(files.root, labelFile, expected);
    if (!isObject(value) || value.format !== 1 || !Array.isArray(value.rows) || !Array.isArray(value.refused))
      throw labelError(labelFile, 'it is of another form', expected);
    const rows = value.rows as LabelRow[];
    const wrong = rows.findIndex(
      (row) =>
        !isObject(row) ||
        !Number.isFinite(row.time) ||
        typeof row.type !== 'string' ||
        typeof row.service !== 'string' ||
        typeof row.instance !== 'string',
    );
    if (wrong >= 0)
      throw labelError(
        `${labelFile}, entry ${wrong + 1}`,
        'time, service, instance or type is missing',
        expected,
      );
    return { rows, refused: value.refused as LabelSet['refused'] };
  },

  relation(files, modality): Relation {
    return { log: logRelation, metric: metricRelation, trace: traceRelation }[modality](files);
  },
};

/** A service and which of its instances. */
const entity = `instance || '${instanceMark}' || coalesce(entity, '') AS entity`;

/** The entity of a log line is kept as the source wrote it: copies are told by it. `instance` is its name elsewhere. */
function logRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.log, {
    needed: { time: 'DOUBLE', entity: 'VARCHAR', message: 'VARCHAR' },
    optional: { key: 'VARCHAR', level: 'VARCHAR' },
  });
  return relationOf(
    files.log,
    ['entity', 'message', 'key', 'level'],
    table,
    'time, entity AS instance, message, key, level',
  );
}

function metricRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.metric, {
    needed: { time: 'DOUBLE', entity: 'VARCHAR', instance: 'VARCHAR', kpi: 'VARCHAR', value: 'DOUBLE' },
  });
  return relationOf(
    files.metric,
    ['entity', 'instance', 'kpi', 'value'],
    table,
    `time, ${entity}, kpi, value`,
  );
}

function traceRelation(files: DatasetFiles): Relation {
  const columns = {
    trace: 'VARCHAR',
    span: 'VARCHAR',
    parent: 'VARCHAR',
    instance: 'VARCHAR',
    operation: 'VARCHAR',
  } as const;
  const table = csvSelect(files.root, files.trace, {
    needed: { time: 'DOUBLE', entity: 'VARCHAR', ...columns, duration_us: 'DOUBLE' },
    optional: { status: 'VARCHAR' },
  });
  return relationOf(
    files.trace,
    ['entity', ...Object.keys(columns), 'duration_us', 'status'],
    table,
    `time, trace, span, parent, ${entity}, operation, duration_us, status`,
  );
}

function relationOf(
  files: readonly string[],
  used: readonly string[],
  table: string,
  fields: string,
): Relation {
  return {
    files,
    unit: 'ms',
    nameOf: seriesService,
    rows: `SELECT time, false AS repaired, ${touch(...used)} AS used FROM (${table})`,
    records: `SELECT ${fields} FROM (${table})`,
  };
}
