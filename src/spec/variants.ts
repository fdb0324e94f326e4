/** Reads `variant NAME = MODEL patches`, and with `sweeps.ts` what sweeps make of them, into models to resolve. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Method } from '../search/method.ts';
import type { Patch, Statement } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import { onceEach, readCorruption } from './corruption.ts';
import { describeValue } from './describe.ts';
import type { Given } from './given.ts';
import type { Definition } from './load.ts';
import type { ModelRecipe } from './model.ts';
import { findPath, type PathTarget } from './paths.ts';
import type { ResolvedPoint } from './resolved.ts';
import { type Candidate, givenAt, readSweep } from './sweeps.ts';

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
  /** With the search of a row that chooses settings: what each axis may be. */
  readonly search?: SearchRecipe;
  /** The point's values as a file would write them. */
  readonly pointTexts?: { readonly [path: string]: string };
}

export interface SearchRecipe {
  readonly method: Method;
  readonly axes: readonly {
    readonly path: string;
    readonly range?: { readonly log: boolean; readonly whole: boolean };
    /** The values of a list, or the ends of a range. */
    readonly values: readonly Candidate[];
  }[];
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
  refuseTwins(points, context);
  return [...variants, ...points];
}

/** A row is found by its name. Of a sweep that repeats another's points one is named. */
function refuseTwins(points: readonly VariantRecipe[], context: Context): void {
  const first = new Map<string, VariantRecipe>();
  const told = new Set<SourceSpan>();
  for (const point of points) {
    const twin = first.get(point.name);
    if (!twin) first.set(point.name, point);
    if (!twin || told.has(point.span)) continue;
    told.add(point.span);
    const related = [{ span: twin.span, message: 'First one here.' }];
    const params = { kind: 'row', name: point.name };
    context.problems.add(report(specCodes, 'MED1103', params, { span: point.span, related }));
  }
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
      own: { variant: name.text, given: assigned.model },
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
      model: {
        definition,
        patches: [],
        overrides: models.overrides(definition),
        own: { variant: name, given: [] },
      },
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
