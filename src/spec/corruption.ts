/**
 * Reads what is wrong with the telemetry: `corrupt log drop 30% at train` as words, `corrupt.train.log.drop = 30%` as a
 * setting. Both become values by path with the side in front (`train.log.drop`); later layers replace values of earlier
 * ones. What a corruption does to records is the business of the stages.
 */
import { corrupt, defaultSide, type Side, sides, subjects } from '../catalog/blocks/corrupt.ts';
import { modalities } from '../catalog/modalities.ts';
import type { BlockSpec, SettingSpec } from '../catalog/types.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Corruption, Corruptions, Modality } from '../stages/contracts.ts';
import type { Ident, Word } from '../syntax/ast.ts';
import { type Context, note, within } from './context.ts';
import { describeValue, formatValue } from './describe.ts';
import type { Given } from './given.ts';
import { type PlainType, readValue } from './values.ts';

const form = 'corrupt log drop 30% at test';
const sideWords: readonly string[] = [...sides, 'both'];

/** `words` are those behind `corrupt`, whose place is that of `key`. Nothing where something was reported. */
export function readCorruption(key: Ident, words: readonly Word[], context: Context): Given[] {
  const [what, how, amount, at, side] = words;
  if (what?.kind !== 'name' || how?.kind !== 'name' || !amount || (at && !side) || words.length > 5)
    return refuseForm(key, context);
  const subject = subjects.find((one) => one.name === what.text);
  if (!subject) {
    const known = subjects.map((one) => one.name);
    const nearest = nearestName(what.text, known);
    const params = { found: what.text, known, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(specCodes, 'MED1412', params, { span: what.span }));
    return [];
  }
  if (!subject.settings.some((one) => one.name === how.text)) {
    const known = subject.settings.map((one) => one.name);
    const nearest = nearestName(how.text, known);
    const elsewhere = subjects.filter((one) => one.settings.some((setting) => setting.name === how.text));
    const params = {
      found: how.text,
      subject: subject.name,
      known,
      elsewhere: elsewhere.map((one) => one.name),
      ...(nearest ? { nearest } : {}),
    };
    context.problems.add(report(specCodes, 'MED1413', params, { span: how.span }));
    return [];
  }
  if (at && !(at.kind === 'name' && at.text === 'at')) return refuseForm(key, context);
  if (side && !(side.kind === 'name' && sideWords.includes(side.text))) {
    const found = side.kind === 'name' ? side.text : describeValue(side);
    const nearest = nearestName(found, sideWords);
    const params = { name: 'at', found, known: sideWords, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(specCodes, 'MED1207', params, { span: side.span }));
    return [];
  }
  const place = side?.kind === 'name' ? side.text : defaultSide;
  const span = { ...key.span, end: words.at(-1)?.span.end ?? key.span.end };
  const text = [key.text, what.text, how.text].join(' ');
  const given: Given = {
    path: `${place}.${what.text}.${how.text}`,
    key: { text, span },
    value: amount,
    origin: context.placeOf(key.span),
  };
  return bySide(given);
}

function refuseForm(key: Ident, context: Context): Given[] {
  context.problems.add(report(specCodes, 'MED1102', { block: 'corrupt', form }, { span: key.span }));
  return [];
}

/** One value per side: `both.log.drop` → `train.log.drop`, `test.log.drop`; `log.drop` → `test.log.drop`. */
export function bySide(given: Given): Given[] {
  const first = given.path.split('.')[0]!;
  if (first === 'both') {
    const rest = given.path.slice('both.'.length);
    return sides.map((side) => ({ ...given, path: `${side}.${rest}` }));
  }
  return [sideWords.includes(first) ? given : { ...given, path: `${defaultSide}.${given.path}` }];
}

/** Reports values that one layer gives twice: the second is no more of the same, it would replace the first. */
export function onceEach(given: readonly Given[], context: Context): readonly Given[] {
  given.forEach((one, i) => {
    const before = given.slice(0, i).find((other) => other.path === one.path);
    if (!before) return;
    const related = [{ span: before.key.span, message: 'First value here.' }];
    context.problems.add(
      report(specCodes, 'MED1205', { name: pathOf(one.path) }, { span: one.key.span, related }),
    );
  });
  return given;
}

/** The later of two values for a path counts. */
export function layered(layers: readonly (readonly Given[])[]): ReadonlyMap<string, Given> {
  return new Map(layers.flat().map((one) => [one.path, one]));
}

/** `test.log.drop` → `corrupt.log.drop`, as a file would write it. */
function pathOf(path: string): string {
  return `corrupt.${path.startsWith(`${defaultSide}.`) ? path.slice(defaultSide.length + 1) : path}`;
}

/** Values by path with the side in front. */
export type Corrupting = ReadonlyMap<string, Given>;

/** What it does to the modalities that are read. Amounts of 0 change nothing and are left out. */
export function resolveCorruptions(
  given: Corrupting,
  read: ReadonlySet<Modality>,
  context: Context,
): Corruptions {
  const ofSide = (side: Side): Corruption =>
    withoutEmpty(
      subjects
        .filter((one) => concerns(one.name, read))
        .map((one) => [one.name, amounts(side, one)] as const),
    );
  const amounts = (side: Side, subject: BlockSpec) =>
    Object.fromEntries(
      subject.settings.flatMap((setting) => {
        const one = given.get(`${side}.${subject.name}.${setting.name}`);
        const amount = one?.value && readValue(setting.type as PlainType, setting.name, one.value, context);
        if (!one || typeof amount !== 'number') return [];
        note(within(context, pathOf(one.path)), formatValue(setting.type, amount), one.origin);
        if (side === 'train') refuseAll(subject.name, setting, amount, one, context);
        return amount === 0 ? [] : [[setting.name, amount] as const];
      }),
    );
  return withoutEmpty(sides.map((side) => [side, ofSide(side)] as const));
}

function withoutEmpty<V extends object>(entries: readonly (readonly [string, V])[]): { [name: string]: V } {
  return Object.fromEntries(entries.filter(([, value]) => Object.keys(value).length > 0));
}

/** A model cannot be given the shape of features that no training case has. */
function refuseAll(
  subject: string,
  setting: SettingSpec,
  amount: number,
  one: Given,
  context: Context,
): void {
  if (setting.type.kind !== 'fraction' || amount < 1) return;
  const params = { what: one.key.text, ...(subject === 'mask' ? {} : { without: `without ${subject}` }) };
  context.problems.add(report(specCodes, 'MED1415', params, { span: one.key.span }));
}

function concerns(subject: string, read: ReadonlySet<Modality>): boolean {
  return modalities.every((one) => one !== subject) || [...read].some((one) => one === subject);
}

/** Reports what is said of modalities that the variant `who`, or no variant at all, reads. */
export function refuseUnread(
  given: Iterable<Given>,
  read: ReadonlySet<Modality>,
  who: string | undefined,
  context: Context,
): void {
  for (const one of given) {
    const [, subject = ''] = one.path.split('.');
    if (concerns(subject, read)) continue;
    const params = { what: one.key.text, modality: subject, ...(who ? { who } : {}) };
    context.problems.add(report(specCodes, 'MED1414', params, { span: one.key.span }));
  }
}

/** `corrupt.log.drop` of a `--set` or of a block, without `corrupt.`; undefined if it is no such path. */
export function corruptionPath(path: string): string | undefined {
  return path.startsWith(`${corrupt.name}.`) ? path.slice(corrupt.name.length + 1) : undefined;
}
