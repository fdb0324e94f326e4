/**
 * `baseline` blocks, and the rows that `baselines = […]` and `sweep` make of them. A method without a block stands for
 * itself with every setting at its default.
 */
import { type BaselineSpec, baselines, findBaseline, sanityRows } from '../catalog/baselines/index.ts';
import { blocks } from '../catalog/index.ts';
import type { BlockSpec, SettingSpec } from '../catalog/types.ts';
import { baselineCodes } from '../diagnostics/codes/baselines.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { spaceCodes } from '../diagnostics/codes/sweeps.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { Statement } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Axis, type AxisValue, pointsOf, readAxisValues } from './axes.ts';
import { type Context, note, within } from './context.ts';
import { type Corrupting, resolveCorruptions } from './corruption.ts';
import { findSetting, type Given, readBlock, reportUnknown } from './given.ts';
import type { Definition } from './load.ts';
import type { ResolvedBaseline } from './resolved.ts';
import { readSettings } from './settings.ts';
import { describeDraw, readSweepMode, type SweepMode } from './sweep-mode.ts';
import type { PlainType } from './values.ts';

/** Methods that have no block of their own, as if there were an empty one: `--set random_forest.trees=500` finds them. */
export function bareMethods(definitions: readonly Definition[], file: string): Definition[] {
  const written = new Set(definitions.filter(({ kind }) => kind === 'baseline').map(({ name }) => name.text));
  const span = { file, start: 0, end: 0 };
  return baselines
    .filter(({ name }) => !written.has(name))
    .map(({ name }) => ({ kind: 'baseline', name: { text: name, span }, statements: [], own: true }));
}

/** The word behind `method =`, or the name of the block. */
function methodWord({ name, statements }: Definition): { readonly text: string; readonly span: SourceSpan } {
  const value = statements.find(({ key }) => key.text === 'method')?.value;
  return value?.kind === 'name' ? value : name;
}

/** What may stand in a block: for a baseline also the settings of its method. */
export function blockOf(definition: Definition): BlockSpec {
  const block: BlockSpec = blocks[definition.kind];
  if (definition.kind !== 'baseline') return block;
  // The command line sets what a method is given; another method is another row.
  return { ...block, settings: findBaseline(methodWord(definition).text)?.settings ?? [] };
}

/** The setting `baselines`, which knows the blocks of the file too. */
export function namesOfRows(setting: SettingSpec, definitions: readonly Definition[]): SettingSpec {
  const own = definitions.filter(({ kind }) => kind === 'baseline').map(({ name }) => name.text);
  const of = [...new Set([...baselines.map(({ name }) => name), ...own])].map((name) => ({ name, doc: '' }));
  return { ...setting, type: { kind: 'list', of: { kind: 'choice', of } } };
}

/** Reads the block. Undefined where its method is not known or something in it was reported. */
export function resolveBaseline(
  definition: Definition,
  overrides: readonly Given[],
  context: Context,
): { readonly method: BaselineSpec; readonly settings: ResolvedBaseline['settings'] } | undefined {
  const { name, statements } = definition;
  const word = methodWord(definition);
  const method = findBaseline(word.text);
  if (!method) {
    reportMethod(definition, word, context);
    return undefined;
  }
  const before = context.problems.list.length;
  const owner = { text: `baseline \`${name.text}\``, span: name.span };
  const block = { ...blocks.baseline, settings: [...blocks.baseline.settings, ...method.settings] };
  const given = new Map(readBlock(block, owner.text, statements, context).given);
  for (const one of overrides) given.set(one.path, one);
  const { method: _, ...values } = readSettings(block.settings, given, '', owner, context);
  if (context.problems.list.length > before) return undefined;
  const settings = Object.entries(values).filter((one): one is [string, Json] => one[1] !== undefined);
  return { method, settings: Object.fromEntries(settings) };
}

function reportMethod({ name }: Definition, word: ReturnType<typeof methodWord>, context: Context): void {
  const known = baselines.map((one) => one.name);
  const nearest = nearestName(word.text, known);
  const near = nearest ? { nearest } : {};
  const where = { span: word.span };
  context.problems.add(
    word === name
      ? report(baselineCodes, 'MED3701', { name: name.text, known, ...near }, where)
      : report(specCodes, 'MED1207', { name: 'method', found: word.text, known, ...near }, where),
  );
}

export interface RowSource {
  readonly overrides: (definition: Definition) => readonly Given[];
  readonly used: (definition: Definition) => void;
  /** What the experiment says of its telemetry. */
  readonly corrupt: Corrupting;
}

/** The row of `baselines` that a sweep is of, if it is of one. */
export function sweptRow({ key, words }: Statement, rows: readonly Definition[]): Definition | undefined {
  const [word] = words;
  const name = key.text === 'sweep' && word?.kind === 'name' ? word.text : undefined;
  return rows.find((row) => row.name.text === name);
}

/** What `names` stand for, and the sanity rows that come along: the majority always, the others with any other method. `definitions` are blocks, then methods without one. */
export function listRows(names: readonly string[], definitions: readonly Definition[]): Definition[] {
  const find = (name: string) => definitions.find((one) => one.kind === 'baseline' && one.name.text === name);
  const listed = names.flatMap((name) => find(name) ?? []);
  const methods = listed.map((one) => methodWord(one).text);
  const asked = methods.some((method) => method !== 'majority');
  const sanity = sanityRows.filter(({ name }) => (asked || name === 'majority') && !methods.includes(name));
  return [...listed, ...sanity.flatMap(({ name }) => find(name) ?? [])];
}

/** The rows and those of the sweeps over them. */
export function readBaselines(
  rows: readonly Definition[],
  sweeps: readonly Statement[],
  source: RowSource,
  context: Context,
): ResolvedBaseline[] {
  return [
    ...rows.flatMap((definition) => {
      source.used(definition);
      return readRow(definition, [], source, context) ?? [];
    }),
    ...sweeps.flatMap((statement) => {
      const definition = sweptRow(statement, rows);
      return definition ? readSweep(statement, definition, source, context) : [];
    }),
  ];
}

function readRow(
  definition: Definition,
  point: readonly Candidate[],
  source: RowSource,
  context: Context,
  drawn?: string,
): ResolvedBaseline | undefined {
  const of = definition.name.text;
  const name = [of, ...point.map(({ given, text }) => `${given.path}=${text}`)].join(' ');
  // Of a point only what it changes is noted.
  const inner = within(point.length > 0 ? { ...context, values: [] } : context, name);
  const given = [...source.overrides(definition), ...point.map((one) => one.given)];
  const found = resolveBaseline(definition, given, inner);
  if (!found) return undefined;
  const at = within(context, name);
  for (const one of point) note(within(at, one.given.path), one.text, one.given.origin);
  const settings = Object.fromEntries(point.map((one) => [one.given.path, one.json]));
  return {
    name,
    method: found.method.name,
    settings: found.settings,
    corrupt:
      found.method.reads.length > 0
        ? resolveCorruptions(source.corrupt, new Set(found.method.reads), inner)
        : {},
    ...(point.length > 0 ? { point: { of, settings, ...(drawn ? { drawn } : {}) } } : {}),
  };
}

interface Candidate {
  readonly given: Given;
  readonly json: Json;
  readonly text: string;
}

function readSweep(
  statement: Statement,
  definition: Definition,
  source: RowSource,
  context: Context,
): ResolvedBaseline[] {
  const mode = readSweepMode(statement, 'sweep ROW each { SETTING = VALUES … }', context);
  if (!mode) return [];
  if (mode.kind === 'search') {
    const params = { mode: mode.method.kind, row: definition.name.text };
    const { span } = statement.words[1] ?? statement.key;
    context.problems.add(report(spaceCodes, 'MED1432', params, { span }));
    return [];
  }
  const drawn = describeDraw(mode);
  const axes = (statement.block?.statements ?? []).flatMap(
    (one) => readAxis(one, definition, mode, context) ?? [],
  );
  return pointsOf(axes, mode, statement.key.span, context).flatMap(
    (point) => readRow(definition, point, source, context, drawn) ?? [],
  );
}

function readAxis(
  { key, value }: Statement,
  definition: Definition,
  mode: SweepMode,
  context: Context,
): Axis<Candidate> | undefined {
  const found = findSetting(blockOf(definition), key.text.split('.'));
  if (!found.ok) {
    reportUnknown(found, `baseline \`${definition.name.text}\``, key, context);
    return undefined;
  }
  const { name, type } = found.setting;
  if (!value) return undefined;
  const make = ({ value, json, text }: AxisValue): Candidate => {
    return { given: { path: key.text, key, value, origin: context.placeOf(key.span) }, json, text };
  };
  return readAxisValues({ name, type: type as PlainType }, value, mode, make, context);
}
