/** The models and steps that the tests of Medicine share. */
import type { Modality, ModelParams, Step } from '../../../src/stages/contracts.ts';

export const everything: readonly Modality[] = ['log', 'metric', 'trace'];

export function encodersOf(
  names: readonly Modality[],
  layers = 1,
  heads = 2,
  feedForward = 12,
): ModelParams['encoders'] {
  const transformer: Step = { op: 'transformer', args: { layers, heads, feed_forward: feedForward } };
  const pool: Step = { op: 'pool', args: { how: 'mean' } };
  const encoders: { readonly [modality in Modality]: readonly Step[] } = {
    log: [transformer, pool],
    metric: [{ op: 'squeeze_excite', args: { by: 'instance' } }, transformer, pool],
    trace: [transformer, { op: 'linear', args: {} }],
  };
  return Object.fromEntries(names.map((name) => [name, encoders[name]]));
}
