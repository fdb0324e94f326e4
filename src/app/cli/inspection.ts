/**
 * What `medx data check` does: files that cannot be read as text are findings and end it; else the stage `inspect` looks at
 * labels and records.
 */
import { join } from 'node:path';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { ResolvedCall } from '../../spec/resolved.ts';
import type { Finding, Findings } from '../../stages/findings.ts';
import { createRunner, type NamedDataset, openNamed, readNamed } from './dataset.ts';
import { writeSource } from './description.ts';
import type { GlobalOptions } from './options.ts';

export type Inspection = Findings & { readonly source: string };

/** Throws MedxError if the dataset is not here or what was given is wrong. */
export async function inspectDataset(
  given: string,
  sets: readonly string[],
  folds: number,
  global: GlobalOptions,
): Promise<Inspection> {
  let named: NamedDataset;
  try {
    named = await openNamed(given, sets, global);
  } catch (error) {
    const unreadable = await readProblems(error, given, sets, global);
    if (!unreadable) throw error;
    return unreadable;
  }
  const { dataset, source, telemetry, graph } = named;
  const cases = graph.stages().find(({ hash }) => hash === telemetry.cases);
  const params = { ...(cases?.params ?? {}), folds };
  const hash = graph.add('inspect', params, cases?.inputs ?? {}, `check ${dataset.name}`);
  const { bySeverity } = await import('../../stages/inspect.ts');
  const { verifyManifest } = await import('./manifest.ts');
  const artefact = await createRunner(named, global.dataRoot)(hash);
  const result = artefact.json<Findings>('findings');
  const listed = await verifyManifest(source, global.dataRoot);
  const text = await findBadText(source, global);
  return {
    source: writeSource(source),
    ...result,
    findings: bySeverity([...listed, ...text, ...result.findings]),
  };
}

/** Lines that are not UTF-8 in files of telemetry: their rows are refused one by one, and counted here by file. */
async function findBadText(
  { call, args: { root, ...options } }: ResolvedCall,
  { dataRoot, store }: GlobalOptions,
): Promise<Finding[]> {
  if (typeof root !== 'string') return [];
  const { findDataset } = await import('../../data/dataset.ts');
  const { readFacts } = await import('../../data/facts.ts');
  const { countBadLines } = await import('../../data/survey/text-lines.ts');
  const location = findDataset(dataRoot, call, root, options);
  if (!location.found) return [];
  const facts = await readFacts(location.files, join(store, 'cache'));
  const bad: { file: string; lines: number; first: number }[] = [];
  for (const [file, { flaw }] of facts) {
    if (flaw === undefined) continue;
    const found = await countBadLines(join(location.files.root, file));
    if (found.lines > 0) bad.push({ file, ...found });
  }
  const [first] = bad;
  if (!first) return [];
  const { finding } = await import('../../data/checks/check.ts');
  const lines = bad.reduce((sum, one) => sum + one.lines, 0);
  return [finding('MED3425', { lines, files: bad.length }, lines, `${first.file}, line ${first.first}`)];
}

const unreadableCodes = new Set(['MED3005', 'MED3013']);

/** Damaged files and label files that are not UTF-8, as findings; undefined if the error is another. */
async function readProblems(
  error: unknown,
  given: string,
  sets: readonly string[],
  { dataRoot, color }: GlobalOptions,
): Promise<Inspection | undefined> {
  if (!(error instanceof MedxError)) return undefined;
  if (!error.diagnostics.every(({ code }) => unreadableCodes.has(code))) return undefined;
  const { findDataset } = await import('../../data/dataset.ts');
  const { from } = await readNamed(given, sets, color);
  const source = from.find(
    ({ call, args: { root, ...options } }) =>
      typeof root === 'string' && findDataset(dataRoot, call, root, options).found,
  );
  const findings = error.diagnostics.map(({ code, severity, message, place = '', fix }): Finding => {
    return { code, severity, message, count: 1, example: place, ...(fix ? { fix } : {}) };
  });
  return {
    source: source ? writeSource(source) : given,
    findings,
    checks: ['text'],
    records: {},
    labels: 0,
    cases: 0,
  };
}
