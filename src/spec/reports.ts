/** Resolves `report` blocks: that the experiments and rows they name exist, and that their files stay in the folder of the file. */
import { posix, win32 } from 'node:path';
import { type ReportEnding, reportEndings } from '../catalog/blocks/report.ts';
import { blocks } from '../catalog/index.ts';
import { reportCodes } from '../diagnostics/codes/reports.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Value } from '../syntax/ast.ts';
import { type Context, note, within } from './context.ts';
import { formatValue } from './describe.ts';
import { type Given, readBlock } from './given.ts';
import type { Definition } from './load.ts';
import type { Overrides } from './overrides.ts';
import type { ResolvedExperiment, ResolvedReport } from './resolved.ts';
import { readSettings } from './settings.ts';

/** What the reports of a file may name. */
interface Scope {
  readonly definitions: readonly Definition[];
  /** Names of rows by experiment, of those that run and have no mistake. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Files that are written, by the report that does. */
  readonly written: Map<string, string>;
}

/** Those of the file itself; of imported ones only the settings are looked at. `whole`: the experiments of which all rows are known. */
export function resolveReports(
  definitions: readonly Definition[],
  overrides: Overrides,
  whole: readonly ResolvedExperiment[],
  base: Omit<Context, 'profile' | 'path'>,
): ResolvedReport[] {
  const rows = new Map(
    whole.map(({ name, variants, baselines }) => [name, [...variants, ...baselines].map((one) => one.name)]),
  );
  const scope: Scope = { definitions, rows, written: new Map() };
  return definitions.flatMap((definition) => {
    if (definition.kind !== 'report') return [];
    const values = definition.own ? base.values : [];
    const context: Context = { ...base, values, profile: 'sound', path: `report ${definition.name.text}` };
    const found = resolveReport(definition, overrides.get(definition) ?? [], scope, context);
    return found && definition.own ? [found] : [];
  });
}

/** Undefined where something was reported. */
function resolveReport(
  definition: Definition,
  overrides: readonly Given[],
  scope: Scope,
  context: Context,
): ResolvedReport | undefined {
  const before = context.problems.list.length;
  const name = definition.name.text;
  const owner = { text: `report \`${name}\``, span: definition.name.span };
  const given = new Map(readBlock(blocks.report, owner.text, definition.statements, context).given);
  for (const one of overrides) given.set(one.path, one);
  const values = readSettings(blocks.report.settings, given, '', owner, context);
  const items = (setting: string) => itemsOf(given.get(setting)?.value);
  const paths = items('write').flatMap(({ text, value }) => checkPath(text, value, context) ?? []);
  refuseIdle(items('write'), given, context);
  if (definition.own) {
    refuseTwice(name, items('write'), scope, context);
    checkNames(definition, items('of'), items('rows'), scope, context);
  }
  if (context.problems.list.length > before) return undefined;
  const of = values.of ?? experimentsOf(scope.definitions, true);
  if (values.of === undefined && definition.own)
    note(
      within(context, 'of'),
      formatValue({ kind: 'list', of: { kind: 'text' } }, of).replaceAll('"', ''),
      'default',
    );
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  // The catalog's settings and `ResolvedReport` have the same names; `test/spec` holds them together.
  return { name, ...Object.fromEntries(said), of, write: paths } as ResolvedReport;
}

interface Item {
  readonly text: string;
  readonly value: Value;
}

/** Words and texts of a list; what is neither was reported when it was read. */
const itemsOf = (value: Value | undefined): Item[] =>
  value?.kind === 'list'
    ? value.items.flatMap((one) =>
        one.kind === 'name' || one.kind === 'string' ? [{ text: one.text, value: one }] : [],
      )
    : [];

const experimentsOf = (definitions: readonly Definition[], own: boolean) =>
  definitions.flatMap((one) => (one.kind === 'experiment' && one.own === own ? [one.name.text] : []));

function checkNames(
  { name }: Definition,
  of: readonly Item[],
  rows: readonly Item[],
  { definitions, rows: known }: Scope,
  { problems }: Context,
): void {
  const own = experimentsOf(definitions, true);
  const imported = experimentsOf(definitions, false);
  if (own.length === 0) {
    problems.add(report(reportCodes, 'MED6027', { report: name.text }, { span: name.span }));
    return;
  }
  const unknown = of.filter(({ text }) => !own.includes(text));
  for (const { text, value } of unknown) {
    const nearest = nearestName(text, own);
    const params = { experiment: text, known: own, imported: imported.includes(text) };
    problems.add(
      report(reportCodes, 'MED6020', { ...params, ...(nearest ? { nearest } : {}) }, { span: value.span }),
    );
  }
  // Where one is misspelt, a row may be one of any.
  const experiments = of.length > 0 && unknown.length === 0 ? of.map(({ text }) => text) : own;
  if (!experiments.every((one) => known.has(one))) return;
  const all = [...new Set(experiments.flatMap((one) => known.get(one) ?? []))];
  const missing = rows.filter(({ text }) => !all.includes(text));
  for (const { text, value } of missing) {
    const nearest = nearestName(text, all);
    const params = { row: text, experiments, rows: all, ...(nearest ? { nearest } : {}) };
    problems.add(report(reportCodes, 'MED6021', params, { span: value.span }));
  }
  const [first] = rows;
  if (!first || missing.length > 0 || unknown.length > 0) return;
  for (const experiment of experiments) {
    const names = known.get(experiment) ?? [];
    if (rows.some(({ text }) => names.includes(text))) continue;
    problems.add(report(reportCodes, 'MED6022', { experiment, rows: names }, { span: first.value.span }));
  }
}

/** The path in its shortest form; undefined where it was reported. */
function checkPath(path: string, { span }: Value, { problems }: Context): string | undefined {
  const short = posix.normalize(path);
  const why =
    posix.isAbsolute(path) || win32.isAbsolute(path) || /^([A-Za-z]:|~)/.test(path)
      ? 'it is not relative'
      : path.includes('\\')
        ? 'it has a `\\`'
        : short === '..' || short.startsWith('../')
          ? 'it leaves the folder of this file'
          : undefined;
  if (why !== undefined) problems.add(report(reportCodes, 'MED6023', { path, why }, { span }));
  else if (!endingOf(short))
    problems.add(report(reportCodes, 'MED6024', { path, endings: reportEndings }, { span }));
  else return short;
  return undefined;
}

/** `.md` of `a/b.md`; undefined where it is none that a report can have. */
export const endingOf = (path: string): ReportEnding | undefined =>
  path.endsWith('/') ? undefined : reportEndings.find((one) => one === posix.extname(path));

function refuseTwice(name: string, paths: readonly Item[], { written }: Scope, { problems }: Context): void {
  // Of two equal texts in a list the second is reported as such.
  for (const { text, value } of new Map(paths.map((one) => [one.text, one])).values()) {
    // Some disks do not tell letters of another case apart.
    const key = posix.normalize(text).toLowerCase();
    const other = written.get(key);
    if (other !== undefined)
      problems.add(report(reportCodes, 'MED6025', { path: text, report: other }, { span: value.span }));
    else written.set(key, name);
  }
}

/** CSV has every column in full precision and no words; only a page has charts. */
const needs: Readonly<Record<string, readonly ReportEnding[]>> = {
  charts: ['.html'],
  columns: ['.md', '.tex', '.html'],
  title: ['.md', '.tex', '.html'],
  note: ['.md', '.tex', '.html'],
};

function refuseIdle(paths: readonly Item[], given: ReadonlyMap<string, Given>, { problems }: Context): void {
  if (paths.length === 0) return;
  for (const [setting, endings] of Object.entries(needs)) {
    const one = given.get(setting);
    if (!one || paths.some(({ text }) => endings.some((ending) => ending === endingOf(text)))) continue;
    problems.add(report(reportCodes, 'MED6026', { setting, endings }, { span: one.key.span }));
  }
}
