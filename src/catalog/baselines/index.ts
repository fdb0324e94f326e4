/** Methods to compare with, and words of the method's page that this version does not know yet. */

import { art } from './art.ts';
import { cloud19 } from './cloud19.ts';
import { cloudrca } from './cloudrca.ts';
import { dejavu } from './dejavu.ts';
import { diagfusion } from './diagfusion.ts';
import { diagmlp } from './diagmlp.ts';
import { isquad } from './isquad.ts';
import { logcluster } from './logcluster.ts';
import { mepfl } from './mepfl.ts';
import { microcbr } from './microcbr.ts';
import { sanityRows } from './sanity.ts';
import { tvdiag } from './tvdiag.ts';
import type { BaselineSpec } from './types.ts';

export type { BaselineSpec, Provenance, TelemetryInput } from './types.ts';
export { sanityRows };

export const baselines: readonly BaselineSpec[] = [
  ...sanityRows,
  diagmlp,
  logcluster,
  cloud19,
  dejavu,
  isquad,
  diagfusion,
  microcbr,
  tvdiag,
  mepfl,
  cloudrca,
  art,
];

export function findBaseline(name: string): BaselineSpec | undefined {
  return baselines.find((one) => one.name === name);
}
