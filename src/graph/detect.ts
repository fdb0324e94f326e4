/**
 * Plans the timing of a trained model on single cases, from their records in memory. One job of a row is timed: seeds and
 * folds differ in nothing that takes time.
 */
import { modalities } from '../catalog/modalities.ts';
import type { DetectorNumbers, ModelParams, Step } from '../stages/contracts.ts';
import type { Json } from '../stages/stage.ts';
import type { GraphBuilder } from './builder.ts';

/** Test cases that are timed, evenly spaced, where there are more. */
const timedCases = 40;

const goesByDay = ({ args }: Step): boolean => args.per === 'day' || args.over === 'day';

/** `inputs` are those of the training stage, `model` is its network. Undefined where features are not made of the records of one case (extracted events, steps that go day by day). */
export function planDetect(
  graph: GraphBuilder,
  train: string,
  { cases, split, ...features }: Readonly<Record<string, string | undefined>>,
  model: ModelParams,
  numbers: DetectorNumbers,
  label: string,
): string | undefined {
  const nodeOf = new Map(graph.stages().map((node) => [node.hash, node]));
  const inputs: Record<string, string | undefined> = { train, cases, split, ...features };
  const steps: Record<string, Json> = {};
  for (const modality of modalities) {
    const node = nodeOf.get(features[modality] ?? '');
    if (!node) continue;
    const own = (node.params.steps ?? []) as readonly Step[];
    if (node.kind === 'features.events' || own.some(goesByDay)) return undefined;
    steps[modality] = own;
    const { drain, embed, samples, spans } = node.inputs;
    if (drain && embed) Object.assign(inputs, { drain, embed, lines: nodeOf.get(drain)?.inputs.lines });
    if (samples) inputs.samples = samples;
    if (spans) inputs.spans = spans;
  }
  return graph.add(
    'detect',
    { steps, cases: timedCases, numbers, model: model as unknown as Json },
    inputs,
    `detect ${label}`,
  );
}
