/**
 * A dataset named on the command line: a source as in a `.med` file (`microservo("d3")`), or a file and the name of one of
 * its datasets (`experiments/d3.med#d3`). Both are read by the language itself, so every argument works and every mistake
 * has its usual message. Whether the data is here is not asked.
 */
import { normalize } from 'node:path';
import { datasetCodes } from '../diagnostics/codes/datasets.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import { parseFile } from '../syntax/parse.ts';
import { createSourceFile } from '../text/source.ts';
import { type Context, Problems } from './context.ts';
import { resolveDataset } from './dataset.ts';
import { type Definition, type Host, loadProgram } from './load.ts';
import { readOverrides } from './overrides.ts';
import { whyRefused } from './refusal.ts';
import type { ResolvedDataset } from './resolved.ts';

export interface SourceResult {
  /** Absent if there is an error. */
  readonly dataset?: ResolvedDataset;
  readonly diagnostics: readonly Diagnostic[];
}

/** Name of a dataset that is given by its source alone. */
const unnamed = 'data';

/** `sets` are `PATH=VALUE` as after `--set`: a bare source takes `window=30s` and the like. */
export function resolveSource(given: string, host: Host, sets: readonly string[] = []): SourceResult {
  const problems = new Problems();
  const [file = '', name] = splitFile(given);
  const definitions = isFile(file)
    ? loadProgram(normalize(file), host, problems).definitions
    : bareSource(given, problems);
  const overrides = readOverrides(sets, definitions, problems);
  const definition = problems.list.some(isError)
    ? undefined
    : isFile(file)
      ? choose(file, name, definitions, problems)
      : definitions[0];
  const context: Context = {
    problems,
    profile: 'sound',
    path: '',
    values: [],
    placeOf: (span) => span.file,
  };
  const dataset = definition && resolveDataset(definition, overrides.get(definition) ?? [], context);
  const diagnostics = problems.list;
  return dataset && !diagnostics.some(isError) ? { dataset, diagnostics } : { diagnostics };
}

const isError = ({ severity }: Diagnostic) => severity === 'error';
const isFile = (text: string) => text.endsWith('.med');

function splitFile(given: string): [string, string | undefined] {
  const at = given.lastIndexOf('#');
  return at < 0 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
}

/** The text becomes `from = …` of a dataset block; offsets are those of `--from = …`, the name of this source file. */
function bareSource(given: string, problems: Problems): Definition[] {
  const name = `--from = ${given}`;
  const reason = whyRefused(given);
  if (reason !== undefined) {
    problems.add(report(specCodes, 'MED1113', { path: 'DATASET', reason }));
    return [];
  }
  const { file, diagnostics } = parseFile(createSourceFile(name, `  from = ${given}`));
  const [statement, ...more] = file.statements;
  if (diagnostics.length > 0 && given.includes('(')) {
    for (const diagnostic of diagnostics) problems.add(diagnostic);
    return [];
  }
  if (!statement?.value || more.length > 0 || !given.includes('(')) {
    const span = { file: name, start: 0, end: name.length };
    problems.add(
      report(datasetCodes, 'MED3301', { given }, { span: { ...span, start: '--from = '.length } }),
    );
    return [];
  }
  const key = { text: unnamed, span: statement.key.span };
  return [{ kind: 'dataset', name: key, statements: [statement], own: true }];
}

function choose(
  file: string,
  name: string | undefined,
  definitions: readonly Definition[],
  problems: Problems,
): Definition | undefined {
  const datasets = definitions.filter(({ kind }) => kind === 'dataset');
  const known = datasets.map((one) => one.name.text);
  const found = name === undefined ? datasets : datasets.filter((one) => one.name.text === name);
  if (found.length === 1) return found[0];
  const nearest = name === undefined ? undefined : nearestName(name, known);
  const params = { file, known, ...(name ? { name } : {}), ...(nearest ? { nearest } : {}) };
  problems.add(report(datasetCodes, 'MED3302', params, { place: file }));
  return undefined;
}
