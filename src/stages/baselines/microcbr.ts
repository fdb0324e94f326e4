/**
 * Stage `baseline.microcbr`: MicroCBR (Liu et al., "MicroCBR: case-based reasoning on spatio-temporal fault knowledge graph
 * for microservices troubleshooting", ICCBR 2022). A case is a fingerprint: the set of what was out of the ordinary. An item
 * weighs the more, the fewer others it comes with; a new fingerprint is compared with those of the training cases.
 *
 * As in the public code: weights, the similarity, and both ways to judge a type (`type`). Adapted: items are found by three
 * deviations in telemetry (stage `events.find`) or are the events of a set, in place of hand-written rules: KPIs with their
 * direction, but without instance; slow links; templates with more than three times the usual lines (of a set, all that it
 * has). Left out: the temporal order of KPIs, which hand-written rules give, and the results of commands on the hosts. An item
 * that no training case has is ignored. `merged` divides by the cases of a type and by all their items, so that of types of
 * unequal size it takes the smallest: on tvdiag/gaia, where types have 3 to 79 training cases, it has a weighted F1 of .002
 * (`top3`: .722). The public code also counts items of metrics and traces among those of logs, which
 * looks like a slip.
 */
import { stageKinds } from '../../catalog/stages.ts';
import { type Modality, modalities, type UsualLines } from '../contracts.ts';
import type { JsonObject, StageContext, StageKind } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';
import { answerCases, type Lesson } from './answer.ts';
import { type CaseEvent, readCaseEvents } from './case-events.ts';
import { weighItems } from './microcbr/weights.ts';

type MicroCbrParams = JsonObject & { readonly type: 'top3' | 'merged' };

/** Items by modality. */
type Fingerprint = { readonly [modality in Modality]: readonly string[] };

/** More than this many times the usual lines are abnormal. */
const timesUsual = 3;

export const stage: StageKind<MicroCbrParams> = {
  kind: 'baseline.microcbr',
  version: stageKinds['baseline.microcbr'].version,
  cost: stageKinds['baseline.microcbr'].cost,
  run: (params, context) => answerCases(context, (lesson) => learn(params, context, lesson)),
};

async function learn({ type }: MicroCbrParams, context: StageContext, { train, classes }: Lesson) {
  const { cases } = readCases(context);
  const events = await readCaseEvents(
    context,
    cases.length,
    train.map(({ index }) => index),
  );
  const artefact = requireInput(context, 'events');
  const usual = artefact.has('usual') ? artefact.json<UsualLines>('usual') : undefined;
  const prints = cases.map((_, index) => fingerprintOf(events.of(index), usual));
  const known = train.map(({ index, label }) => ({ label, print: prints[index] as Fingerprint }));
  const scoresOf = type === 'top3' ? bestCases(known, classes) : mergedTypes(known, classes);
  return (index: number) => {
    const print = prints[index];
    const scores = print ? scoresOf(print) : [];
    const total = scores.reduce((a, b) => a + b, 0);
    // Nothing in common with any training case is no evidence.
    return total > 0 ? scores.map((score) => score / total) : undefined;
  };
}

function fingerprintOf(events: readonly CaseEvent[], usual: UsualLines | undefined): Fingerprint {
  const items: Record<Modality, Set<string>> = { log: new Set(), metric: new Set(), trace: new Set() };
  const lines = new Map<string, number>();
  for (const { modality, fields, caller = '', instance = '', count } of events) {
    if (modality === 'metric') items.metric.add(fields.slice(2).join(' '));
    else if (modality === 'trace') items.trace.add(`${caller} -> ${instance}`);
    else lines.set(fields[1] ?? '', (lines.get(fields[1] ?? '') ?? 0) + count);
  }
  for (const [template, count] of lines)
    if (!usual || count > timesUsual * (usual[template] ?? 0)) items.log.add(template);
  return { log: [...items.log], metric: [...items.metric], trace: [...items.trace] };
}

interface Known {
  readonly label: number;
  readonly print: Fingerprint;
}

/** `top3`: a type is as near as the three of its cases that are nearest are on average. */
function bestCases(known: readonly Known[], classes: number): (print: Fingerprint) => number[] {
  const likeness = compareWith(known.map(({ print }) => print));
  return (print) => {
    const scores = known.map((one) => ({ label: one.label, score: likeness(print, one.print) }));
    return Array.from({ length: classes }, (_, label) => {
      const best = scores
        .flatMap((one) => (one.label === label ? [one.score] : []))
        .sort((a, b) => b - a)
        .slice(0, 3);
      return best.length > 0 ? best.reduce((a, b) => a + b, 0) / best.length : 0;
    });
  };
}

/** `merged`: a type is one fingerprint, the items of its cases with their repetitions, and as near as that is per case. */
function mergedTypes(known: readonly Known[], classes: number): (print: Fingerprint) => number[] {
  const types = Array.from({ length: classes }, (_, label) => {
    const own = known.filter((one) => one.label === label);
    const of = (modality: Modality) => own.flatMap(({ print }) => print[modality]);
    return { cases: own.length, print: { log: of('log'), metric: of('metric'), trace: of('trace') } };
  });
  const likeness = compareWith(types.filter(({ cases }) => cases > 0).map(({ print }) => print));
  return (print) => types.map((one) => (one.cases > 0 ? likeness(print, one.print) / one.cases : 0));
}

/**
 * How alike a fingerprint is to one that is known: over the modalities, the sum of the weights of common items, each as often
 * as the known one has it, divided by the larger number of items.
 */
function compareWith(known: readonly Fingerprint[]): (print: Fingerprint, other: Fingerprint) => number {
  const weights = Object.fromEntries(
    modalities.map((one) => [one, weighItems(known.map((print) => print[one]))]),
  ) as Record<Modality, ReadonlyMap<string, number>>;
  const counts = new Map<Fingerprint, Record<Modality, ReadonlyMap<string, number>>>();
  for (const print of known)
    counts.set(print, { log: count(print.log), metric: count(print.metric), trace: count(print.trace) });
  return (print, other) =>
    modalities.reduce((sum, modality) => {
      const own = print[modality].filter((item) => weights[modality].has(item));
      const size = Math.max(own.length, other[modality].length);
      const times = counts.get(other)?.[modality];
      const common = own.reduce(
        (total, item) => total + (weights[modality].get(item) ?? 0) * (times?.get(item) ?? 0),
        0,
      );
      return size > 0 ? sum + common / size : sum;
    }, 0);
}

function count(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
