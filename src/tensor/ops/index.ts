/** Every op by name. */
import { addOp } from './add.ts';
import { broadcastToOp } from './broadcast_to.ts';
import { concatOp } from './concat.ts';
import { constantOp } from './constant.ts';
import { divOp } from './div.ts';
import { dropoutOp } from './dropout.ts';
import { equalOp } from './equal.ts';
import { expOp } from './exp.ts';
import { gatherOp } from './gather.ts';
import { geluOp } from './gelu.ts';
import { geluGradOp } from './gelu_grad.ts';
import { greaterOp } from './greater.ts';
import { layerNormOp } from './layer_norm.ts';
import { layerNormGradOp } from './layer_norm_grad.ts';
import { inputOp, paramOp } from './leaf.ts';
import { leakyReluOp } from './leaky_relu.ts';
import { logOp } from './log.ts';
import { logSoftmaxOp } from './log_softmax.ts';
import { matmulOp } from './matmul.ts';
import { mulOp } from './mul.ts';
import { negOp } from './neg.ts';
import { normaliseOp } from './normalise.ts';
import { oneHotOp } from './one_hot.ts';
import type { OpDef } from './op.ts';
import { padOp } from './pad.ts';
import { reduceMaxOp } from './reduce_max.ts';
import { reduceMeanOp } from './reduce_mean.ts';
import { reduceSumOp } from './reduce_sum.ts';
import { reluOp } from './relu.ts';
import { reluGradOp } from './relu_grad.ts';
import { reshapeOp } from './reshape.ts';
import { scaleGradientOp } from './scale_gradient.ts';
import { scatterRowsOp } from './scatter_rows.ts';
import { sigmoidOp } from './sigmoid.ts';
import { sliceOp } from './slice.ts';
import { softmaxOp } from './softmax.ts';
import { sqrtOp } from './sqrt.ts';
import { stopGradientOp } from './stop_gradient.ts';
import { subOp } from './sub.ts';
import { tanhOp } from './tanh.ts';
import { transposeOp } from './transpose.ts';
import { whereOp } from './where.ts';

const all: readonly OpDef[] = [
  inputOp,
  paramOp,
  constantOp,
  addOp,
  subOp,
  mulOp,
  divOp,
  negOp,
  expOp,
  logOp,
  sqrtOp,
  reluOp,
  leakyReluOp,
  reluGradOp,
  sigmoidOp,
  tanhOp,
  geluOp,
  geluGradOp,
  greaterOp,
  equalOp,
  whereOp,
  matmulOp,
  reshapeOp,
  transposeOp,
  sliceOp,
  padOp,
  concatOp,
  broadcastToOp,
  reduceSumOp,
  reduceMeanOp,
  reduceMaxOp,
  softmaxOp,
  logSoftmaxOp,
  layerNormOp,
  layerNormGradOp,
  normaliseOp,
  gatherOp,
  scatterRowsOp,
  oneHotOp,
  stopGradientOp,
  scaleGradientOp,
  dropoutOp,
];

const byName: ReadonlyMap<string, OpDef> = new Map(all.map((def) => [def.op, def]));

export const opNames: readonly string[] = all.map((def) => def.op);

export function opNamed(op: string): OpDef {
  const def = byName.get(op);
  if (!def) throw new RangeError(`no op ${op}`);
  return def;
}
