/** Reads the settings of a block and the arguments of calls: given values, else defaults, else the profile's. */
import type { CallSpec, SettingSpec, ValueType } from '../catalog/types.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { Argument, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Context, note, within } from './context.ts';
import { describeType, describeValue, formatValue } from './describe.ts';
import type { Given } from './given.ts';
import type { ResolvedCall } from './resolved.ts';
import { readValue } from './values.ts';

/** What was read, by name. Missing where it is optional and not given, or was reported. */
export type Values = { readonly [name: string]: Json | undefined };

export interface Owner {
  /** In messages: ``dataset `d3` ``. */
  readonly text: string;
  /** Where to say that a setting is missing. */
  readonly span: SourceSpan;
}

/** Reads the settings of a block (of its path `prefix`, for a block inside a block). */
export function readSettings(
  specs: readonly SettingSpec[],
  given: ReadonlyMap<string, Given>,
  prefix: string,
  owner: Owner,
  context: Context,
): Values {
  const values: Record<string, Json | undefined> = {};
  for (const spec of specs) {
    const path = `${prefix}${spec.name}`;
    const inner = within(context, path);
    const one = given.get(path);
    if (spec.type.kind === 'call') {
      values[spec.name] = readCallSetting(spec, spec.type, one, under(given, path), owner, inner);
      continue;
    }
    if (!one) {
      const fallback = fallBack(spec, inner, () =>
        report(
          specCodes,
          'MED1201',
          { owner: owner.text, name: spec.name, takes: describeType(spec.type) },
          { span: owner.span },
        ),
      );
      if (!isLeftOut(spec, fallback)) values[spec.name] = fallback;
      continue;
    }
    const value = one.value && readValue(spec.type, spec.name, one.value, inner);
    if (value !== undefined) note(inner, formatValue(spec.type, value), one.origin);
    if (!isLeftOut(spec, value)) values[spec.name] = value;
  }
  return values;
}

/** Of two ways to say the same thing, the one that was there before the setting. */
function isLeftOut(spec: SettingSpec, value: Json | undefined): boolean {
  return spec.added === true && value !== undefined && value === spec.default;
}

/** The default, noted with its origin; reports if there is none and one is needed. */
function fallBack(
  spec: SettingSpec,
  context: Context,
  missing: () => Parameters<Context['problems']['add']>[0],
): Json | undefined {
  const value = spec.profile?.[context.profile] ?? spec.default;
  if (value === undefined) {
    if (!spec.optional) context.problems.add(missing());
    return undefined;
  }
  const own = spec.profile?.[context.profile] !== undefined;
  note(context, formatValue(spec.type, value), own ? `profile ${context.profile}` : 'default');
  return value;
}

/** Settings given below a path, by what follows it. */
function under(given: ReadonlyMap<string, Given>, path: string): ReadonlyMap<string, Given> {
  const inner = new Map<string, Given>();
  for (const [key, one] of given) if (key.startsWith(`${path}.`)) inner.set(key.slice(path.length + 1), one);
  return inner;
}

type CallType = Extract<ValueType, { kind: 'call' }>;

function readCallSetting(
  spec: SettingSpec,
  type: CallType,
  one: Given | undefined,
  overrides: ReadonlyMap<string, Given>,
  owner: Owner,
  context: Context,
): Json | undefined {
  if (!one) {
    const own = spec.profile?.[context.profile];
    const fallback = (own ?? spec.default) as ResolvedCall | undefined;
    const call = type.of.find((candidate) => candidate.name === fallback?.call);
    if (!call) {
      const params = { owner: owner.text, name: spec.name, takes: describeType(type) };
      if (!spec.optional) context.problems.add(report(specCodes, 'MED1201', params, { span: owner.span }));
      return undefined;
    }
    const origin = own === undefined ? 'default' : `profile ${context.profile}`;
    note(context, call.name, origin);
    return readCall(call, [], owner.span, origin, overrides, context);
  }
  if (!one.value) return undefined;
  if (!type.alternatives) return readOneCall(type, spec.name, one.value, one.origin, overrides, context);
  const options = one.value.kind === 'choice' ? one.value.options : [one.value];
  const calls = options.map((option, i) =>
    readOneCall(
      type,
      spec.name,
      option,
      one.origin,
      overrides,
      i === 0 ? context : within(context, `else${i > 1 ? i : ''}`),
    ),
  );
  return calls.some((call) => call === undefined) ? undefined : (calls as ResolvedCall[]);
}

function readOneCall(
  type: CallType,
  name: string,
  value: Value,
  origin: string,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): ResolvedCall | undefined {
  const parts = callParts(value);
  if (!parts) {
    const params = { name, takes: describeType(type), found: describeValue(value) };
    context.problems.add(report(specCodes, 'MED1202', params, { span: value.span }));
    return undefined;
  }
  const spec = type.of.find((candidate) => candidate.name === parts.name);
  if (!spec) {
    const known = type.of.map((candidate) => candidate.name);
    const nearest = nearestName(parts.name, known);
    const params = { name, found: parts.name, known, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(specCodes, 'MED1207', params, { span: parts.span }));
    return undefined;
  }
  note(context, spec.name, origin);
  return readCall(spec, parts.args, value.span, origin, overrides, context);
}

/** `name` and `name(…)` alike. */
export function callParts(
  value: Value,
): { readonly name: string; readonly span: SourceSpan; readonly args: readonly Argument[] } | undefined {
  if (value.kind === 'name') return { name: value.text, span: value.span, args: [] };
  if (value.kind === 'call') return { name: value.name.text, span: value.name.span, args: value.args };
  return undefined;
}

/** Reads the arguments of a call; undefined if one of them was reported. `overrides` win over what is written. */
export function readCall(
  spec: CallSpec,
  args: readonly Argument[],
  span: SourceSpan,
  origin: string,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): ResolvedCall | undefined {
  const before = context.problems.list.length;
  const written = matchArguments(spec, args, context);
  const result: Record<string, Json> = {};
  let complete = true;
  for (const arg of spec.args) {
    const inner = within(context, arg.name);
    const override = overrides.get(arg.name);
    const value = override ? override.value : written.get(arg.name);
    if (!value) {
      const fallback = fallBack(arg, inner, () =>
        report(
          specCodes,
          'MED1209',
          { call: spec.name, name: arg.name, takes: describeType(arg.type) },
          { span },
        ),
      );
      if (fallback !== undefined) {
        if (!isLeftOut(arg, fallback)) result[arg.name] = fallback;
      } else if (!arg.optional) complete = false;
      continue;
    }
    const from = override?.origin ?? origin;
    const read =
      arg.type.kind === 'call'
        ? readOneCall(arg.type, arg.name, value, from, noOverrides, inner)
        : readValue(arg.type, arg.name, value, inner);
    if (read === undefined) complete = false;
    else {
      if (arg.type.kind !== 'call') note(inner, formatValue(arg.type, read), from);
      if (!isLeftOut(arg, read)) result[arg.name] = read;
    }
  }
  return complete && context.problems.list.length === before ? { call: spec.name, args: result } : undefined;
}

/** What stands inside an argument is not overridden piece by piece: `--set d.from.log=rows(…)` replaces it whole. */
const noOverrides: ReadonlyMap<string, Given> = new Map();

/** Arguments by name: those without a name take the places of the signature in order. */
function matchArguments(spec: CallSpec, args: readonly Argument[], context: Context): Map<string, Value> {
  const found = new Map<string, Value>();
  let position = 0;
  for (const { name, value } of args) {
    const arg = name ? spec.args.find((one) => one.name === name.text) : spec.args[position++];
    if (!arg) {
      const known = spec.args.map((one) => one.name);
      const nearest = name && nearestName(name.text, known);
      context.problems.add(
        name
          ? report(
              specCodes,
              'MED1208',
              { call: spec.name, name: name.text, known, ...(nearest ? { nearest } : {}) },
              { span: name.span },
            )
          : report(specCodes, 'MED1210', { call: spec.name, count: spec.args.length }, { span: value.span }),
      );
    } else if (found.has(arg.name)) {
      context.problems.add(
        report(specCodes, 'MED1205', { name: arg.name }, { span: name?.span ?? value.span }),
      );
    } else found.set(arg.name, value);
  }
  return found;
}
