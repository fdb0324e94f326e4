/** Resolves an experiment: its settings, its data and training, its variants and the points of its sweeps. */
import { findBaseline } from '../catalog/baselines/index.ts';
import { blocks } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { type Profile, profiles } from '../catalog/types.ts';
import { baselineCodes } from '../diagnostics/codes/baselines.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Modality } from '../stages/contracts.ts';
import { listRows, namesOfRows, readBaselines, sweptRow } from './baselines.ts';
import { type Context, note, runsSeed, within } from './context.ts';
import {
  bySide,
  corruptionPath,
  layered,
  onceEach,
  readCorruption,
  refuseUnread,
  resolveCorruptions,
} from './corruption.ts';
import { firstSource, resolveDataset } from './dataset.ts';
import { checkReads, refuseCorruption } from './events.ts';
import { readExpectations, refuseRow } from './expectations.ts';
import { type BlockContents, type Given, readBlock } from './given.ts';
import type { Definition } from './load.ts';
import { resolveModel } from './model.ts';
import type { Overrides } from './overrides.ts';
import { resolvePaper } from './published.ts';
import type {
  ResolvedCall,
  ResolvedExperiment,
  ResolvedFolds,
  ResolvedModel,
  ResolvedVariant,
} from './resolved.ts';
import { resolveSearch } from './search.ts';
import { readSettings, type Values } from './settings.ts';
import { drawNotes, sweptApart } from './sweep-mode.ts';
import { builtInTrain, resolveTrain } from './train.ts';
import { readVariants, type VariantRecipe } from './variants.ts';

export interface Scope {
  readonly definitions: readonly Definition[];
  /** Methods to compare with that have no block of their own. */
  readonly methods: readonly Definition[];
  readonly overrides: Overrides;
  /** Definitions that an experiment names: the others are checked on their own. */
  readonly used: Set<Definition>;
}

type Base = Omit<Context, 'profile' | 'path'>;

/** Undefined where something was reported. */
export function resolveExperiment(
  definition: Definition,
  scope: Scope,
  base: Base,
): ResolvedExperiment | undefined {
  const name = definition.name.text;
  const owner = { text: `experiment \`${name}\``, span: definition.name.span };
  const start: Context = { ...base, profile: 'sound', path: name };
  const contents = readBlock(blocks.experiment, owner.text, definition.statements, start);
  const given = new Map(contents.given);
  const overrides = scope.overrides.get(definition) ?? [];
  for (const override of overrides) given.set(override.path, override);
  const context: Context = { ...start, profile: profileOf(given) };
  const settings = blocks.experiment.settings.map((one) =>
    one.name === 'baselines' ? namesOfRows(one, scope.definitions) : one,
  );
  const values = readSettings(settings, given, '', owner, context);
  const listed = listRows((values.baselines as readonly string[] | undefined) ?? [], [
    ...scope.definitions,
    ...scope.methods,
  ]);

  const folds = values.folds as ResolvedCall | undefined;
  if (folds && folds.call !== 'temporal') note(within(context, 'folds.seed'), runsSeed, 'always');
  const dataBlock = lookUp('dataset', values.data, given.get('data'), scope, context);
  const data =
    dataBlock &&
    resolveDataset(dataBlock, scope.overrides.get(dataBlock) ?? [], within(context, dataBlock.name.text));
  const trainBlock =
    values.train === builtInTrain && !defined('train', builtInTrain, scope)
      ? undefined
      : lookUp('train', values.train, given.get('train'), scope, context);

  const models = {
    definitions: scope.definitions.filter((one) => one.kind === 'model'),
    overrides: (one: Definition) => scope.overrides.get(one) ?? [],
  };
  const forms = contents.forms.flatMap(sweptApart);
  const ofBaselines = forms.filter((one) => sweptRow(one, listed));
  const before = context.problems.list.length;
  const recipes = readVariants(
    forms.filter((one) => !ofBaselines.includes(one)),
    models,
    context,
  );
  const corrupted = readCorruptions(contents, overrides, context);
  // A misspelt `variant` is reported as such.
  const meant = definition.statements.some((one) => nearestName(one.key.text, ['variant']));
  if (!meant) context.problems.add(report(specCodes, 'MED1406', { experiment: name }, { span: owner.span }));
  // The whole of `train` is noted once; variants and points note what they change.
  const trainAt = given.get('train')?.key.span ?? owner.span;
  const trainSets = trainBlock ? (scope.overrides.get(trainBlock) ?? []) : [];
  resolveTrain(trainBlock, trainSets, trainAt, within(context, 'train'));
  const source = data && dataBlock && firstSource(data, dataBlock);
  const variants = recipes.flatMap((recipe): ResolvedVariant[] => {
    scope.used.add(recipe.model.definition);
    const inner = within(recipe.point ? { ...context, values: [] } : context, recipe.name);
    const model = resolveModel(recipe.model, inner);
    const quiet = { ...inner, values: [] };
    const train = resolveTrain(trainBlock, [...trainSets, ...recipe.train], trainAt, quiet);
    if (!recipe.point) noteTraining(recipe, context);
    if (model && source) checkReads(model, recipe.model.definition, source, context);
    if (!model || !train) return [];
    const read = encodedBy(model);
    if (source) refuseCorruption([...corrupted, ...recipe.corrupt], source, context);
    refuseUnread(recipe.ownCorrupt, read, recipe.point?.of ?? recipe.name, context);
    const corrupt = resolveCorruptions(layered([corrupted, recipe.corrupt]), read, inner);
    notePoint(recipe, context);
    const search =
      recipe.search &&
      resolveSearch(recipe, recipe.search, (one) => {
        const changed = resolveModel(one.model, quiet);
        const trained = resolveTrain(trainBlock, [...trainSets, ...one.train], trainAt, quiet);
        return changed && trained && { model: changed, train: trained };
      });
    return [
      {
        name: recipe.name,
        model,
        train,
        corrupt,
        ...(recipe.point ? { point: recipe.point } : {}),
        ...(search ? { search } : {}),
      },
    ];
  });
  const baselines = readBaselines(
    listed,
    ofBaselines,
    {
      overrides: (one) => scope.overrides.get(one) ?? [],
      used: (one) => scope.used.add(one),
      corrupt: layered([corrupted]),
    },
    context,
  );
  refuseTwins(name, recipes, baselines, given.get('baselines'), context);
  const read = new Set([
    ...variants.flatMap(({ model }) => [...encodedBy(model)]),
    ...baselines.flatMap(({ method }) => findBaseline(method)?.reads ?? []),
  ]);
  if (variants.length === recipes.length) refuseUnread(corrupted, read, undefined, context);
  const asked = given.get('paper');
  const paper = resolvePaper(
    values.paper as string | undefined,
    { data, variants, baselines },
    asked?.value?.span ?? asked?.key.span ?? owner.span,
    context,
  );
  const whole = context.problems.list.length === before;
  const rows = [...recipes, ...baselines].map((one) => one.name);
  const expect = readExpectations(contents.forms, { names: rows, whole }, context);
  const against = values.against as string | undefined;
  const named = given.get('against');
  if (against !== undefined && whole && !rows.includes(against))
    refuseRow(against, rows, named?.value?.span ?? owner.span, context);
  return (
    data && {
      ...build(name, context.profile, values, data, variants, baselines),
      ...(paper ? { paper } : {}),
      ...(expect.length > 0 ? { expect } : {}),
      ...(against === undefined ? {} : { against }),
    }
  );
}

/** Read first: it decides the defaults of everything else. A wrong word is reported with the other settings. */
function profileOf(given: ReadonlyMap<string, Given>): Profile {
  const value = given.get('profile')?.value;
  const named = value?.kind === 'name' ? profiles.find((one) => one === value.text) : undefined;
  return named ?? 'sound';
}

function defined(kind: Definition['kind'], name: string, scope: Scope): Definition | undefined {
  return scope.definitions.find((one) => one.kind === kind && one.name.text === name);
}

function lookUp(
  kind: 'dataset' | 'train',
  value: Values[string],
  given: Given | undefined,
  scope: Scope,
  context: Context,
): Definition | undefined {
  if (typeof value !== 'string') return undefined;
  const found = defined(kind, value, scope);
  if (found) {
    scope.used.add(found);
    return found;
  }
  const named = scope.definitions.filter((one) => one.kind === kind).map((one) => one.name.text);
  const known = kind === 'train' ? [...named, builtInTrain] : named;
  const nearest = nearestName(value, known);
  const params = { kind, name: value, known, imports: true, ...(nearest ? { nearest } : {}) };
  const span = given?.value?.span ?? given?.key.span;
  context.problems.add(report(specCodes, 'MED1104', params, span ? { span } : {}));
  return undefined;
}

/** What the experiment says for all its variants: its lines and blocks, then options of the command line. */
function readCorruptions(
  contents: BlockContents,
  overrides: readonly Given[],
  context: Context,
): readonly Given[] {
  const settings = (given: readonly Given[]) =>
    given.flatMap((one) => {
      const path = corruptionPath(one.path);
      return path === undefined ? [] : bySide({ ...one, path });
    });
  const lines = contents.forms
    .filter((one) => one.key.text === 'corrupt' && !one.broken)
    .flatMap((one) => readCorruption(one.key, one.words, context));
  const written = onceEach([...settings([...contents.given.values()]), ...lines], context);
  return [...layered([written, settings(overrides)]).values()];
}

/** A row is found by its name: two of one name could not be told apart. */
function refuseTwins(
  experiment: string,
  variants: readonly VariantRecipe[],
  baselines: ResolvedExperiment['baselines'],
  list: Given | undefined,
  context: Context,
): void {
  const seen = new Set<string>();
  for (const { name } of baselines) {
    const variant = variants.find((one) => one.name === name);
    const span = variant?.span ?? list?.value?.span;
    if ((variant || seen.has(name)) && span) {
      const twin = variant ? 'variant' : 'baseline';
      context.problems.add(report(baselineCodes, 'MED3702', { name, experiment, twin }, { span }));
    }
    seen.add(name);
  }
}

function encodedBy({ encoders }: ResolvedModel): ReadonlySet<Modality> {
  return new Set(modalities.filter((one) => encoders[one]));
}

function noteTraining(recipe: VariantRecipe, context: Context): void {
  const inner = within(context, recipe.name);
  for (const one of recipe.train)
    if (one.value) note(within(inner, `train.${one.path}`), textOf(one), one.origin);
}

function notePoint(recipe: VariantRecipe, context: Context): void {
  const inner = within(context, recipe.name);
  const origin =
    recipe.model.overrides.at(-1)?.origin ??
    recipe.train.at(-1)?.origin ??
    recipe.corrupt.at(-1)?.origin ??
    'default';
  const searched = new Map(
    recipe.search?.axes.map(({ path, values }) => [path, values[0]?.given[0]?.origin]),
  );
  for (const [path, text] of Object.entries(recipe.pointTexts ?? {}))
    note(within(inner, path), text, searched.get(path) ?? origin);
}

function textOf({ value }: Given): string {
  if (value?.kind === 'number') return `${value.value}${value.unit}`;
  return value && 'text' in value ? value.text : '…';
}

function build(
  name: string,
  profile: Profile,
  values: Values,
  data: ResolvedExperiment['data'],
  variants: readonly ResolvedVariant[],
  baselines: ResolvedExperiment['baselines'],
): ResolvedExperiment {
  const folds = values.folds as ResolvedCall | undefined;
  const text = values.note as string | undefined;
  return {
    name,
    profile,
    fit: values.fit === 'all' ? 'all' : 'train',
    seeds: (values.seeds as readonly number[] | undefined) ?? [],
    ...(folds ? { folds: { kind: folds.call, ...folds.args } as unknown as ResolvedFolds } : {}),
    engine: {
      executor: values.engine === 'tfjs' ? 'tfjs' : 'onnx',
      device: values.device as ResolvedExperiment['engine']['device'],
      threads: Number(values.threads),
    },
    detector: values.detector === 'int8' ? 'int8' : 'float32',
    notes: [...(text === undefined ? [] : [text]), ...drawNotes([...variants, ...baselines])],
    data,
    variants,
    baselines,
  };
}
