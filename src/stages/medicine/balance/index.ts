/** Every way to balance modalities, by what a training stage was told. */
import type { BalanceParams, Modality } from '../../contracts.ts';
import { agm } from './agm.ts';
import type { Balancing } from './balance.ts';
import { gBlend } from './g-blend.ts';
import { mao } from './mao.ts';
import { mmpareto } from './mmpareto.ts';
import { none } from './none.ts';
import { ogmGe } from './ogm-ge.ts';

/** With a single modality there is nothing to balance. */
export function balancingOf(params: BalanceParams, modalities: readonly Modality[]): Balancing {
  if (modalities.length < 2) return none;
  switch (params.kind) {
    case 'none':
      return none;
    case 'mao':
      return erased(mao(params, modalities));
    case 'ogm_ge':
      return ogmGe(params, modalities);
    case 'g_blend':
      return erased(gBlend(params, modalities));
    case 'agm':
      return erased(agm(params, modalities));
    case 'mmpareto':
      return mmpareto(modalities);
  }
}

/** The loop hands a way nothing but its own states back. */
function erased<State extends Balancing['initial']>(balancing: Balancing<State>): Balancing {
  return balancing as unknown as Balancing;
}
