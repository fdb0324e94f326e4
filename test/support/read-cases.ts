/** Reads raw files as a data set of any format: text files in, cases, counts and notices out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stageKinds } from '../../src/catalog/stages.ts';
import { type Diagnostic, MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { parquetRows } from './parquet.ts';
import { runStages, stageNode } from './run-stages.ts';
import { tempFolder } from './temp.ts';

export type RawFiles = Readonly<Record<string, string>>;

/** Writes files below `folder/set`; a path that ends in `.gz` is packed. */
export function writeFiles(folder: string, files: RawFiles): void {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, 'set', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, path.endsWith('.gz') ? gzipSync(text) : text);
  }
}

export interface FileCounts {
  readonly rows: number;
  readonly refused: number;
  readonly repaired: number;
  readonly range: readonly [number, number] | null;
}

export interface ReadSet {
  readonly table: CaseTable;
  readonly files: Readonly<Record<string, FileCounts>>;
  readonly records: Readonly<Record<string, readonly number[]>>;
  readonly notices: readonly string[];
  /** Class by the id of the case. */
  readonly classes: Readonly<Record<string, string | undefined>>;
  axes(kind: 'samples' | 'spans'): Readonly<Record<string, readonly string[]>>;
  rows(kind: 'lines' | 'samples' | 'spans'): Promise<Record<string, unknown>[]>;
}

const minutes = { window_ms: 60_000, before_ms: 120_000, after_ms: 120_000 };

/** `root` is below `dataRoot`; without it `files` are written first. `kinds` are the record stages to run as well. */
export async function readSet(
  format: string,
  files: RawFiles | { readonly dataRoot: string; readonly root: string },
  options: JsonObject = {},
  params: JsonObject = {},
  kinds: readonly ('lines' | 'samples' | 'spans')[] = [],
): Promise<ReadSet> {
  const folder = tempFolder(format);
  const given = 'dataRoot' in files && 'root' in files;
  if (!given) writeFiles(folder, files as RawFiles);
  const root = given ? String(files.root) : 'set';
  const dataset = { format, root, ...(Object.keys(options).length > 0 ? { options } : {}) };
  const cases = stageNode('cases', stageKinds.cases.version, { ...dataset, ...minutes, ...params });
  const nodes = kinds.map((kind) => stageNode(kind, stageKinds[kind].version, dataset, { cases }));
  const dataRoot = given ? String(files.dataRoot) : folder;
  const ran = await runStages([cases, ...nodes], join(folder, 'store'), { dataRoot });
  const artefact = ran.artefact(cases);
  const table = artefact.json<CaseTable>('cases');
  const telemetry = artefact.json<Pick<ReadSet, 'files' | 'records'>>('telemetry');
  const nodeOf = (kind: (typeof kinds)[number]) => {
    const node = nodes[kinds.indexOf(kind)];
    if (!node) throw new Error(`stage ${kind} did not run`);
    return ran.artefact(node);
  };
  return {
    table,
    ...telemetry,
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
    classes: Object.fromEntries(table.cases.map(({ id, label }) => [id, table.classes[label]])),
    axes: (kind) => nodeOf(kind).json('axes'),
    rows: (kind) => parquetRows(nodeOf(kind).path(`${kind}.parquet`)),
  };
}

/** What a refused read says: `CODE | place | message | notes … | fix`. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics.map(describe).join('\n');
}

function describe({ code, place = '', message, notes = [], fix = '' }: Diagnostic): string {
  return [code, place, message, ...notes, fix].join(' | ');
}

export function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}
