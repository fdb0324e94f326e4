/** Refuses what a variant or a point of a sweep writes about a part that it does not have: the row would repeat another in silence. */
import { modalities } from '../catalog/modalities.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { Modality } from '../stages/contracts.ts';
import type { Context } from './context.ts';
import type { Given } from './given.ts';

/** What a variant writes of its model, or a point of the variant. */
export interface Own {
  readonly variant: string;
  readonly given: readonly Given[];
}

/** A model under its patches. */
export interface Patched {
  /** What the model encodes, and what is left of it. */
  readonly encodes: ReadonlySet<Modality>;
  readonly left: ReadonlySet<Modality>;
  /** How the model is balanced (`mao`, `none`, `ogm_ge` …), and whether that is left. */
  readonly way: string;
  readonly balanced: boolean;
}

export function refuseIdle({ variant, given }: Own, model: Patched, context: Context): void {
  for (const { path, key } of given) {
    const why = whyIdle(path, model);
    if (!why) continue;
    const params = { variant, path, ...why };
    context.problems.add(report(specCodes, 'MED1417', params, { span: key.span }));
  }
}

function whyIdle(path: string, { encodes, left, way, balanced }: Patched) {
  const [part] = path.split('.');
  const modality = modalities.find((one) => one === part);
  if (modality && !left.has(modality))
    return { part: modality, why: encodes.has(modality) ? 'taken' : 'absent' } as const;
  // A model that is balanced in another way is refused wherever that is said (MED1410).
  if (part !== 'mao' || way !== 'mao') return undefined;
  if (!balanced) return { part, why: 'taken' } as const;
  return left.size === 1 ? ({ part, why: 'single' } as const) : undefined;
}
