/** The lowering of every op that computes; leaves (`input`, `param`, `constant`) are the session's business. */
import { elementwiseLowerings } from './elementwise.ts';
import type { LoweringRule, LoweringTable } from './lowering.ts';
import { productLowerings } from './product.ts';
import { reduceLowerings } from './reduce.ts';
import { rowLowerings } from './rows.ts';
import { shapeLowerings } from './shape.ts';

const rules: LoweringTable = {
  ...elementwiseLowerings,
  ...shapeLowerings,
  ...productLowerings,
  ...reduceLowerings,
  ...rowLowerings,
};

export const loweredOps: readonly string[] = Object.keys(rules);

export function loweringOf(op: string): LoweringRule {
  const rule = rules[op];
  if (!rule) throw new RangeError(`no tfjs lowering for op ${op}`);
  return rule;
}
