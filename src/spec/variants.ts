/** Reads `variant NAME = MODEL patches` and `sweep VARIANT each|cross { … }` into models to resolve. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { Patch, Statement, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { listValues, pointsOf } from './axes.ts';
import type { Context } from './context.ts';
import { bySide, onceEach, readCorruption } from './corruption.ts';
import { describeType, describeValue, formatValue } from './describe.ts';
import type { Given } from './given.ts';
import type { Definition } from './load.ts';
import type { ModelRecipe } from './model.ts';
import { findPath, type PathTarget } from './paths.ts';
import { type PlainType, readValue } from './values.ts';

export interface VariantRecipe {
  readonly name: string;
  readonly span: SourceSpan;
  readonly model: ModelRecipe;
  readonly train: readonly Given[];
  /** By path with the side in front, in the order in which they replace each other. */
  readonly corrupt: readonly Given[];
  /** Those of `corrupt` that this variant or point says itself. */
  readonly ownCorrupt: readonly Given[];
  readonly point?: { readonly of: string; readonly settings: { readonly [path: string]: Json } };
  /** The point's values as a file would write them. */
  readonly pointTexts?: { readonly [path: string]: string };
}

/** What a name may stand for: the models of the program with the options of the command line. */
export interface Models {
  readonly definitions: readonly Definition[];
  readonly overrides: (definition: Definition) => readonly Given[];
}

export function readVariants(forms: readonly Statement[], models: Models, context: Context): VariantRecipe[] {
  const variants: VariantRecipe[] = [];
  for (const statement of forms.filter((one) => one.key.text === 'variant')) {
    const recipe = readVariant(statement, variants, models, context);
    if (recipe) variants.push(recipe);
  }
  const points = forms
    .filter((one) => one.key.text === 'sweep')
    .flatMap((statement) => readSweep(statement, variants, context));
  return [...variants, ...points];
}

function readVariant(
  statement: Statement,
  earlier: readonly VariantRecipe[],
  models: Models,
  context: Context,
): VariantRecipe | undefined {
  const { value, words } = statement;
  const name = words[0];
  if (words.length !== 1 || name?.kind !== 'name' || !value) {
    const form = 'variant NAME = MODEL';
    if (!statement.broken)
      context.problems.add(
        report(specCodes, 'MED1102', { block: 'variant', form }, { span: statement.key.span }),
      );
    return undefined;
  }
  if (statement.broken) return undefined;
  const twin = earlier.find((one) => one.name === name.text);
  if (twin) {
    const related = [{ span: twin.span, message: 'First definition here.' }];
    context.problems.add(
      report(specCodes, 'MED1103', { kind: 'variant', name: name.text }, { span: name.span, related }),
    );
    return undefined;
  }
  const base = value.kind === 'patched' ? value.base : value;
  if (base.kind !== 'name') {
    const params = { name: name.text, takes: 'the name of a model', found: describeValue(base) };
    context.problems.add(report(specCodes, 'MED1202', params, { span: base.span }));
    return undefined;
  }
  const start = findBase(base.text, base.span, earlier, models, context);
  if (!start) return undefined;
  const patches = value.kind === 'patched' ? value.patches : [];
  const assigned = readAssignments(patches, base.text, context);
  const ownCorrupt = onceEach(assigned.corrupt, context);
  return {
    name: name.text,
    span: name.span,
    model: {
      ...start.model,
      patches: [...start.model.patches, ...patches],
      overrides: [...start.model.overrides, ...assigned.model],
    },
    train: [...start.train, ...assigned.train],
    corrupt: [...start.corrupt, ...ownCorrupt],
    ownCorrupt,
  };
}

function findBase(
  name: string,
  span: SourceSpan,
  earlier: readonly VariantRecipe[],
  models: Models,
  context: Context,
): Pick<VariantRecipe, 'model' | 'train' | 'corrupt'> | undefined {
  const definition = models.definitions.find((one) => one.name.text === name);
  if (definition)
    return {
      model: { definition, patches: [], overrides: models.overrides(definition) },
      train: [],
      corrupt: [],
    };
  const variant = earlier.find((one) => one.name === name);
  if (variant) return variant;
  const known = [...models.definitions.map((one) => one.name.text), ...earlier.map((one) => one.name)];
  const nearest = nearestName(name, known);
  const params = { kind: 'model', name, known, imports: true, ...(nearest ? { nearest } : {}) };
  context.problems.add(report(specCodes, 'MED1104', params, { span }));
  return undefined;
}

function readAssignments(patches: readonly Patch[], owner: string, context: Context) {
  const assigned: Record<PathTarget['of'], Given[]> = { model: [], train: [], corrupt: [] };
  for (const patch of patches) {
    if (patch.kind === 'corrupt') {
      const { file, start } = patch.span;
      const key = { text: 'corrupt', span: { file, start, end: start + 'corrupt'.length } };
      assigned.corrupt.push(...readCorruption(key, patch.words, context));
    }
    if (patch.kind !== 'with') continue;
    for (const statement of patch.settings) {
      const target = findPath(statement.key, `\`${owner}\``, context);
      if (target && statement.value)
        assigned[target.of].push(...givenAt(target, statement, statement.value, context));
    }
  }
  return assigned;
}

/** One value, or one per side of the split. */
function givenAt(target: PathTarget, statement: Statement, value: Value, context: Context): Given[] {
  const { key } = statement;
  const given = { path: target.path, key, value, origin: context.placeOf(key.span) };
  return target.of === 'corrupt' ? bySide(given) : [given];
}

interface Candidate {
  readonly target: PathTarget;
  readonly given: readonly Given[];
  readonly json: Json;
  readonly text: string;
  readonly path: string;
}

function readSweep(
  statement: Statement,
  variants: readonly VariantRecipe[],
  context: Context,
): VariantRecipe[] {
  const [name, how] = statement.words;
  const cross = how?.kind === 'name' && how.text === 'cross';
  const each = how?.kind === 'name' && how.text === 'each';
  if (name?.kind !== 'name' || !(cross || each) || statement.words.length !== 2 || !statement.block) {
    const form = 'sweep VARIANT each { mao.alpha = 0.1..0.9 step 0.1 }';
    if (!statement.broken)
      context.problems.add(
        report(specCodes, 'MED1102', { block: 'sweep', form }, { span: statement.key.span }),
      );
    return [];
  }
  const base = variants.find((one) => one.name === name.text);
  if (!base) {
    const known = variants.map((one) => one.name);
    const nearest = nearestName(name.text, known);
    const params = {
      kind: 'variant',
      name: name.text,
      known,
      imports: false,
      ...(nearest ? { nearest } : {}),
    };
    context.problems.add(report(specCodes, 'MED1104', params, { span: name.span }));
    return [];
  }
  const axes = statement.block.statements.map((one) => readAxis(one, base.name, context));
  return pointsOf(axes, cross, name.span, context).map((point) => pointOf(base, point));
}

function readAxis(statement: Statement, variant: string, context: Context): Candidate[] {
  const values = statement.value && listValues(statement.value, context);
  const cost =
    values && values.length > 0
      ? `Had it been ignored, ${values.length === 1 ? 'this point' : `these ${values.length} points`} would have repeated \`${variant}\`.`
      : undefined;
  const target = findPath(statement.key, `\`${variant}\``, context, cost);
  if (!target || !values) return [];
  const { setting } = target;
  if (!setting) return [];
  if (setting.type.kind === 'call') {
    context.problems.add(
      report(specCodes, 'MED1408', { path: statement.key.text }, { span: statement.key.span }),
    );
    return [];
  }
  const type: PlainType = setting.type;
  if (values.length === 0) {
    const params = { name: setting.name, takes: `values, each ${describeType(type)}`, found: 'none' };
    context.problems.add(report(specCodes, 'MED1202', params, { span: statement.value!.span }));
  }
  return values.flatMap((value) => {
    const json = readValue(type, setting.name, value, context);
    if (json === undefined) return [];
    const text = formatValue(type, json);
    const given = givenAt(target, statement, value, context);
    return [{ target, given, json, text, path: statement.key.text }];
  });
}

function pointOf(base: VariantRecipe, point: readonly Candidate[]): VariantRecipe {
  const of = (kind: PathTarget['of']) =>
    point.filter((one) => one.target.of === kind).flatMap((one) => one.given);
  return {
    name: `${base.name} ${point.map((one) => `${one.path}=${one.text}`).join(' ')}`,
    span: base.span,
    model: { ...base.model, overrides: [...base.model.overrides, ...of('model')] },
    train: [...base.train, ...of('train')],
    corrupt: [...base.corrupt, ...of('corrupt')],
    ownCorrupt: of('corrupt'),
    point: { of: base.name, settings: Object.fromEntries(point.map((one) => [one.path, one.json])) },
    pointTexts: Object.fromEntries(point.map((one) => [one.path, one.text])),
  };
}
