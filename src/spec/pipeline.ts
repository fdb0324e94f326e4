/** Reads a pipeline of steps and checks every arrow: what the left side gives against what the right side takes. */
import {
  eventStart,
  fits,
  pipelineEnd,
  pipelineStart,
  readsOf,
  stepFor,
  steps,
} from '../catalog/steps/index.ts';
import type { SignalType, StepSpec } from '../catalog/types.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Modality, Step } from '../stages/contracts.ts';
import type { Value } from '../syntax/ast.ts';
import { type Context, note, within } from './context.ts';
import { describeValue } from './describe.ts';
import type { Given } from './given.ts';
import type { ResolvedStep } from './resolved.ts';
import { callParts, readCall } from './settings.ts';

/** Steps of a pipeline. The longest in use has eight. */
const longest = 64;

/** The steps as the file has them, alternatives of `else` together; a value without arrows is one step. */
export function writtenSteps(value: Value | undefined): readonly Value[] {
  if (!value) return [];
  return value.kind === 'pipeline' ? value.steps : [value];
}

/** Undefined where a step or an arrow was reported. `overrides` are by `step.argument`. */
export function readPipeline(
  modality: Modality,
  value: Value,
  origin: string,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): ResolvedStep[] | undefined {
  const resolved: ResolvedStep[] = [];
  const list = writtenSteps(value);
  const beyond = list[longest];
  if (beyond) {
    context.problems.add(
      report(storeCodes, 'MED6130', { count: list.length, most: longest }, { span: beyond.span }),
    );
    return undefined;
  }
  const overEvents = readsOf((list[0] && callParts(list[0])?.name) ?? '') === 'events';
  let flow: SignalType | undefined = overEvents ? eventStart : pipelineStart[modality];
  let left = `the ${modality} data`;
  let sound = true;
  for (const written of list) {
    const options = written.kind === 'choice' ? written.options : [written];
    const read = options.map((option, i) =>
      readStep(option, modality, flow, origin, overrides, i === 0 ? context : within(context, 'else')),
    );
    const first = read[0];
    if (!first) {
      // Nothing is known of what comes out, so the next arrow cannot be judged.
      sound = false;
      flow = undefined;
      continue;
    }
    for (const other of read.slice(1))
      if (!other || !standsIn(first.spec, other.spec, options[1]!, context)) sound = false;
    const gives: SignalType | undefined =
      flow === undefined ? anyOutput(first.spec) : follow(flow, first.spec);
    if (flow !== undefined && gives === undefined) {
      reportArrow(left, flow, first.spec, options[0]!, context);
      sound = false;
    }
    // After a mismatch the step's own output is what its reader meant.
    flow = gives ?? anyOutput(first.spec);
    left = `\`${first.spec.name}\``;
    if (!first.step) sound = false;
    const others = read.slice(1).flatMap((one) => (one?.step ? [one.step] : []));
    if (first.step) resolved.push(others.length > 0 ? { ...first.step, else: others } : first.step);
  }
  if (sound && flow !== undefined && !fits(flow, pipelineEnd)) {
    const end = list.at(-1)?.span ?? value.span;
    const missing = bridge(flow, (type) => fits(type, pipelineEnd))?.join(' -> ');
    context.problems.add(
      report(
        specCodes,
        'MED1303',
        { modality, gives: flow, wants: pipelineEnd, ...(missing ? { missing } : {}) },
        { span: end },
      ),
    );
    return undefined;
  }
  return sound ? resolved : undefined;
}

interface ReadStep {
  readonly spec: StepSpec;
  readonly step: Step | undefined;
}

function readStep(
  value: Value,
  modality: Modality,
  flow: SignalType | undefined,
  origin: string,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): ReadStep | undefined {
  const parts = callParts(value);
  if (!parts) {
    context.problems.add(report(specCodes, 'MED1305', { found: describeValue(value) }, { span: value.span }));
    return undefined;
  }
  const spec = stepFor(parts.name, modality);
  if (!spec) {
    const nearest = nearestName(
      parts.name,
      steps.map((step) => step.name),
    );
    const known = flow ? steps.filter((step) => follow(flow, step)).map((step) => step.name) : [];
    const params = { name: parts.name, known, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(specCodes, 'MED1301', params, { span: parts.span }));
    return undefined;
  }
  const inner = within(context, spec.name);
  note(inner, spec.name, origin);
  const mine = new Map(
    [...overrides].flatMap(([path, one]) =>
      path.startsWith(`${spec.name}.`) ? [[path.slice(spec.name.length + 1), one] as const] : [],
    ),
  );
  const call = readCall(spec, parts.args, value.span, origin, mine, inner);
  return { spec, step: call && { op: call.call, args: call.args } };
}

/** What the step makes of this, or undefined if it does not take it. */
function follow(flow: SignalType, step: StepSpec): SignalType | undefined {
  return step.signatures.find(({ takes }) => fits(flow, takes))?.gives;
}

/** The one thing a step gives whatever it takes, if there is one. */
function anyOutput(step: StepSpec): SignalType | undefined {
  const outputs = new Set(step.signatures.map(({ gives }) => gives));
  return outputs.size === 1 ? [...outputs][0] : undefined;
}

/** The fewest steps that lead from here to something wanted, if there are any. */
function bridge(from: SignalType, wanted: (type: SignalType) => boolean): readonly string[] | undefined {
  const seen = new Set([from]);
  let paths: { readonly type: SignalType; readonly names: readonly string[] }[] = [{ type: from, names: [] }];
  while (paths.length > 0) {
    const longer = [];
    for (const { type, names } of paths)
      for (const step of steps) {
        const next = follow(type, step);
        if (next === undefined || seen.has(next)) continue;
        seen.add(next);
        if (wanted(next)) return [...names, step.name];
        longer.push({ type: next, names: [...names, step.name] });
      }
    paths = longer;
  }
  return undefined;
}

/** Only an embedding can be absent, and only another embedding can stand in for it. */
function standsIn(first: StepSpec, other: StepSpec, at: Value, context: Context): boolean {
  if (first.place !== 'embed') {
    context.problems.add(report(specCodes, 'MED1307', { step: first.name }, { span: at.span }));
    return false;
  }
  if (other.place === 'embed') return true;
  const params = { first: first.name, second: other.name };
  context.problems.add(report(specCodes, 'MED1304', params, { span: at.span }));
  return false;
}

function reportArrow(left: string, gives: SignalType, right: StepSpec, at: Value, context: Context): void {
  const between = bridge(gives, (type) => follow(type, right) !== undefined)?.join(' -> ');
  const takes = right.signatures.map((signature) => signature.takes);
  context.problems.add(
    report(
      specCodes,
      'MED1302',
      { left, gives, right: right.name, takes, ...(between ? { between } : {}) },
      { span: callParts(at)?.span ?? at.span },
    ),
  );
}
