/**
 * `gated`: the gated multimodal unit (Arevalo et al., "Gated multimodal units for information fusion", 2017):
 * Σ_k σ(U_k [x; y; z] + c_k) ⊙ tanh(W_k x_k + b_k).
 */
import * as t from '../../../tensor/build.ts';
import { type Fusion, fusionLinear, widthOf } from './fusion.ts';
import { sideBySide, sumOf } from './rows.ts';

export const gated: Fusion = (g, encodings) => {
  const together = sideBySide(g, encodings);
  const rows = encodings.map(({ modality, node }) => {
    const gate = t.sigmoid(g, fusionLinear(g, together, widthOf(node), `gate.${modality}`));
    return t.mul(g, gate, t.tanh(g, fusionLinear(g, node, widthOf(node), `content.${modality}`)));
  });
  return sumOf(g, rows);
};
