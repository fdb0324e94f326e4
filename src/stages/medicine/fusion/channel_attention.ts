/**
 * `channel_attention` (paper 4.4): the mean of the rows x_k, σ(W_k x_k + b_k) ⊙ x_k and W[x; y; z] + b.
 */
import * as t from '../../../tensor/build.ts';
import { type Fusion, fusionLinear, gateOf, widthOf } from './fusion.ts';
import { meanOf, sideBySide } from './rows.ts';

export const channelAttention: Fusion = (g, encodings) => {
  const attended = encodings.map(({ modality, node }) => {
    const gate = t.sigmoid(g, fusionLinear(g, node, widthOf(node), gateOf(modality)));
    return t.mul(g, gate, node);
  });
  const together = sideBySide(g, encodings);
  const joint = fusionLinear(g, together, widthOf(together) / encodings.length, 'concat');
  return meanOf(g, [...encodings.map(({ node }) => node), ...attended, joint]);
};
