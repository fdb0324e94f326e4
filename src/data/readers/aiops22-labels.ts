/**
 * Labels of D1 (AIOps Challenge 2022): columns timestamp [s], level (node, service or pod), cmdb_id, failure_type, as a
 * JSON object of columns or as CSV; OpenRCA's record.csv has the same as timestamp, level, component, reason.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import { isObject, labelError, mergeInjections, readCsv, readJson } from './labels.ts';
import type { DatasetFiles, LabelRow, LabelSet, ReaderOptions } from './reader.ts';
import { labelClock } from './times.ts';

/**
 * Class by failure type, white space and case left out. Pods and services as in the authors' configuration. They leave
 * nodes out; those classes are medx's, of the same kind of resource, but a full disk is no class of theirs: `disk`.
 */
const classOf: Readonly<Record<string, string>> = {
  k8s容器cpu负载: 'cpu',
  k8s容器内存负载: 'memory',
  k8s容器读io负载: 'io',
  k8s容器写io负载: 'io',
  k8s容器网络延迟: 'network',
  k8s容器网络丢包: 'network',
  k8s容器网络资源包重复发送: 'network',
  k8s容器网络资源包损坏: 'network',
  k8s容器进程中止: 'process',
  node节点cpu故障: 'cpu',
  node节点cpu爬升: 'cpu',
  node内存消耗: 'memory',
  node磁盘读io消耗: 'io',
  node磁盘写io消耗: 'io',
  node磁盘空间消耗: 'disk',
  // OpenRCA's words.
  containercpuload: 'cpu',
  containermemoryload: 'memory',
  'containerreadi/oload': 'io',
  'containerwritei/oload': 'io',
  containernetworklatency: 'network',
  containerpacketloss: 'network',
  containernetworkpacketloss: 'network',
  containernetworkpacketretransmission: 'network',
  containernetworkpacketcorruption: 'network',
  containerprocesstermination: 'process',
  nodecpuload: 'cpu',
  nodecpuspike: 'cpu',
  nodememoryconsumption: 'memory',
  'nodediskreadi/oconsumption': 'io',
  'nodediskwritei/oconsumption': 'io',
  nodediskspaceconsumption: 'disk',
};

/** Column → the names it goes by. */
const names = {
  timestamp: ['timestamp'],
  level: ['level'],
  cmdb_id: ['cmdb_id', 'component'],
  failure_type: ['failure_type', 'reason'],
} as const;
type Column = keyof typeof names;
type Entry = Readonly<Record<Column, string>> & { readonly place: string };

/** `adservice2-0`, `adservice-1`, `node-6.adservice-1` → `adservice`; `node-3` and `adservice` are their own. */
export function serviceOf(entity: string): string {
  const name = podOf(entity);
  return /^node-\d+$/.test(name) ? name : name.replace(/\d?-\d+$/, '');
}

/** `node-6.adservice2-0` → `adservice2-0`. */
export function podOf(entity: string): string {
  return entity.replace(/^node-\d+\./, '');
}

export function readAiops22Labels(files: DatasetFiles, options: ReaderOptions): LabelSet {
  const clock = labelClock(options);
  const rows: LabelRow[] = [];
  const refused: { id: string; reason: string }[] = [];
  const nodes: string[] = [];
  for (const file of files.labels)
    for (const { place, ...entry } of /\.json/.test(file)
      ? jsonEntries(files.root, file)
      : csvEntries(files.root, file)) {
      const time = clock(entry.timestamp);
      const entity = entry.cmdb_id.trim();
      const type = classOf[entry.failure_type.replace(/\s/g, '').toLowerCase()];
      const isNode = entry.level.trim() === 'node' || /^node-\d+$/.test(entity);
      if (!Number.isFinite(time))
        refused.push({ id: place, reason: `the time \`${entry.timestamp}\` is no number` });
      else if (entity === '') refused.push({ id: place, reason: 'cmdb_id is missing' });
      else if (isNode && options.node_failures !== 'keep') nodes.push(entry.failure_type.trim());
      else if (type === undefined)
        refused.push({ id: place, reason: `the failure type \`${entry.failure_type}\` belongs to no class` });
      else rows.push({ time, service: serviceOf(entity), instance: podOf(entity), type, place });
    }
  const types = [...new Set(nodes)].sort();
  const notices = nodes.length > 0 ? [report(setCodes, 'MED3135', { failures: nodes.length, types })] : [];
  return { ...mergeInjections(rows, refused), notices };
}

function jsonEntries(root: string, file: string): Entry[] {
  const expected = 'an object of equally long lists timestamp, level, cmdb_id, failure_type';
  const table = readJson(root, file, expected);
  if (!isObject(table)) throw labelError(file, 'not an object', expected);
  const column = (name: Column): readonly unknown[] | undefined => {
    const list = names[name].map((one) => table[one]).find((value) => value !== undefined);
    // pandas writes a column as {"0": …, "1": …} unless told otherwise.
    const values = isObject(list) ? Object.values(list) : list;
    if (Array.isArray(values)) return values;
    if (name === 'level') return undefined;
    throw labelError(file, `the list \`${names[name].join('` or `')}\` is missing`, expected);
  };
  const times = column('timestamp') ?? [];
  const columns = Object.entries({
    level: column('level'),
    cmdb_id: column('cmdb_id'),
    failure_type: column('failure_type'),
  });
  for (const [name, list] of columns)
    if (list && list.length !== times.length) {
      const problem = `\`${name}\` has ${list.length} entries, \`timestamp\` ${times.length}`;
      throw labelError(file, problem, expected);
    }
  const [levels, entities, types] = columns.map(([, list]) => list);
  return times.map((time, i) => ({
    timestamp: String(time ?? ''),
    level: String(levels?.[i] ?? ''),
    cmdb_id: String(entities?.[i] ?? ''),
    failure_type: String(types?.[i] ?? ''),
    place: `${file}, entry ${i + 1}`,
  }));
}

function csvEntries(root: string, file: string): Entry[] {
  const expected =
    'a header with timestamp, level, cmdb_id, failure_type (OpenRCA: timestamp, level, component, reason)';
  const [header, ...rows] = readCsv(root, file);
  const cells = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const at = (name: Column): number => {
    const index = names[name].map((one) => cells.indexOf(one)).find((i) => i >= 0) ?? -1;
    if (index < 0 && name !== 'level')
      throw labelError(file, `the column ${names[name].join(' or ')} is missing`, expected);
    return index;
  };
  const [time, level, entity, type] = [at('timestamp'), at('level'), at('cmdb_id'), at('failure_type')];
  return rows.map(({ line, cells: row }) => ({
    timestamp: row[time] ?? '',
    level: row[level] ?? '',
    cmdb_id: row[entity] ?? '',
    failure_type: row[type] ?? '',
    place: `${file}, line ${line}`,
  }));
}
