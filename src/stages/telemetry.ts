/** What the stages that read telemetry share: where the dataset is, its work database, and notices by code. */
import { join } from 'node:path';
import { type Database, openDatabase } from '../data/database.ts';
import { findDataset } from '../data/dataset.ts';
import { digestOf, mendFiles, readFacts } from '../data/facts.ts';
import { readers } from '../data/readers/index.ts';
import type {
  DatasetFiles,
  DatasetReader,
  LabelSet,
  ReaderOptions,
  Relation,
} from '../data/readers/reader.ts';
import { mendedFolder } from '../data/tables/csv.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { eventCodes } from '../diagnostics/codes/events.ts';
import { setCodes } from '../diagnostics/codes/sets.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';
import { type CaseTable, type Modality, modalities } from './contracts.ts';
import type { JsonObject, StageContext } from './stage.ts';

/** Parameters of `cases`, `lines`, `samples` and `spans`. With an input `raw` only the format counts. */
export type DatasetParams = JsonObject & {
  readonly format: string;
  readonly root: string;
  /** The other arguments of the source's call; absent without any. */
  readonly options?: ReaderOptions;
  /** True if the folder says that its telemetry was simulated. */
  readonly simulated?: boolean;
};

export interface OpenDataset {
  readonly reader: DatasetReader;
  readonly files: DatasetFiles;
  readonly options: ReaderOptions;
  readonly simulated: boolean;
  /** Rows of the files as counted without DuckDB, NaN where nobody can; absent for simulated files. */
  readonly rows?: Readonly<Record<Modality, number>>;
}

/**
 * The simulator's files if there is an input `raw`, else the dataset below the data root. Throws `MedxError` if it is
 * absent, damaged, or no longer what the plan saw. Files of the `wanted` modalities whose text no parser can be trusted with
 * are replaced by mended copies in the stage's work folder.
 */
export async function openDataset(
  params: DatasetParams,
  context: StageContext,
  wanted: readonly Modality[] = modalities,
): Promise<OpenDataset> {
  const options = params.options ?? {};
  const raw = context.inputs.raw;
  if (raw) {
    const reader = readers[params.format];
    if (!reader) throw unknownFormat(params.format);
    return { reader, files: reader.find(await raw.checkedPath('raw'), options), options, simulated: true };
  }
  const location = findDataset(context.dataRoot, params.format, params.root, options);
  if (!location.found) throw new MedxError(location.diagnostic);
  const facts = await readFacts(location.files, context.cacheDir);
  if (params.digest !== undefined && digestOf(facts) !== params.digest)
    throw new MedxError(report(dataCodes, 'MED3012', { root: params.root }));
  const simulated = params.simulated === true;
  // Events are read by their reader alone, from files of any form.
  if (location.reader.events) return { ...location, options, simulated };
  const files = await mendFiles(pick(location.files, wanted), facts, join(context.workDir, mendedFolder));
  const rows = Object.fromEntries(
    modalities.map((modality) => [
      modality,
      location.reader.nested
        ? Number.NaN
        : location.files[modality].reduce((sum, file) => sum + (facts.get(file)?.rows ?? Number.NaN), 0),
    ]),
  ) as Record<Modality, number>;
  return { reader: location.reader, files, options, simulated, rows };
}

function pick(files: DatasetFiles, wanted: readonly Modality[]): DatasetFiles {
  const only = (modality: Modality) => (wanted.includes(modality) ? files[modality] : []);
  return { ...files, log: only('log'), metric: only('metric'), trace: only('trace') };
}

/** The labels, and every modality that has files as SQL. Throws `MedxError` with what is wrong with any of them. */
export async function openParts({ reader, files, options }: OpenDataset): Promise<{
  readonly labels: LabelSet;
  readonly relations: { readonly [modality in Modality]?: Relation };
}> {
  const wrong: Diagnostic[] = [];
  const attempt = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof MedxError)) throw error;
      wrong.push(...error.diagnostics);
      return undefined;
    }
  };
  const labels = await attempt(() => reader.labels(files, options));
  const relations: { [modality in Modality]?: Relation } = {};
  for (const modality of modalities) {
    if (files[modality].length === 0) continue;
    const relation = await attempt(() => reader.relation(files, modality, options));
    if (relation) relations[modality] = relation;
  }
  if (wrong.length > 0 || !labels) throw new MedxError(mergeFiles(wrong));
  return { labels, relations };
}

/** What is wrong with many files alike is told once: a mistaken column is missing from all of thousands. */
function mergeFiles(wrong: readonly Diagnostic[]): Diagnostic[] {
  const alike = new Map<string, { readonly first: Diagnostic; readonly files: Set<string> }>();
  for (const one of wrong) {
    const key = JSON.stringify([one.code, one.message, one.notes]);
    const { files } = alike.get(key) ?? { files: new Set<string>() };
    alike.set(key, { first: alike.get(key)?.first ?? one, files: files.add(one.place ?? '') });
  }
  return [...alike.values()].map(({ first, files }) =>
    files.size > 1
      ? {
          ...first,
          notes: [
            ...(first.notes ?? []),
            `and so in ${files.size - 1} more ${files.size === 2 ? 'file' : 'files'}`,
          ],
        }
      : first,
  );
}

/** The modality as SQL. Throws `MedxError` if the dataset has no files of it. */
export function relationOf({ reader, files, options }: OpenDataset, modality: Modality): Relation {
  if (files[modality].length === 0) throw noRecords(reader, modality);
  return reader.relation(files, modality, options);
}

export function noRecords({ looksFor }: DatasetReader, modality: Modality): MedxError {
  return new MedxError(report(dataCodes, 'MED3010', { modality, looksFor }));
}

function unknownFormat(format: string): MedxError {
  const expected = Object.keys(readers).join(' or ');
  return new MedxError(report(dataCodes, 'MED3017', { setting: 'format', found: `\`${format}\``, expected }));
}

/** Opens a database in the stage's work folder, and closes and removes it whatever happens. */
export async function withDatabase<T>(
  context: StageContext,
  name: string,
  work: (db: Database) => Promise<T>,
  memoryMb?: number,
): Promise<T> {
  const limit = memoryMb === undefined ? {} : { memoryMb };
  const db = await openDatabase({ folder: join(context.workDir, name), ...limit });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** A database whose queries without ORDER BY give rows in the order of the file they read. */
export async function withOrderedDatabase<T>(
  context: StageContext,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await openDatabase({ folder: join(context.workDir, 'ordered'), ordered: true });
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

export function readCases(context: StageContext): CaseTable {
  return requireInput(context, 'cases').json<CaseTable>('cases');
}

export function requireInput(context: StageContext, name: string) {
  const input = context.inputs[name];
  if (!input) throw new Error(`the plan gives this stage no input \`${name}\``);
  return input;
}

const codes = { ...dataCodes, ...eventCodes, ...setCodes } as const;
type Codes = typeof codes;
type NoticeCode = keyof Codes & `MED31${string}`;

/** Passes on a counted warning or notice of the code table. */
export function noticeCode<K extends NoticeCode>(
  context: StageContext,
  code: K,
  params: Parameters<Codes[K]['say']>[0],
  count?: number,
): void {
  const { message } = report(codes, code, params as never);
  context.notice({ code, message, ...(count === undefined ? {} : { count }) });
}
