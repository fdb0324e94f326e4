/**
 * File → ResolvedSpec: imports, names, patches, `--set`, defaults, types. Reads no data. Gives every mistake of the file
 * at once; the spec is whole only where there are none.
 */
import { normalize } from 'node:path';
import { baselineCodes } from '../diagnostics/codes/baselines.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import { positionAt, type SourceFile } from '../text/source.ts';
import { bareMethods, resolveBaseline } from './baselines.ts';
import { type Context, Problems } from './context.ts';
import { resolveDataset } from './dataset.ts';
import { resolveExperiment, type Scope } from './experiment.ts';
import { type Definition, type Host, loadProgram } from './load.ts';
import { resolveModel } from './model.ts';
import { readOverrides } from './overrides.ts';
import { resolveReports } from './reports.ts';
import type { ResolvedExperiment, ResolvedSpec, ResolvedValue } from './resolved.ts';
import { runningExperiments } from './running.ts';
import { resolveTrain } from './train.ts';

export interface ResolveOptions {
  readonly host: Host;
  /** `PATH=VALUE`, as after `--set`. */
  readonly sets?: readonly string[];
  /** Names, as after `--experiment`: the others neither run nor are checked. All of the file by default. */
  readonly experiments?: readonly string[];
}

export interface ResolveResult {
  /** Absent if there is an error. */
  readonly spec?: ResolvedSpec;
  /** By file in the order of reading, then by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
}

export function resolveSpec(file: string, options: ResolveOptions): ResolveResult {
  const problems = new Problems();
  const program = loadProgram(normalize(file), options.host, problems);
  const { definitions, sources } = program;
  const methods = bareMethods(definitions, normalize(file));
  const running = runningExperiments(options.experiments ?? [], definitions, problems);
  const overrides = readOverrides(options.sets ?? [], definitions, problems, methods, running);
  const scope: Scope = { definitions, methods, overrides, used: new Set() };
  const values: ResolvedValue[] = [];
  const placeOf: Context['placeOf'] = (span) => {
    const source = sources.get(span.file);
    return source ? `${span.file}:${positionAt(source, span.start).line}` : span.file;
  };

  const experiments: ResolvedExperiment[] = [];
  // Experiments whose rows are all known: nothing that makes rows has a mistake.
  const whole: ResolvedExperiment[] = [];
  const readable = problems.errors === 0;
  for (const definition of running) {
    const before = problems.errors;
    const resolved = resolveExperiment(definition, scope, { problems, values, placeOf });
    if (resolved) experiments.push(resolved);
    if (resolved && readable && problems.errors === before) whole.push(resolved);
  }
  const reports = resolveReports(definitions, overrides, whole, { problems, values, placeOf });
  for (const definition of definitions)
    if (!scope.used.has(definition))
      checkAlone(definition, scope, { problems, values: [], placeOf, profile: 'sound', path: '' });

  for (const method of methods) {
    if (scope.used.has(method)) continue;
    for (const { key } of overrides.get(method) ?? [])
      problems.add(report(baselineCodes, 'MED3703', { method: method.name.text }, { span: key.span }));
  }

  const diagnostics = inOrder(problems.list, [...sources.keys()]);
  if (diagnostics.some((one) => one.severity === 'error')) return { diagnostics, sources };
  const spec = { language: 1, experiments, ...(reports.length > 0 ? { reports } : {}), values } as const;
  return { spec, diagnostics, sources };
}

/** A block that no experiment names, as all blocks of a library: its mistakes are found all the same. */
function checkAlone(definition: Definition, scope: Scope, context: Context): void {
  const overrides = scope.overrides.get(definition) ?? [];
  if (definition.kind === 'dataset') resolveDataset(definition, overrides, context);
  else if (definition.kind === 'train') resolveTrain(definition, overrides, definition.name.span, context);
  else if (definition.kind === 'baseline') resolveBaseline(definition, overrides, context);
  else if (definition.kind === 'model')
    resolveModel(
      { definition, patches: [], overrides, own: { variant: definition.name.text, given: [] } },
      context,
    );
}

function inOrder(list: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
  const rank = (one: Diagnostic) => {
    const at = files.indexOf(one.span?.file ?? '');
    return at < 0 ? files.length : at;
  };
  const offset = (one: Diagnostic) => (rank(one) < files.length ? (one.span?.start ?? 0) : 0);
  // Those of options stay in the order of the options.
  return list.toSorted((a, b) => rank(a) - rank(b) || offset(a) - offset(b));
}
