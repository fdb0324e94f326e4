/**
 * The settings that a block's statements give, by path: `window`, `mao.alpha`, `optimiser.lr`. Checks that each exists
 * and is given once; what their values mean is read in `values.ts`.
 */
import type { BlockSpec, SettingSpec } from '../catalog/types.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Ident, Statement, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import { describeType } from './describe.ts';

export interface Given {
  readonly path: string;
  readonly key: Ident;
  /** Absent where the statement did not parse: the mistake is reported already. */
  readonly value?: Value;
  readonly origin: string;
}

export interface BlockContents {
  readonly given: Map<string, Given>;
  /** Statements with a form of their own: `encode …`, `variant …`. */
  readonly forms: readonly Statement[];
  /** Blocks inside, such as `mao`, that were written. */
  readonly blocks: ReadonlySet<string>;
}

/** Reads the statements of a block, in the owner's words: `dataset `d3``. */
export function readBlock(
  spec: BlockSpec,
  owner: string,
  statements: readonly Statement[],
  context: Context,
): BlockContents {
  const given = new Map<string, Given>();
  const forms: Statement[] = [];
  const blocks = new Set<string>();
  for (const statement of statements) {
    const { key } = statement;
    const inner = spec.blocks.find((block) => block.name === key.text);
    // `corrupt` is both: `corrupt log drop 30%` and `corrupt { … }`.
    const isForm = spec.forms.some((form) => form.key === key.text) && !(inner && statement.block);
    if (isForm && !(inner && statement.value)) forms.push(statement);
    else if (inner && key.text === inner.name && statement.value) {
      const form = `${inner.name} { … }`;
      context.problems.add(report(specCodes, 'MED1102', { block: inner.name, form }, { span: key.span }));
    } else if (inner) {
      if (blocks.has(inner.name))
        context.problems.add(report(specCodes, 'MED1205', { name: inner.name }, { span: key.span }));
      blocks.add(inner.name);
      const contents = readBlock(inner, `\`${inner.name}\``, statement.block?.statements ?? [], context);
      for (const [path, one] of contents.given)
        give(given, { ...one, path: `${inner.name}.${path}` }, context);
    } else {
      const one = readSetting(spec, owner, statement, context);
      if (!one) continue;
      const first = one.path.split('.')[0]!;
      if (spec.blocks.some((block) => block.name === first)) blocks.add(first);
      give(given, one, context);
    }
  }
  return { given, forms, blocks };
}

/** `key = value` as a setting of the block, or undefined where there is no such setting (reported). */
export function readSetting(
  spec: BlockSpec,
  owner: string,
  statement: Statement,
  context: Context,
): Given | undefined {
  const { key, value } = statement;
  const found = findSetting(spec, key.text.split('.'));
  if (!found.ok) {
    reportUnknown(found, owner, key, context);
    return undefined;
  }
  if (!value && !statement.broken) {
    const takes = describeType(found.setting.type);
    context.problems.add(report(specCodes, 'MED1213', { key: key.text, takes }, { span: key.span }));
  }
  return {
    path: key.text,
    key,
    origin: context.placeOf(key.span),
    ...(value && !statement.broken ? { value } : {}),
  };
}

export type FoundSetting =
  | { readonly ok: true; readonly setting: SettingSpec }
  /** The segment that is not known, who should know it, and what it knows. */
  | {
      readonly ok: false;
      readonly at: number;
      readonly owner?: string;
      readonly names: readonly string[];
      /** The names as a message lists them: `alpha (0..1)`. Default: the names. */
      readonly shown?: readonly string[];
      readonly what?: 'step';
    };

/** Finds a setting by path: of the block, of a block inside it, or an argument of a setting that is a call. */
export function findSetting(spec: BlockSpec, path: readonly string[]): FoundSetting {
  const [first, ...rest] = path;
  const inner = spec.blocks.find((block) => block.name === first);
  if (inner && rest.length > 0) {
    const found = findSetting(inner, rest);
    return found.ok ? found : { ...found, at: found.at + 1, owner: found.owner ?? `\`${inner.name}\`` };
  }
  const setting = spec.settings.find((one) => one.name === first);
  if (!setting) {
    const others = [
      ...new Set([...spec.blocks.map((one) => one.name), ...spec.forms.map((form) => form.key)]),
    ];
    const shown = [...spec.settings.map(nameWithRange), ...others];
    return { ok: false, at: 0, names: [...spec.settings.map((one) => one.name), ...others], shown };
  }
  if (rest.length === 0) return { ok: true, setting };
  const args = setting.type.kind === 'call' ? setting.type.of.flatMap((call) => call.args) : [];
  const arg = args.find((one) => one.name === rest[0]);
  if (arg && rest.length === 1) return { ok: true, setting: arg };
  return { ok: false, at: 1, owner: `\`${setting.name}\``, names: [...new Set(args.map((one) => one.name))] };
}

export function reportUnknown(
  found: FoundSetting & { ok: false },
  owner: string,
  key: Ident,
  context: Context,
  cost?: string,
): void {
  const segments = key.text.split('.');
  const name = segments[found.at] ?? key.text;
  const nearest = nearestName(name, found.names);
  const who = found.owner ?? owner;
  context.problems.add(
    report(
      specCodes,
      'MED1204',
      {
        owner: who,
        what: found.what ?? 'setting',
        name,
        known: found.shown ?? found.names,
        ...(nearest ? { nearest } : {}),
        ...(cost ? { cost } : {}),
      },
      { span: segmentSpan(key, found.at) },
    ),
  );
}

/** `alpha (0..1)`, where a number has both bounds. */
function nameWithRange({ name, type }: SettingSpec): string {
  if (type.kind !== 'number' && type.kind !== 'fraction') return name;
  const [low, high] = [type.min ?? type.above, type.max ?? type.below];
  return low === undefined || high === undefined ? name : `${name} (${low}..${high})`;
}

/** The span of one segment of a dotted key. */
export function segmentSpan(key: Ident, index: number): SourceSpan {
  const segments = key.text.split('.');
  // A key in quotes has no segments of its own.
  if (key.span.end - key.span.start !== key.text.length) return key.span;
  const start = key.span.start + segments.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
  return { ...key.span, start, end: start + (segments[index]?.length ?? 0) };
}

function give(given: Map<string, Given>, one: Given, context: Context): void {
  const before = given.get(one.path);
  if (before) {
    const related = [{ span: before.key.span, message: 'First value here.' }];
    context.problems.add(report(specCodes, 'MED1205', { name: one.path }, { span: one.key.span, related }));
    return;
  }
  given.set(one.path, one);
}
