/** Plans the features of one modality: the steps of its pipeline in front of the trained ones. */
import { readsOf, steps as stepSpecs } from '../catalog/steps/index.ts';
import type { StepPlace } from '../catalog/types.ts';
import { graphCodes } from '../diagnostics/codes/graph.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import type { ResolvedStep } from '../spec/resolved.ts';
import type { Modality, Step } from '../stages/contracts.ts';
import type { JsonObject } from '../stages/stage.ts';
import type { GraphBuilder } from './builder.ts';
import type { PlannedRecords } from './corrupt.ts';
import type { World } from './world.ts';

export interface FeatureContext {
  readonly graph: GraphBuilder;
  readonly world: World;
  readonly cases: string;
  readonly split: string;
  readonly fit: 'train' | 'all';
  /** For labels: `d3 seed 1`. */
  readonly label: string;
}

const placeOf = (step: Step): StepPlace | undefined => stepSpecs.find((spec) => spec.name === step.op)?.place;

/** The steps inside the trained model. */
export function trainedSteps(pipeline: readonly ResolvedStep[]): Step[] {
  return pipeline.filter((step) => placeOf(step) === 'model').map(({ op, args }) => ({ op, args }));
}

/**
 * Adds the stages and gives the hash of the features. `records` is the stage that reads the modality; with `poor`, corrupted
 * records of some cases, these get other features, while everything is fitted as without it.
 */
export function planFeatures(
  modality: Modality,
  pipeline: readonly ResolvedStep[],
  { fitted: records, poor }: PlannedRecords,
  context: FeatureContext,
): string | Diagnostic {
  const { graph, cases, fit, label } = context;
  // What is fitted on all cases does not depend on the split, and is shared by all seeds.
  const split = fit === 'train' ? context.split : undefined;
  const steps = pipeline.filter((step) => placeOf(step) === 'features').map(({ op, args }) => ({ op, args }));
  if (readsOf(pipeline[0]?.op ?? '') === 'events')
    return graph.add(
      'features.events',
      { modality, steps, fit },
      { events: records, cases, split },
      `${modality} features ${label}`,
    );
  if (modality === 'metric')
    return graph.add(
      'features.metric',
      { steps, fit },
      { samples: records, poor, cases, split },
      `metric features ${label}`,
    );
  if (modality === 'trace')
    return graph.add(
      'features.trace',
      { steps, fit },
      { spans: records, poor, cases, split },
      `trace features ${label}`,
    );

  const parser = pipeline.find((step) => placeOf(step) === 'drain');
  const { drain, counts } = planTemplates(parser, { fitted: records, ...(poor ? { poor } : {}) }, context);
  const written = pipeline.find((step) => placeOf(step) === 'embed');
  const chosen = written && chooseEmbedder(written, context.world);
  if (!chosen || 'code' in chosen) return chosen ?? missing();
  // What counts words needs to know in which cases they occur.
  const fitted = chosen.embedder.kind === 'tfidf' ? { cases, split } : {};
  const embed = graph.add('embed', { embedder: chosen.embedder }, { drain, ...fitted }, `embed ${label}`);
  return graph.add('features.log', { steps }, { drain: counts, embed, cases }, `log features ${label}`);
}

/** The templates of the fitted lines, and the stage that counts them in all cases. */
export function planTemplates(
  parser: ResolvedStep | undefined,
  { fitted, poor }: PlannedRecords,
  { graph, cases, split, fit, label }: FeatureContext,
): { readonly drain: string; readonly counts: string } {
  const inputs = { lines: fitted, cases, split: fit === 'train' ? split : undefined };
  const drain = graph.add('drain', { ...parser?.args, fit }, inputs, `drain ${label}`);
  if (poor === undefined) return { drain, counts: drain };
  return { drain, counts: graph.add('drain.match', {}, { drain, lines: poor, cases }, `match ${label}`) };
}

function missing(): never {
  throw new Error('a log pipeline without embedding passed the type check');
}

export interface ChosenEmbedder {
  readonly embedder: JsonObject;
  /** In words, if it is not the first choice. */
  readonly standIn?: string;
}

/** The first embedding that is here, in the order of `else`. */
export function chooseEmbedder(step: ResolvedStep, world: World): ChosenEmbedder | Diagnostic {
  const reasons: string[] = [];
  const absent: string[] = [];
  for (const { op, args } of [step, ...(step.else ?? [])]) {
    if (op !== 'bert')
      return {
        embedder: { kind: op, ...args },
        ...(absent.length > 0
          ? { standIn: `${op}(${String(args.dim)}) instead of ${absent.join(', ')}` }
          : {}),
      };
    const model = String(args.model);
    const status = world.models.find((one) => one.model === model)?.status;
    if (status?.available)
      return {
        embedder: { kind: op, ...args, digest: status.digest },
        ...(absent.length > 0 ? { standIn: `bert("${model}") instead of ${absent.join(', ')}` } : {}),
      };
    absent.push(`bert("${model}")`);
    reasons.push(`bert("${model}"): ${status?.reason ?? 'nobody looked for it'}`);
  }
  return report(graphCodes, 'MED1602', { model: String(step.args.model), reason: reasons.join('; ') });
}
