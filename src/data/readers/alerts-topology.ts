/** What a set of extracted events says of its system: which instance calls which, per failure, and texts of templates. */
import { onlyFile, readKeyed } from './alerts-files.ts';
import { labelError, readCsv } from './labels.ts';
import type { CaseTopology, DatasetFiles, EventSet } from './reader.ts';

const called = (files: DatasetFiles, name: string) =>
  onlyFile(
    files.labels.filter((file) => new RegExp(`(^|/)${name}\\.`).test(file)),
    name,
  );

/** Edges count positions in the failure's own nodes. Self-loops and repeated edges are kept as they are. */
export function readTopology(
  files: DatasetFiles,
  rowOf: ReadonlyMap<string, number>,
  copies: readonly string[],
): Pick<EventSet, 'topology' | 'topologyRefused'> {
  const [nodeFile, edgeFile] = [called(files, 'nodes'), called(files, 'edges')];
  let [entries, first] = [0, ''];
  const refuse = (place: string, problem: string) => {
    entries++;
    first ||= `${place}: ${problem}`;
  };
  const surplus = new Set<string>();
  const nodesOf = new Map<number, string[]>();
  const topology: (CaseTopology | null)[] = Array.from({ length: rowOf.size }, () => null);
  for (const [key, list] of nodeFile ? readKeyed(files.root, nodeFile) : []) {
    const row = rowOf.get(key);
    if (row === undefined) surplus.add(key);
    else if (!Array.isArray(list) || !list.every((one) => typeof one === 'string' && one !== ''))
      refuse(`${nodeFile}, key ${key}`, 'not a list of instances');
    else {
      nodesOf.set(row, list);
      topology[row] = { nodes: list, edges: [] };
    }
  }
  for (const [key, list] of edgeFile ? readKeyed(files.root, edgeFile) : []) {
    const row = rowOf.get(key);
    if (row === undefined) {
      surplus.add(key);
      continue;
    }
    const nodes = nodesOf.get(row);
    if (!nodes || !Array.isArray(list)) {
      refuse(`${edgeFile}, key ${key}`, nodes ? 'not a list of edges' : 'edges without nodes');
      continue;
    }
    const edges = list.flatMap((edge: unknown, i): [string, string][] => {
      const ends = Array.isArray(edge) && edge.length === 2 ? edge : [];
      const [from, to] = ends.map((end) => (typeof end === 'number' ? nodes[end] : undefined));
      if (from !== undefined && to !== undefined) return [[from, to]];
      refuse(`${edgeFile}, key ${key}, edge ${i + 1}`, `${showEdge(edge)} joins no two of its nodes`);
      return [];
    });
    topology[row] = { nodes, edges };
  }
  for (const key of copies) surplus.delete(key);
  return { topology: nodeFile ? topology : [], topologyRefused: { entries, first, surplus: [...surplus] } };
}

function showEdge(edge: unknown): string {
  if (!Array.isArray(edge)) return 'it';
  return `[${edge.map((end) => (typeof end === 'number' ? end : typeof end)).join(', ')}]`;
}

export function readTemplates(files: DatasetFiles): EventSet['templates'] {
  const file = called(files, 'drain-templates');
  if (!file) return [];
  const [header, ...rows] = readCsv(files.root, file);
  const [id, text] = ['id', 'template'].map((name) => header?.cells.indexOf(name) ?? -1);
  if (id === undefined || text === undefined || id < 0 || text < 0)
    throw labelError(file, 'the column id or template is missing', 'a header with id and template');
  return rows.map(({ cells }) => ({ id: cells[id] ?? '', text: cells[text] ?? '' }));
}
