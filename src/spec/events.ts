/**
 * What only pipelines over extracted events need: the fields of an event belong to its modality, and the source of the
 * data has to give what the pipelines read.
 */

import { modalities } from '../catalog/modalities.ts';
import { sources } from '../catalog/sources/index.ts';
import { defaultFields, eventFields } from '../catalog/steps/events.ts';
import { firstSteps, readsOf } from '../catalog/steps/index.ts';
import { eventCodes } from '../diagnostics/codes/events.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Modality } from '../stages/contracts.ts';
import type { Statement } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Context, note, within } from './context.ts';
import type { Given } from './given.ts';
import type { Definition } from './load.ts';
import { writtenSteps } from './pipeline.ts';
import type { ResolvedCall, ResolvedModel, ResolvedStep } from './resolved.ts';
import { callParts } from './settings.ts';

/** Fills in the fields that `events` goes by; undefined where a field belongs to another modality. */
export function withEventFields(
  modality: Modality,
  pipeline: readonly ResolvedStep[],
  statement: Statement,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): readonly ResolvedStep[] | undefined {
  const [first, ...rest] = pipeline;
  if (first?.op !== 'events') return pipeline;
  const known: readonly string[] = eventFields[modality];
  const by = first.args.by;
  if (!Array.isArray(by)) {
    note(within(context, 'events.by'), `[${defaultFields[modality].join(', ')}]`, 'default');
    return [{ ...first, args: { ...first.args, by: defaultFields[modality] } }, ...rest];
  }
  const chosen = by.map(String);
  const strange = chosen.find((field) => !known.includes(field));
  if (strange !== undefined) {
    const step = writtenSteps(statement.value)[0];
    const span =
      overrides.get('events.by')?.value?.span ??
      (step && callParts(step)?.args[0]?.value.span) ??
      statement.key.span;
    const nearest = nearestName(strange, known);
    const params = { name: 'by', found: strange, known };
    context.problems.add(report(specCodes, 'MED1207', nearest ? { ...params, nearest } : params, { span }));
    return undefined;
  }
  // In a fixed order, each once, so that the same kinds come out however they are written.
  return [{ ...first, args: { by: known.filter((field) => chosen.includes(field)) } }, ...rest];
}

type Kind = 'records' | 'events';

/** One written source, and where it stands. */
export interface WrittenSource {
  readonly call: ResolvedCall;
  readonly span: SourceSpan;
}

const givesOf = ({ call }: ResolvedCall): Kind =>
  sources.find(({ name }) => name === call)?.gives ?? 'records';

function nameOf({ call, args }: ResolvedCall): string {
  return `${call}(${typeof args.root === 'string' ? `"${args.root}"` : String(args.system ?? '')})`;
}

/** Reports alternatives of `from` that give another kind than the first. Says whether all give the same. */
export function checkAlternatives(written: readonly WrittenSource[], context: Context): boolean {
  const [first, ...others] = written;
  if (!first) return true;
  const gives = givesOf(first.call);
  const wrong = others.filter(({ call }) => givesOf(call) !== gives);
  for (const { call, span } of wrong) {
    const params = { first: nameOf(first.call), gives, other: nameOf(call), otherGives: givesOf(call) };
    const related = [{ span: first.span, message: 'First choice here.' }];
    context.problems.add(report(eventCodes, 'MED3051', params, { span, related }));
  }
  return wrong.length === 0;
}

/** Reports a model with pipelines that read what the source does not give: one mistake, however many variants it has. */
export function checkReads(
  { encoders }: ResolvedModel,
  definition: Definition,
  source: WrittenSource,
  context: Context,
): void {
  const gives = givesOf(source.call);
  const reads = (step: string | undefined) => readsOf(step ?? '');
  if (modalities.every((one) => !encoders[one] || reads(encoders[one][0]?.op) === gives)) return;
  const wrong = definition.statements.flatMap((statement) => {
    const [word] = statement.key.text === 'encode' ? statement.words : [];
    const modality = modalities.find((one) => word?.kind === 'name' && word.text === one);
    const first = writtenSteps(statement.value)[0];
    const step = first && callParts(first);
    return modality && step && reads(step.name) !== gives ? [{ modality, span: step.span }] : [];
  });
  const params = {
    model: definition.name.text,
    reads: gives === 'events' ? 'records' : 'events',
    source: nameOf(source.call),
    gives,
    begins: wrong.map(({ modality }) => ({ modality, steps: firstSteps(modality, gives) })),
  } as const;
  const related = [{ span: source.span, message: 'The data comes from here.' }];
  const span = wrong[0]?.span ?? definition.name.span;
  context.problems.add(report(eventCodes, 'MED3050', params, { span, related }));
}

/** Reports what is said of records where there are only events: a lost line is no lost event. */
export function refuseCorruption(given: readonly Given[], source: WrittenSource, context: Context): void {
  if (givesOf(source.call) !== 'events') return;
  for (const { key } of given) {
    const related = [{ span: source.span, message: 'The data comes from here.' }];
    const params = { what: key.text, source: nameOf(source.call) };
    context.problems.add(report(eventCodes, 'MED3056', params, { span: key.span, related }));
  }
}
