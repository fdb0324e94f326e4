/** Reads `variant NAME = MODEL patches` and `sweep VARIANT each|cross|random(N) { … }` into models to resolve. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { Patch, Statement, Value } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Axis, type AxisValue, listValues, pointsOf, readAxisValues } from './axes.ts';
import type { Context } from './context.ts';
import { bySide, onceEach, readCorruption } from './corruption.ts';
import { describeValue } from './describe.ts';
import type { Given } from './given.ts';
import type { Definition } from './load.ts';
import type { ModelRecipe } from './model.ts';
import { findPath, type PathTarget } from './paths.ts';
import type { ResolvedPoint } from './resolved.ts';
import { describeDraw, readSweepMode, type SweepMode } from './sweep-mode.ts';

export interface VariantRecipe {
  readonly name: string;
  readonly span: SourceSpan;
  readonly model: ModelRecipe;
  readonly train: readonly Given[];
  /** By path with the side in front, in the order in which they replace each other. */
  readonly corrupt: readonly Given[];
  /** Those of `corrupt` that this variant or point says itself. */
  readonly ownCorrupt: readonly Given[];
  readonly point?: ResolvedPoint;
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
  const mode = readSweepMode(statement, 'sweep VARIANT each { mao.alpha = 0.1..0.9 step 0.1 }', context);
  const [name] = statement.words;
  if (!mode || name?.kind !== 'name' || !statement.block) return [];
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
  const axes = statement.block.statements.flatMap((one) => readAxis(one, base.name, mode, context) ?? []);
  return pointsOf(axes, mode, name.span, context).map((point) => pointOf(base, point, mode));
}

function readAxis(
  statement: Statement,
  variant: string,
  mode: SweepMode,
  context: Context,
): Axis<Candidate> | undefined {
  const { key, value } = statement;
  const target = findPath(key, `\`${variant}\``, context, costOfIgnoring(statement, variant, mode, context));
  if (!target?.setting || !value) return undefined;
  const { name, type } = target.setting;
  if (type.kind === 'call') {
    context.problems.add(report(specCodes, 'MED1408', { path: key.text }, { span: key.span }));
    return undefined;
  }
  const make = ({ value, json, text }: AxisValue): Candidate => {
    return { target, given: givenAt(target, statement, value, context), json, text, path: key.text };
  };
  return readAxisValues({ name, type }, value, mode, make, context);
}

/** What a sweep over a setting that does not exist would have done, had nobody said so. */
function costOfIgnoring(
  { value }: Statement,
  variant: string,
  mode: SweepMode,
  context: Context,
): string | undefined {
  const count = !mode.draws && value ? listValues(value, context)?.length : undefined;
  if (!count) return undefined;
  const points = count === 1 ? 'this point' : `these ${count} points`;
  return `Had it been ignored, ${points} would have repeated \`${variant}\`.`;
}

function pointOf(base: VariantRecipe, point: readonly Candidate[], mode: SweepMode): VariantRecipe {
  const of = (kind: PathTarget['of']) =>
    point.filter((one) => one.target.of === kind).flatMap((one) => one.given);
  const drawn = describeDraw(mode);
  const settings = Object.fromEntries(point.map((one) => [one.path, one.json]));
  return {
    name: `${base.name} ${point.map((one) => `${one.path}=${one.text}`).join(' ')}`,
    span: base.span,
    model: { ...base.model, overrides: [...base.model.overrides, ...of('model')] },
    train: [...base.train, ...of('train')],
    corrupt: [...base.corrupt, ...of('corrupt')],
    ownCorrupt: of('corrupt'),
    point: { of: base.name, settings, ...(drawn ? { drawn } : {}) },
    pointTexts: Object.fromEntries(point.map((one) => [one.path, one.text])),
  };
}
