/** Worlds to plan in: what is named is here, nothing else is; the device is the CPU. */
import { needsOf, type World } from '../../src/graph/world.ts';
import type { ResolvedSpec } from '../../src/spec/resolved.ts';

export function emptyWorld(
  spec: ResolvedSpec,
  here: {
    readonly datasets?: readonly string[];
    readonly simulated?: true;
    readonly models?: readonly string[];
  } = {},
): World {
  const { datasets, models, engines } = needsOf(spec);
  return {
    datasets: datasets.map((need) => ({
      ...need,
      status: here.datasets?.includes(need.root)
        ? { present: true, digest: `digest of ${need.root}`, ...(here.simulated ? { simulated: true } : {}) }
        : { present: false, reason: 'there is no such folder' },
    })),
    models: models.map((model) => ({
      model,
      status: here.models?.includes(model)
        ? { available: true, digest: `digest of ${model}` }
        : { available: false, reason: 'there is no such model' },
    })),
    engines: engines.map((need) => ({ ...need, status: { available: true, device: 'cpu' } })),
  };
}
