/** Reads `sweep VARIANT each|cross|random(N)|halving(N)|tpe(N) { … }` into further variants: points, or one row that searches. */
import { modalities } from '../catalog/modalities.ts';
import { steps } from '../catalog/steps/index.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { spaceCodes } from '../diagnostics/codes/sweeps.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Json } from '../stages/stage.ts';
import type { Ident, Statement, Value } from '../syntax/ast.ts';
import { printValue } from '../syntax/print.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Axis, type AxisValue, drawDistinct, listValues, pointsOf, readAxisValues } from './axes.ts';
import type { Context } from './context.ts';
import { bySide } from './corruption.ts';
import type { Given } from './given.ts';
import { findPath, type PathTarget } from './paths.ts';
import { describeDraw, readSweepMode, type SweepMode } from './sweep-mode.ts';
import type { VariantRecipe } from './variants.ts';

/** One value, or one per side of the split. */
export function givenAt(target: PathTarget, statement: Statement, value: Value, context: Context): Given[] {
  const { key } = statement;
  const given = { path: target.path, key, value, origin: context.placeOf(key.span) };
  return target.of === 'corrupt' ? bySide(given) : [given];
}

export interface Candidate {
  readonly target: PathTarget;
  readonly given: readonly Given[];
  readonly json: Json;
  readonly text: string;
  readonly path: string;
}

export function readSweep(
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
  const { statements } = statement.block;
  const axes = statements.flatMap((one) => {
    const axis = readAxis(one, base.name, mode, context);
    return axis ? [{ axis, path: one.key.text, text: one.value ? printValue(one.value) : '' }] : [];
  });
  if (mode.kind === 'search') return searchOf(base, axes, mode, name.span, context);
  const lists = axes.map(({ axis }) => axis);
  return pointsOf(lists, mode, name.span, context).map((point) => pointOf(base, point, mode, name.span));
}

/** One row for the whole sweep: `full tpe(30)`. */
function searchOf(
  base: VariantRecipe,
  axes: readonly { readonly axis: Axis<Candidate>; readonly path: string; readonly text: string }[],
  mode: SweepMode & { readonly kind: 'search' },
  span: SourceSpan,
  context: Context,
): VariantRecipe[] {
  const { method } = mode;
  const lists = axes.map(({ axis }) => axis);
  const known = drawDistinct(lists, method.points, method.seed, span, context);
  if (known.length === 0) return [];
  const recipe = pointOf(base, [], mode, span);
  return [
    {
      ...recipe,
      name: `${base.name} ${method.kind}(${method.points})`,
      pointTexts: Object.fromEntries(axes.map(({ path, text }) => [path, text])),
      search: {
        method,
        axes: axes.map(({ axis, path }) => {
          if (axis.kind === 'list') return { path, values: axis.items };
          const { low, high, log, whole } = axis.range;
          return { path, range: { log, whole }, values: [axis.at(low), axis.at(high)] };
        }),
      },
    },
  ];
}

/** A search changes the training of a model, not what it is trained on. */
function refuseUntrained(key: Ident, target: PathTarget, mode: SweepMode, context: Context): boolean {
  if (mode.kind !== 'search') return false;
  const [first, second] = target.of === 'model' ? target.path.split('.') : [];
  const step = modalities.some((one) => one === first) ? steps.find((one) => one.name === second) : undefined;
  const { kind } = mode.method;
  if (target.of === 'corrupt' || (step && step.place !== 'model')) {
    const params = { mode: kind, path: key.text };
    context.problems.add(report(spaceCodes, 'MED1435', params, { span: key.span }));
    return true;
  }
  if (kind !== 'halving' || target.of !== 'train' || target.path !== 'epochs') return false;
  context.problems.add(report(spaceCodes, 'MED1436', {}, { span: key.span }));
  return true;
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
  if (refuseUntrained(key, target, mode, context)) return undefined;
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

/** `span`: the row's name where it is swept. */
function pointOf(
  base: VariantRecipe,
  point: readonly Candidate[],
  mode: SweepMode,
  span: SourceSpan,
): VariantRecipe {
  const of = (kind: PathTarget['of']) =>
    point.filter((one) => one.target.of === kind).flatMap((one) => one.given);
  const drawn = describeDraw(mode);
  const settings = Object.fromEntries(point.map((one) => [one.path, one.json]));
  return {
    name: `${base.name} ${point.map((one) => `${one.path}=${one.text}`).join(' ')}`,
    span,
    model: {
      ...base.model,
      overrides: [...base.model.overrides, ...of('model')],
      own: { variant: base.name, given: of('model') },
    },
    train: [...base.train, ...of('train')],
    corrupt: [...base.corrupt, ...of('corrupt')],
    ownCorrupt: of('corrupt'),
    point: { of: base.name, settings, ...(drawn ? { drawn } : {}) },
    pointTexts: Object.fromEntries(point.map((one) => [one.path, one.text])),
  };
}
