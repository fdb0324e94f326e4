/**
 * Contrastive losses on cosine similarities, of whole batches. Both are sums over similarities without a row's own; those
 * are taken off the sums again, so that no mask as large as the batch squared is kept.
 */
import type { GraphBuilder, Node } from '../ir.ts';
import { add } from '../ops/add.ts';
import { scalar } from '../ops/constant.ts';
import { div } from '../ops/div.ts';
import { exp } from '../ops/exp.ts';
import { greater } from '../ops/greater.ts';
import { log } from '../ops/log.ts';
import { matmul } from '../ops/matmul.ts';
import { mul } from '../ops/mul.ts';
import { oneHot } from '../ops/one_hot.ts';
import { reduceSum } from '../ops/reduce_sum.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';
import { where } from '../ops/where.ts';

/** Keeps a row of zeros, which is like no other row, from 0/0. */
const tiny = 1e-12;

/** Rows of x `[n, dim]` divided by their length. */
function unitRows(g: GraphBuilder, x: Node): Node {
  const squares = reduceSum(g, mul(g, x, x), [1], true);
  return div(g, x, sqrt(g, add(g, squares, scalar(g, tiny))));
}

/** Cosine of each row of a with the same row of b, over τ: `[n, 1]`. */
const paired = (g: GraphBuilder, a: Node, b: Node, temperature: number): Node =>
  mul(g, reduceSum(g, mul(g, a, b), [1], true), scalar(g, 1 / temperature));

/**
 * Supervised contrastive loss: mean over the pairs (i, j ≠ i) of one label of −log(e^{s_ij} / (e^{s_ij} + Σ_k e^{s_ik})), k
 * over the rows of another label, s the cosine over the temperature. So each pair stands against the negatives alone, as
 * in the public code of TVDiag; Khosla et al. (NeurIPS 2020) have all other rows below the line. 0 without a pair.
 *
 * x `[n, dim]`, labels int32 `[n]` below `classes` → a scalar.
 */
export function supervisedContrastive(
  g: GraphBuilder,
  x: Node,
  labels: Node,
  classes: number,
  temperature: number,
): Node {
  const rows = x.type.shape[0] ?? 0;
  const unit = unitRows(g, x);
  const told = oneHot(g, labels, classes);
  const same = matmul(g, told, told, { transB: true });
  const s = matmul(g, unit, unit, { transB: true, alpha: 1 / temperature });
  const powers = exp(g, s);
  const negatives = reduceSum(g, mul(g, powers, sub(g, scalar(g, 1), same)), [1], true);
  const terms = (similarity: Node, power: Node) => sub(g, log(g, add(g, power, negatives)), similarity);
  const own = paired(g, unit, unit, temperature);
  const all = reduceSum(g, mul(g, same, terms(s, powers)), [0, 1]);
  const alone = reduceSum(g, terms(own, exp(g, own)), [0, 1]);
  const pairs = sub(g, reduceSum(g, same, [0, 1]), scalar(g, rows));
  const some = where(g, greater(g, pairs, scalar(g, 0.5)), pairs, scalar(g, 1));
  return div(g, sub(g, all, alone), some);
}

/**
 * InfoNCE between two views as SimCLR has it (NT-Xent, Chen et al., ICML 2020): of the 2n rows of a and b, each has to find
 * its partner among all others.
 *
 * a and b `[n, dim]`, row i of both of one case → a scalar, the mean over the 2n rows.
 */
export function infoNce(g: GraphBuilder, a: Node, b: Node, temperature: number): Node {
  const rows = a.type.shape[0] ?? 0;
  const [one, other] = [unitRows(g, a), unitRows(g, b)];
  const powers = (x: Node, y: Node) => exp(g, matmul(g, x, y, { transB: true, alpha: 1 / temperature }));
  const partner = paired(g, one, other, temperature);
  const across = powers(one, other);
  /** Σ over a view's own rows but for the row itself. */
  const within = (x: Node) =>
    sub(g, reduceSum(g, powers(x, x), [1]), reduceSum(g, exp(g, paired(g, x, x, temperature)), [1]));
  const losses = (x: Node, axis: number) =>
    sub(g, log(g, add(g, within(x), reduceSum(g, across, [axis]))), reduceSum(g, partner, [1]));
  const total = reduceSum(g, add(g, losses(one, 1), losses(other, 0)), [0]);
  return mul(g, total, scalar(g, 1 / (2 * rows)));
}
