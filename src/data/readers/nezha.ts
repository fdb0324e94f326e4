/**
 * Reader of Nezha's data (FSE '23), TrainTicket and Online Boutique: `rca_data/DAY/{log,metric,trace}/…csv[.gz]` and
 * `DAY-fault_list.json`. `construct_data` repeats the metrics and holds fault-free samples: it is left out, and so are the
 * tables beside the metrics of pods that Online Boutique has (`dependency`, `source_50`, `destination_50`).
 *
 * Times: every column used here is UTC. `inject_time` dates a fault; `inject_timestamp` is wrong for 24 of 28 faults of
 * the first day and is not read. The clock inside a log text (UTC+8) is text. Instances are service names: the pod's last
 * two dash parts are a hash that changes between days, and would tell the day.
 */
import { sqlText } from '../database.ts';
import { listFiles } from '../files.ts';
import { offsetOf, toUtc } from '../tables/zone.ts';
import { csvSelect, quoted, readTableHead, refusedLine, tableFile, touch } from './csv.ts';
import { isObject, labelError, mergeInjections, readJson } from './labels.ts';
import { type DatasetFiles, type DatasetReader, type LabelRow, type Relation, rejects } from './reader.ts';
import { zoneOf } from './times.ts';

/** `ts-travel-service-64469b5b48-25zj6` → `ts-travel-service`. */
function serviceOf(pod: string): string {
  return pod.replace(/-[^-]+-[^-]+$/, '');
}

export const nezha: DatasetReader = {
  format: 'nezha',
  looksFor:
    'rca_data/DAY/DAY-fault_list.json and DAY/{log,metric,trace}/*.csv (or .jsonl, .ndjson, plain, .gz or .zst, or .parquet)',

  find(root, options) {
    // A zone that is none is told when planning, not when the labels are read.
    zoneOf(options, 'UTC');
    const files = listFiles(root).filter((file) => !/(^|\/)construct_data\//.test(file));
    const below = (folder: string) => files.filter((file) => tableFile(`(^|/)${folder}/[^/]*`).test(file));
    return {
      root,
      labels: files.filter((file) => /(^|\/)[^/]*fault_list\.json(\.(gz|zst))?$/.test(file)),
      log: below('log'),
      metric: files.filter((file) => tableFile('(^|/)metric/([^/]*_metric|front_service)').test(file)),
      trace: below('trace'),
    };
  },

  clock: (options) => ({ labels: { zone: offsetOf(zoneOf(options, 'UTC')) } }),

  labels(files, options) {
    const zone = zoneOf(options, 'UTC');
    const rows: LabelRow[] = [];
    const refused: { id: string; reason: string }[] = [];
    const expected = 'an object of hours, each a list of {inject_time, inject_pod, inject_type}';
    for (const file of files.labels) {
      const hours = readJson(files.root, file, expected);
      if (!isObject(hours)) throw labelError(file, 'not an object', expected);
      for (const [hour, list] of Object.entries(hours)) {
        if (!Array.isArray(list)) throw labelError(file, `hour ${hour} is not a list`, expected);
        list.forEach((entry: unknown, i) => {
          const place = `${file}, hour ${hour}, entry ${i + 1}`;
          const fault = isObject(entry) ? entry : {};
          const { inject_time: text, inject_pod: pod, inject_type: type } = fault;
          const time =
            typeof text === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
              ? toUtc(Date.parse(`${text.replace(' ', 'T')}Z`), zone)
              : Number.NaN;
          if (Number.isNaN(time))
            refused.push({ id: place, reason: `inject_time ${JSON.stringify(text)} is no time` });
          else if (typeof pod !== 'string' || typeof type !== 'string' || pod === '' || type === '')
            refused.push({ id: place, reason: 'inject_pod or inject_type is missing' });
          else rows.push({ time, service: serviceOf(pod), instance: pod, type, place });
        });
      }
    }
    return mergeInjections(rows, refused);
  },

  relation(files, modality): Relation {
    return { log: logRelation, metric: metricRelation, trace: traceRelation }[modality](files);
  },
};

/**
 * `Log` is a JSON text {log, stream, time}; the message is its `log`. 124 rows of the published data have Go's zero time
 * in TimeUnixNano (year 1754): their Timestamp, UTC without a zone, is right. Two rows are torn (one record runs into the
 * next): the first record is kept as far as it reads.
 */
function logRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.log, {
    needed: {
      TimeUnixNano: 'BIGINT',
      Timestamp: 'VARCHAR',
      PodName: 'VARCHAR',
      TraceID: 'VARCHAR',
      SpanID: 'VARCHAR',
      Log: 'VARCHAR',
    },
    times: { TimeUnixNano: 'ns' },
  });
  const time = `CASE WHEN "TimeUnixNano" > 0 THEN "TimeUnixNano" / 1e6 ELSE epoch_us(TRY_CAST("Timestamp" AS TIMESTAMP)) / 1e3 END`;
  // A row is a copy of another only if the raw texts agree, so the key is their hash's input: time, trace, span and log.
  const outer = `CASE WHEN json_valid("Log") THEN coalesce("Log" ->> '$.log', "Log") ELSE "Log" END`;
  // Online Boutique's services log JSON themselves; TrainTicket's lines are plain.
  const text = `CASE WHEN starts_with(outer_log, '{') AND json_valid(outer_log) THEN coalesce(outer_log ->> '$.message', outer_log) ELSE outer_log END`;
  const level = `CASE WHEN starts_with(outer_log, '{') AND json_valid(outer_log) THEN coalesce(outer_log ->> '$.severity', outer_log ->> '$.level') END`;
  const fields = `"PodName" AS instance, ${text} AS message, concat_ws(' ', "Timestamp", "PodName", "TraceID", "SpanID") AS key, ${level} AS level`;
  const part = '([^,]*)';
  const torn = `regexp_extract(${refusedLine}, '^${part},(\\d+),${part},${part},${part},${part},${part},"(.*)$', ['Timestamp', 'TimeUnixNano', 'Node', 'PodName', 'Container', 'TraceID', 'SpanID', 'Log'])`;
  return {
    files: files.log,
    unit: 'ns',
    nameOf: serviceOf,
    rows: `SELECT ${time} AS time, coalesce("TimeUnixNano" <= 0, false) AS repaired, ${touch('PodName', 'TraceID', 'SpanID', 'Log')} AS used FROM (${table})`,
    records: `SELECT ${time} AS time, ${fields} FROM (SELECT *, ${outer} AS outer_log FROM (${table}))`,
    recover: `SELECT CAST(t.TimeUnixNano AS BIGINT) / 1e6 AS time, t.PodName AS instance, coalesce(nullif(regexp_extract(t.Log, '""log"":""(.*?)\\\\n""', 1), ''), t.Log) AS message, concat_ws(' ', t.Timestamp, t.PodName, t.TraceID, t.SpanID) AS key, CAST(NULL AS VARCHAR) AS level FROM (SELECT DISTINCT ${torn} AS t FROM ${rejects}) WHERE t.TimeUnixNano <> ''`,
  };
}

/** One row per pod and minute, a column per KPI. `NaN` texts are gaps. `front_service.csv` is one more instance with its own KPIs. */
function metricRelation(files: DatasetFiles): Relation {
  const groups = new Map<string, string[]>();
  for (const file of files.metric) {
    const key = JSON.stringify(readTableHead(files.root, file).names);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const parts = [...groups].map(([key, members]) => {
    const names = JSON.parse(key) as string[];
    const instance = names.includes('ServiceName') ? 'ServiceName' : 'PodName';
    const kpis = names.filter((name) => name !== '' && !['Time', 'TimeStamp', instance].includes(name));
    const table = csvSelect(files.root, members, {
      needed: {
        TimeStamp: 'DOUBLE',
        [instance]: 'VARCHAR',
        ...Object.fromEntries(kpis.map((kpi) => [kpi, 'DOUBLE'] as const)),
      },
      times: { TimeStamp: 's' },
    });
    return {
      rows: `SELECT "TimeStamp" * 1e3 AS time, false AS repaired, ${touch(instance, ...kpis)} AS used FROM (${table})`,
      records: `SELECT "TimeStamp" * 1e3 AS time, ${quoted(instance)} AS entity, unnest([${kpis.map(sqlText).join(', ')}]) AS kpi, unnest([${kpis.map(quoted).join(', ')}]) AS value FROM (${table})`,
    };
  });
  return {
    files: files.metric,
    unit: 's',
    nameOf: serviceOf,
    rows: parts.map((part) => part.rows).join(' UNION ALL '),
    records: parts.map((part) => part.records).join(' UNION ALL '),
  };
}

/** Times in nanoseconds (a double holds so many digits only if whole microseconds are taken first), `Duration` in microseconds, `root` for the parent of a root span. */
function traceRelation(files: DatasetFiles): Relation {
  const table = csvSelect(files.root, files.trace, {
    needed: {
      TraceID: 'VARCHAR',
      SpanID: 'VARCHAR',
      ParentID: 'VARCHAR',
      PodName: 'VARCHAR',
      OperationName: 'VARCHAR',
      StartTimeUnixNano: 'BIGINT',
      Duration: 'DOUBLE',
    },
    times: { StartTimeUnixNano: 'ns' },
  });
  return {
    files: files.trace,
    unit: 'ns',
    nameOf: serviceOf,
    rows: `SELECT ("StartTimeUnixNano" // 1000) / 1e3 AS time, false AS repaired, ${touch('TraceID', 'SpanID', 'ParentID', 'PodName', 'OperationName', 'Duration')} AS used FROM (${table})`,
    records: `SELECT ("StartTimeUnixNano" // 1000) / 1e3 AS time, "TraceID" AS trace, "SpanID" AS span, nullif("ParentID", 'root') AS parent, "PodName" AS entity, "OperationName" AS operation, "Duration" AS duration_us, CAST(NULL AS VARCHAR) AS status FROM (${table})`,
  };
}
