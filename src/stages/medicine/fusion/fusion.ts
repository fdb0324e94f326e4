/** What a fusion is: K encodings `[batch, dim]` become one vector `[batch, …]`, which the network's classifier reads. */
import type { GraphBuilder, Node } from '../../../tensor/ir.ts';
import { type LinearOptions, linear } from '../../../tensor/layers/linear.ts';
import type { Modality } from '../../contracts.ts';

export type Encoding = { readonly modality: Modality; readonly node: Node };

/** Group of the parameters that belong to no modality: MAO leaves their updates alone. */
export const fusionGroup = 'fusion';

export type Fusion = (g: GraphBuilder, encodings: readonly Encoding[]) => Node;

/** Parameters `fusion.NAME.weight` and `.bias`. */
export const fusionLayer = (name: string): LinearOptions => ({ name: `fusion.${name}`, group: fusionGroup });

/** A linear layer of the fusion. */
export function fusionLinear(g: GraphBuilder, x: Node, out: number, name: string): Node {
  return linear(g, x, out, fusionLayer(name));
}

/** Layers that the heads read too: that of a modality's gate, and the classifier. */
export const gateOf = (modality: Modality): string => `attend.${modality}`;
export const classifier = 'classify';

export function widthOf(node: Node): number {
  return node.type.shape.at(-1) ?? 0;
}
