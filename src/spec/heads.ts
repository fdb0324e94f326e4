/** Attention heads have to divide the model's width: checked here, where both are known. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import type { Given } from './given.ts';
import { writtenSteps } from './pipeline.ts';
import type { ResolvedStep } from './resolved.ts';
import { callParts } from './settings.ts';

export function fitsHeads(
  pipeline: readonly ResolvedStep[],
  dim: number,
  statement: Statement,
  overrides: ReadonlyMap<string, Given>,
  context: Context,
): void {
  const written = writtenSteps(statement.value);
  pipeline.forEach(({ op, args }, i) => {
    const heads = args.heads;
    if (op !== 'transformer' || typeof heads !== 'number' || dim % heads === 0) return;
    const fits = Array.from({ length: 64 }, (_, k) => k + 1).filter((k) => dim % k === 0);
    const at = written[i];
    const span =
      overrides.get('transformer.heads')?.key.span ?? (at && callParts(at)?.span) ?? statement.span;
    context.problems.add(report(specCodes, 'MED1306', { heads, dim, fits }, { span }));
  });
}
