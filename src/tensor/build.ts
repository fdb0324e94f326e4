/** The builder functions, in one place: `import * as t from '../tensor/build.ts'`. Shapes are checked as they are called. */
export { createGraph, type GraphBuilder, type Node } from './ir.ts';
export { add } from './ops/add.ts';
export { broadcastTo } from './ops/broadcast_to.ts';
export { concat } from './ops/concat.ts';
export { constant, scalar, zerosLike } from './ops/constant.ts';
export { crossEntropy } from './ops/cross_entropy.ts';
export { div } from './ops/div.ts';
export { dropout } from './ops/dropout.ts';
export { equal } from './ops/equal.ts';
export { exp } from './ops/exp.ts';
export { gather } from './ops/gather.ts';
export { gelu } from './ops/gelu.ts';
export { greater } from './ops/greater.ts';
export { layerNorm, plainLayerNorm } from './ops/layer_norm.ts';
export { input, param } from './ops/leaf.ts';
export { leakyRelu } from './ops/leaky_relu.ts';
export { log } from './ops/log.ts';
export { logSoftmax } from './ops/log_softmax.ts';
export { type MatmulOptions, matmul } from './ops/matmul.ts';
export { mul } from './ops/mul.ts';
export { neg } from './ops/neg.ts';
export { oneHot } from './ops/one_hot.ts';
export { pad } from './ops/pad.ts';
export { reduceMax } from './ops/reduce_max.ts';
export { reduceMean } from './ops/reduce_mean.ts';
export { reduceSum } from './ops/reduce_sum.ts';
export { relu } from './ops/relu.ts';
export { reshape } from './ops/reshape.ts';
export { scaleGradient } from './ops/scale_gradient.ts';
export { scatterRows } from './ops/scatter_rows.ts';
export { sigmoid } from './ops/sigmoid.ts';
export { slice } from './ops/slice.ts';
export { softmax } from './ops/softmax.ts';
export { sqrt } from './ops/sqrt.ts';
export { stopGradient } from './ops/stop_gradient.ts';
export { sub } from './ops/sub.ts';
export { sumTo } from './ops/sum_to.ts';
export { tanh } from './ops/tanh.ts';
export { transpose } from './ops/transpose.ts';
export { where } from './ops/where.ts';

import type { Graph, GraphBuilder, Node } from './ir.ts';

/** Closes a graph: names the values that executors may return. */
export function finishGraph(g: GraphBuilder, outputs: Readonly<Record<string, Node>>): Graph {
  for (const [name, node] of Object.entries(outputs)) g.outputs[name] = node.id;
  return g;
}
