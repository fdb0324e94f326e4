/** Every fusion, by the name it has in a `.med` file. */
import type { ModelParams } from '../../contracts.ts';
import { channelAttention } from './channel_attention.ts';
import { concat } from './concat.ts';
import type { Fusion } from './fusion.ts';
import { gated } from './gated.ts';
import { reference } from './reference.ts';
import { sum } from './sum.ts';

export const fusions: { readonly [kind in ModelParams['fuse']['kind']]: Fusion } = {
  channel_attention: channelAttention,
  reference,
  concat,
  gated,
  sum,
};
