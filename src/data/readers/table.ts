/**
 * Reader of tables whose columns the `.med` file names: `table("mine", labels: rows(files: "faults.csv", …), log: rows(…))`.
 * Labels are read with the same layer as telemetry, so they may have any of its forms.
 */
import { tableParts } from '../../catalog/sources/table.ts';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Modality } from '../../stages/contracts.ts';
import { sqlText } from '../database.ts';
import { listFiles } from '../files.ts';
import { timeUnits } from '../tables/clock.ts';
import { globPattern } from '../tables/glob.ts';
import { readTableHeads } from '../tables/select.ts';
import { offsetOf } from '../tables/zone.ts';
import type { DatasetReader, PartClock, Relation } from './reader.ts';
import { readTableLabels } from './table-labels.ts';
import { parseTableOptions, type TableOptions, type TablePart } from './table-options.ts';
import { localParts, rowsSql, scanTables } from './table-scan.ts';

export const table: DatasetReader = {
  format: 'table',
  looksFor: 'the files that `table(…)` names',

  find(root, options) {
    const { part } = parseTableOptions(options);
    const all = listFiles(root);
    const wrong: Diagnostic[] = [];
    const named = (name: (typeof tableParts)[number]) => {
      const given = part(name);
      if (!given) return [];
      const pattern = globPattern(given.files);
      const found = all.filter((file) => pattern.test(file));
      if (found.length === 0)
        wrong.push(report(dataCodes, 'MED3021', { part: name, files: given.files, there: all }));
      return found;
    };
    const [labels, log, metric, trace] = tableParts.map(named);
    if (wrong.length > 0) throw new MedxError(wrong);
    return { root, labels: labels ?? [], log: log ?? [], metric: metric ?? [], trace: trace ?? [] };
  },

  async labels(files, options) {
    const parsed = parseTableOptions(options);
    return readTableLabels(files.root, files.labels, partOf(parsed, 'labels'));
  },

  async clock(options, files) {
    const parsed = parseTableOptions(options);
    const parts = tableParts.flatMap((name) => {
      const [file] = files[name];
      return file === undefined ? [] : [{ name, root: files.root, file, part: partOf(parsed, name) }];
    });
    const local = await localParts(parts);
    const clocks = parts.map(({ name, part: { clock } }): [string, PartClock] => [
      name,
      {
        ...(local.has(name) && clock.zone ? { zone: offsetOf(clock.zone) } : {}),
        unit: { now: clock.unit, of: timeUnits, within: `${name}: …(…)` },
      },
    ]);
    return Object.fromEntries(clocks);
  },

  relation(files, modality, options): Relation {
    const parsed = parseTableOptions(options);
    const part = partOf(parsed, modality);
    const build = { log: logSql, metric: metricSql, trace: traceSql }[modality];
    const detected = part.clock.unit === 'auto' ? { detected: true } : {};
    return {
      files: files[modality],
      unit: 'ms',
      nameOf: parsed.serviceOf,
      ...detected,
      ...build(files.root, files[modality], part),
    };
  },
};

function partOf(options: TableOptions, name: Modality | 'labels'): TablePart {
  const part = options.part(name);
  if (!part) throw new Error(`\`table\` has no argument \`${name}\``);
  return part;
}

type Sql = Pick<Relation, 'rows' | 'records'>;

function logSql(root: string, files: readonly string[], part: TablePart): Sql {
  const ids = part.list('id') ?? [];
  const withIds: TablePart = {
    ...part,
    column: (argument) =>
      argument.startsWith('id ') ? ids[Number(argument.slice(3))] : part.column(argument),
  };
  const idTypes = Object.fromEntries(ids.map((_, i) => [`id ${i}`, 'VARCHAR'] as const));
  const { from, of } = scanTables(root, files, withIds, {
    instance: 'VARCHAR',
    message: 'VARCHAR',
    level: 'VARCHAR',
    ...idTypes,
  });
  const text = of('message');
  const field = part.column('field');
  const message =
    field === undefined
      ? text
      : `CASE WHEN json_valid(${text}) THEN coalesce(json_extract_string(${text}, ${sqlText(`$.${JSON.stringify(field)}`)}), ${text}) ELSE ${text} END`;
  const key = ids.length === 0 ? 'NULL' : `concat_ws(' ', ${ids.map((_, i) => of(`id ${i}`)).join(', ')})`;
  const used = ['instance', 'message', 'level', ...Object.keys(idTypes)];
  return {
    rows: rowsSql(from, of, used),
    records: `SELECT ${of('time')} AS time, ${of('instance')} AS instance, ${message} AS message, ${key} AS key, ${of('level')} AS level FROM (${from})`,
  };
}

function metricSql(root: string, files: readonly string[], part: TablePart): Sql {
  if (part.form === 'wide') return wideSql(root, files, part);
  const { from, of } = scanTables(root, files, part, {
    instance: 'VARCHAR',
    kpi: 'VARCHAR',
    value: 'DOUBLE',
  });
  return {
    rows: rowsSql(from, of, ['instance', 'kpi', 'value']),
    records: `SELECT ${of('time')} AS time, ${of('instance')} AS entity, ${of('kpi')} AS kpi, ${of('value')} AS value FROM (${from})`,
  };
}

/** Files of the same columns are read together. */
function wideSql(root: string, files: readonly string[], part: TablePart): Sql {
  const groups = new Map<string, string[]>();
  const leave = new Set(['', part.column('time'), part.column('instance'), ...(part.list('skip') ?? [])]);
  for (const { file, names } of readTableHeads(root, files)) {
    const kpis = part.list('kpis') ?? names.filter((name) => !leave.has(name));
    const key = JSON.stringify(kpis);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  const parts = [...groups].map(([key, members]) => {
    const kpis = JSON.parse(key) as string[];
    const columnOf = new Map(kpis.map((kpi, i) => [`kpi ${i}`, kpi]));
    const wide: TablePart = {
      ...part,
      column: (argument) => columnOf.get(argument) ?? part.column(argument),
    };
    const types = Object.fromEntries([...columnOf.keys()].map((argument) => [argument, 'DOUBLE'] as const));
    const { from, of } = scanTables(root, members, wide, { instance: 'VARCHAR', ...types });
    const values = [...columnOf.keys()].map(of);
    return {
      rows: rowsSql(from, of, ['instance', ...columnOf.keys()]),
      records: `SELECT ${of('time')} AS time, ${of('instance')} AS entity, unnest([${kpis.map(sqlText).join(', ')}]) AS kpi, unnest([${values.join(', ')}]) AS value FROM (${from})`,
    };
  });
  return {
    rows: parts.map(({ rows }) => rows).join(' UNION ALL '),
    records: parts.map(({ records }) => records).join(' UNION ALL '),
  };
}

const toUs: Readonly<Record<string, string>> = { us: '* 1', ns: '/ 1e3', ms: '* 1e3', s: '* 1e6' };

function traceSql(root: string, files: readonly string[], part: TablePart): Sql {
  const texts = ['trace', 'span', 'parent', 'service', 'operation', 'status'];
  const types = Object.fromEntries(texts.map((name) => [name, 'VARCHAR'] as const));
  const { from, of } = scanTables(root, files, part, { ...types, duration: 'DOUBLE' });
  const none = `${of('parent')} = ${of('span')} OR regexp_full_match(${of('parent')}, '0*|root')`;
  const factor = toUs[part.column('duration_unit') ?? 'us'] ?? '* 1';
  return {
    rows: rowsSql(from, of, [...texts, 'duration']),
    records: `SELECT ${of('time')} AS time, ${of('trace')} AS trace, ${of('span')} AS span, CASE WHEN ${none} THEN NULL ELSE ${of('parent')} END AS parent, ${of('service')} AS entity, ${of('operation')} AS operation, ${of('duration')} ${factor} AS duration_us, ${of('status')} AS status FROM (${from})`,
  };
}
