/** `--set PATH=VALUE`: reads the options and finds the block each belongs to. An option is its own source file. */
import { blocks } from '../catalog/index.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import { parseFile } from '../syntax/parse.ts';
import { createSourceFile } from '../text/source.ts';
import { blockOf } from './baselines.ts';
import type { Problems } from './context.ts';
import { findSetting, type Given, segmentSpan } from './given.ts';
import type { Definition } from './load.ts';
import { isModelPath } from './model.ts';
import { whyRefused } from './refusal.ts';
import { notRunning } from './running.ts';

export type Overrides = ReadonlyMap<Definition, readonly Given[]>;

const prefix = '--set ';

export function readOverrides(
  options: readonly string[],
  definitions: readonly Definition[],
  problems: Problems,
  /** Methods without a block of their own: they answer to their names, and to nothing else. */
  methods: readonly Definition[] = [],
  /** The experiments that run. */
  running: readonly Definition[] = definitions.filter(({ own }) => own),
): Overrides {
  const found = new Map<Definition, Given[]>();
  const reachable = definitions.filter((one) => one.kind !== 'experiment' || running.includes(one));
  const resting = definitions.filter((one) => !reachable.includes(one));
  for (const option of options) {
    const given = parseOption(option, problems);
    if (!given) continue;
    const [first] = given.path.split('.');
    const asleep = resting.find(({ name }) => name.text === first);
    if (asleep && !reachable.some(({ name }) => name.text === first)) {
      problems.add(notRunning(asleep, segmentSpan(given.key, 0)));
      continue;
    }
    const target = findTarget(given, reachable, methods, problems);
    if (!target) continue;
    const before = (found.get(target.definition) ?? []).filter((one) => one.path !== target.path);
    found.set(target.definition, [...before, { ...given, path: target.path }]);
  }
  return found;
}

function parseOption(option: string, problems: Problems): Given | undefined {
  const name = `${prefix}${option}`;
  const reason = whyRefused(option);
  if (reason !== undefined) {
    problems.add(report(specCodes, 'MED1113', { path: '--set', reason }));
    return undefined;
  }
  // Read with the option's name blanked out, so that offsets are those of what was typed.
  const { file, diagnostics } = parseFile(createSourceFile(name, ' '.repeat(prefix.length) + option));
  const [statement, ...more] = file.statements;
  if (
    !statement ||
    more.length > 0 ||
    statement.words.length > 0 ||
    statement.block ||
    !option.includes('=')
  ) {
    const span = { file: name, start: prefix.length, end: name.length };
    problems.add(report(specCodes, 'MED1501', undefined, { span }));
    return undefined;
  }
  for (const diagnostic of diagnostics) problems.add(diagnostic);
  if (!statement.value || diagnostics.length > 0) return undefined;
  return { path: statement.key.text, key: statement.key, value: statement.value, origin: name };
}

function findTarget(
  given: Given,
  definitions: readonly Definition[],
  methods: readonly Definition[],
  problems: Problems,
): { readonly definition: Definition; readonly path: string } | undefined {
  const path = given.path.split('.');
  const named = [...definitions, ...methods].filter((one) => one.name.text === path[0]);
  const rest = path.slice(1);
  if (named.length > 0 && rest.length > 0) {
    const definition = named.find((one) => accepts(one, rest)) ?? named[0]!;
    if (accepts(definition, rest)) return { definition, path: rest.join('.') };
    return refuse(given, definition, rest, problems);
  }
  const candidates = definitions.filter((one) => accepts(one, path));
  const [only] = candidates;
  if (only && candidates.length === 1) return { definition: only, path: given.path };
  const where = { span: given.key.span };
  if (only) {
    const params = {
      path: given.path,
      candidates: candidates.map((one) => `${one.name.text}.${given.path}`),
    };
    problems.add(report(specCodes, 'MED1503', params, where));
    return undefined;
  }
  // `corrupt.log.dorp`, where one block has a `corrupt { … }`.
  const holders = definitions.filter(({ kind }) => blocks[kind].blocks.some((one) => one.name === path[0]));
  if (holders[0] && holders.length === 1) return refuse(given, holders[0], path, problems);
  const names = definitions.map((one) => one.name.text);
  const settings = definitions.flatMap((one) => blockOf(one).settings.map((setting) => setting.name));
  const nearest = nearestName(path[0]!, [...names, ...settings]);
  const params = { path: given.path, blocks: names, ...(nearest ? { nearest } : {}) };
  problems.add(report(specCodes, 'MED1502', params, { span: segmentSpan(given.key, 0) }));
  return undefined;
}

/** Says what of `path`, the end of what was given, the block does not know. */
function refuse(
  given: Given,
  definition: Definition,
  path: readonly string[],
  problems: Problems,
): undefined {
  const missing = findSetting(blockOf(definition), path);
  const at = missing.ok ? 0 : missing.at;
  const names = missing.ok ? [] : missing.names;
  const owner = (!missing.ok && missing.owner) || `${definition.kind} \`${definition.name.text}\``;
  const name = path[at]!;
  const nearest = nearestName(name, names);
  const params = {
    owner,
    what: 'setting',
    name,
    known: missing.ok ? [] : (missing.shown ?? names),
    ...(nearest ? { nearest } : {}),
  };
  const before = given.path.split('.').length - path.length;
  problems.add(report(specCodes, 'MED1204', params, { span: segmentSpan(given.key, before + at) }));
  return undefined;
}

function accepts(definition: Definition, path: readonly string[]): boolean {
  return definition.kind === 'model' ? isModelPath(path) : findSetting(blockOf(definition), path).ok;
}
