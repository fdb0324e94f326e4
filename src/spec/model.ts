/**
 * Resolves a model under the patches of a variant: `only`, `without`, `with`, `--set`, the points of a sweep. What is
 * patched away is not read, so that variants share whatever they have in common.
 */
import { gatedFusions, readings, type Schedule, scheduleOf, schedules } from '../catalog/blocks/mao.ts';
import { blocks } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { stepFor } from '../catalog/steps/index.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { BalanceParams, MaoReading, Modality } from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';
import type { NameValue, Patch, Statement } from '../syntax/ast.ts';
import { type Context, note, within } from './context.ts';
import { formatValue } from './describe.ts';
import { withEventFields } from './events.ts';
import { findSetting, type Given, readBlock, reportUnknown } from './given.ts';
import { fitsHeads } from './heads.ts';
import { type Own, refuseIdle } from './idle.ts';
import type { Definition } from './load.ts';
import { readPipeline, writtenSteps } from './pipeline.ts';
import type { ResolvedCall, ResolvedModel, ResolvedStep } from './resolved.ts';
import { readSettings, type Values } from './settings.ts';

/** A model block and everything that changes it. Overrides are by path and already known to exist. */
export interface ModelRecipe {
  readonly definition: Definition;
  readonly patches: readonly Patch[];
  readonly overrides: readonly Given[];
  /** Those of `overrides` that a variant writes itself, or a point of it. */
  readonly own: Own;
}

type Encoders = Map<Modality, Statement>;

/** Undefined where something was reported. */
export function resolveModel(recipe: ModelRecipe, context: Context): ResolvedModel | undefined {
  const { definition } = recipe;
  const before = context.problems.list.length;
  const name = definition.name.text;
  const owner = { text: `model \`${name}\``, span: definition.name.span };
  const contents = readBlock(blocks.model, owner.text, definition.statements, context);
  const encoders = readEncoders(contents.forms, context);
  if (encoders.size === 0)
    context.problems.add(report(specCodes, 'MED1407', { model: name }, { span: owner.span }));

  const given = new Map(contents.given);
  for (const override of recipe.overrides) given.set(override.path, override);
  const values = readSettings(blocks.model.settings, given, '', owner, context);
  const way = balanceOf(values.balance, contents.blocks.has('mao'));
  for (const { path, key } of recipe.overrides) {
    if (path.startsWith('mao.') && way.call !== 'mao')
      context.problems.add(
        report(specCodes, 'MED1410', { model: name, path, way: way.call }, { span: key.span }),
      );
  }

  const encodes = new Set(encoders.keys());
  const parts = { name, encoders, balanced: way.call === 'mao' };
  for (const patch of recipe.patches)
    if (patch.kind === 'only' || patch.kind === 'without') applyPatch(parts, patch, context);
  const left = new Set(parts.encoders.keys());
  const { balanced } = parts;
  refuseIdle(recipe.own, { encodes, left, way: way.call, balanced }, context);

  const resolved: { [modality in Modality]?: readonly ResolvedStep[] } = {};
  for (const modality of modalities) {
    const statement = parts.encoders.get(modality);
    if (!statement?.value || statement.broken) continue;
    const inner = within(context, modality);
    const overrides = new Map(
      [...given.values()].flatMap((one) =>
        one.path.startsWith(`${modality}.`) ? [[one.path.slice(modality.length + 1), one] as const] : [],
      ),
    );
    checkStepPaths(modality, statement, overrides, context);
    const origin = context.placeOf(statement.key.span);
    const read = readPipeline(modality, statement.value, origin, overrides, inner);
    const pipeline = read && withEventFields(modality, read, statement, overrides, inner);
    if (pipeline) resolved[modality] = pipeline;
    if (pipeline && typeof values.dim === 'number')
      fitsHeads(pipeline, values.dim, statement, overrides, context);
  }
  const fuse = String(values.fuse);
  const balance = readBalance(parts, way, fuse, given, owner, context);
  if (context.problems.list.length > before) return undefined;
  return { name, dim: Number(values.dim), encoders: resolved, fuse, balance };
}

function readEncoders(forms: readonly Statement[], context: Context): Encoders {
  const encoders: Encoders = new Map();
  for (const statement of forms) {
    const word = statement.words[0];
    const modality = modalities.find((one) => word?.kind === 'name' && word.text === one);
    if (!modality || statement.words.length !== 1 || (!statement.value && !statement.broken)) {
      if (statement.broken && !word) continue;
      const nearest = word?.kind === 'name' ? nearestName(word.text, modalities) : undefined;
      context.problems.add(
        word?.kind === 'name' && !modality
          ? report(
              specCodes,
              'MED1207',
              { name: 'encode', found: word.text, known: modalities, ...(nearest ? { nearest } : {}) },
              { span: word.span },
            )
          : report(
              specCodes,
              'MED1102',
              { block: 'encode', form: 'encode log = STEP -> STEP' },
              { span: statement.key.span },
            ),
      );
      continue;
    }
    const twin = encoders.get(modality);
    if (twin) {
      const related = [{ span: twin.key.span, message: 'First pipeline here.' }];
      context.problems.add(
        report(specCodes, 'MED1205', { name: `encode ${modality}` }, { span: word!.span, related }),
      );
    } else encoders.set(modality, statement);
  }
  return encoders;
}

interface Parts {
  readonly name: string;
  readonly encoders: Encoders;
  balanced: boolean;
}

function applyPatch(
  parts: Parts,
  patch: Exclude<Patch, { kind: 'with' | 'corrupt' }>,
  context: Context,
): void {
  const has = [...parts.encoders.keys()];
  const nameable = patch.kind === 'without' && parts.balanced ? [...has, 'mao'] : has;
  const known: NameValue[] = [];
  for (const target of patch.targets) {
    if (nameable.includes(target.text)) known.push(target);
    else {
      const nearest = nearestName(target.text, nameable);
      const params = { patch: patch.kind, target: target.text, model: parts.name, has: nameable };
      context.problems.add(
        report(specCodes, 'MED1401', nearest ? { ...params, nearest } : params, { span: target.span }),
      );
    }
  }
  if (known.length < patch.targets.length) return;
  const named = new Set(known.map((target) => target.text));
  if (named.has('mao')) parts.balanced = false;
  for (const modality of has)
    if (patch.kind === 'only' ? !named.has(modality) : named.has(modality)) parts.encoders.delete(modality);
  if (parts.encoders.size === 0 && has.length > 0)
    context.problems.add(report(specCodes, 'MED1402', { model: parts.name }, { span: patch.span }));
}

/** `balance = …` as it was read, else what the block `mao` stands for. */
function balanceOf(value: Json | undefined, hasBlock: boolean): ResolvedCall {
  return (value as ResolvedCall | undefined) ?? { call: hasBlock ? 'mao' : 'none', args: {} };
}

function readBalance(
  parts: Parts,
  way: ResolvedCall,
  fuse: string,
  given: ReadonlyMap<string, Given>,
  owner: Parameters<typeof readSettings>[3],
  context: Context,
): BalanceParams {
  const spec = blocks.model.blocks.find((block) => block.name === 'mao')!;
  const inner = within(context, 'mao');
  const single = parts.encoders.size === 1;
  // With one modality there is nothing to balance (METHOD 4): the stage is the same with and without.
  const reason = !parts.balanced ? 'not in this model' : single ? 'one modality' : undefined;
  const values = readSettings(
    spec.settings,
    given,
    'mao.',
    owner,
    reason ? { ...context, values: [] } : context,
  );
  if (!reason) {
    const schedule = scheduleOf(values.schedule);
    const { alpha, beta, aux, heads } = values;
    if (heads === 'gates' && !gatedFusions.includes(fuse)) {
      const written = given.get('mao.heads');
      const params = {
        fuse,
        fits: gatedFusions,
        ...(written ? {} : { profile: context.profile }),
      };
      const span = (written ?? given.get('fuse'))?.key.span ?? owner.span;
      context.problems.add(report(specCodes, 'MED1416', params, { span }));
    }
    return {
      kind: 'mao',
      alpha: Number(alpha),
      beta: Number(beta),
      schedule,
      aux: Number(aux),
      ...(heads === 'gates' ? { heads } : {}),
      ...readMaoReading(schedule, values, inner),
    };
  }
  note(inner, 'none', reason);
  const { call, args } = way;
  if (single) return { kind: 'none' };
  switch (call) {
    case 'ogm_ge':
      return { kind: call, alpha: Number(args.alpha), noise: Number(args.noise) };
    case 'g_blend':
      return { kind: call, every: Number(args.every) };
    case 'agm':
      return { kind: call, alpha: Number(args.alpha) };
    case 'mmpareto':
      return { kind: call };
    default:
      return { kind: 'none' };
  }
}

/** What departs from the schedule; what does not is noted as the schedule's. */
function readMaoReading(schedule: Schedule, values: Values, context: Context): Partial<MaoReading> {
  const departs = readings.flatMap(({ name, type }) => {
    const [value, usual] = [values[name], schedules[schedule][name]];
    if (value === undefined) note(within(context, name), formatValue(type, usual), `schedule ${schedule}`);
    return value === undefined || value === usual ? [] : [[name, value] as const];
  });
  return Object.fromEntries(departs);
}

/** `with`, `--set` and sweeps may name arguments of steps: `log.transformer.layers`. */
function checkStepPaths(
  modality: Modality,
  statement: Statement,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): void {
  const written = writtenSteps(statement.value);
  const names = written
    .flatMap((step) => (step.kind === 'choice' ? step.options : [step]))
    .flatMap((step) => (step.kind === 'name' ? [step.text] : step.kind === 'call' ? [step.name.text] : []));
  for (const override of overrides.values()) {
    const [, step, arg] = override.path.split('.');
    const count = names.filter((name) => name === step).length;
    const spec = step === undefined ? undefined : stepFor(step, modality);
    // The key may begin with the block's name: `medicine.log.transformer.layers`.
    const offset = override.key.text.split('.').length - override.path.split('.').length;
    if (count === 0 || !spec) {
      const found = { ok: false, at: offset + 1, names: [...new Set(names)] } as const;
      reportUnknown({ ...found, what: 'step' }, `the ${modality} pipeline`, override.key, context);
    } else if (!spec.args.some((one) => one.name === arg)) {
      const found = { ok: false, at: offset + 2, names: spec.args.map((one) => one.name) } as const;
      reportUnknown(found, `\`${spec.name}\``, override.key, context);
    } else if (count > 1) {
      const params = { path: override.path, step: `\`${step}\``, modality };
      context.problems.add(report(specCodes, 'MED1409', params, { span: override.key.span }));
    }
  }
}

/** Whether a model could have this path at all; whether its pipelines do is checked when it is resolved. */
export function isModelPath(path: readonly string[]): boolean {
  if (modalities.some((modality) => modality === path[0])) return path.length === 3;
  return findSetting(blocks.model, path).ok;
}
