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
  return { source: writeSource(source), ...result, findings: bySeverity([...listed, ...result.findings]) };
}

const unreadableCodes = new Set(['MED3005', 'MED3013']);

/** Damaged files and files that are not UTF-8, as findings; undefined if the error is another. */
async function readProblems(
  error: unknown,
  given: string,
  sets: readonly string[],
  { dataRoot, color }: GlobalOptions,
): Promise<Inspection | undefined> {
  if (!(error instanceof MedxError)) return undefined;
  if (!error.diagnostics.every(({ code }) => unreadableCodes.has(code))) return undefined;
  const { finding } = await import('../../data/checks/check.ts');
  const { countBadLines } = await import('../../data/survey/text-lines.ts');
  const { findDataset } = await import('../../data/dataset.ts');
  const { from } = await readNamed(given, sets, color);
  const source = from.find((call) => locate(call, dataRoot, findDataset)) as ResolvedCall;
  const root = locate(source, dataRoot, findDataset)?.root ?? '';
  const findings: Finding[] = [];
  const bad: { file: string; lines: number; first: number }[] = [];
  for (const { code, severity, message, place = '', fix } of error.diagnostics) {
    const found = message.includes('UTF-8') ? await countBadLines(join(root, place)) : undefined;
    if (found && found.lines > 0) bad.push({ file: place, ...found });
    else findings.push({ code, severity, message, count: 1, example: place, ...(fix ? { fix } : {}) });
  }
  const [first] = bad;
  if (first) {
    const lines = bad.reduce((sum, one) => sum + one.lines, 0);
    findings.push(
      finding('MED3425', { lines, files: bad.length }, lines, `${first.file}, line ${first.first}`),
    );
  }
  return { source: writeSource(source), findings, checks: ['text'], records: {}, labels: 0, cases: 0 };
}

type Find = typeof import('../../data/dataset.ts')['findDataset'];

function locate({ call, args: { root, ...options } }: ResolvedCall, dataRoot: string, find: Find) {
  const location = typeof root === 'string' ? find(dataRoot, call, root, options) : undefined;
  return location?.found ? location.files : undefined;
}
