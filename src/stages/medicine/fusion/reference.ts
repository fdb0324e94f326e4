/**
 * `reference`: as the authors' code, where the gates never multiply: the mean of the rows x_k, σ(W_k x_k + b_k) and
 * σ(W[x; y; z] + b).
 */
import * as t from '../../../tensor/build.ts';
import { type Fusion, fusionLinear, gateOf, widthOf } from './fusion.ts';
import { meanOf, sideBySide } from './rows.ts';

export const reference: Fusion = (g, encodings) => {
  const gates = encodings.map(({ modality, node }) =>
    t.sigmoid(g, fusionLinear(g, node, widthOf(node), gateOf(modality))),
  );
  const together = sideBySide(g, encodings);
  const joint = t.sigmoid(g, fusionLinear(g, together, widthOf(together) / encodings.length, 'concat'));
  return meanOf(g, [...encodings.map(({ node }) => node), ...gates, joint]);
};
