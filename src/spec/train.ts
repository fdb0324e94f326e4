/** Resolves how a model is fitted: a train block, or the built-in `standard` with every setting at its default. */
import { blocks } from '../catalog/index.ts';
import type { FitParams } from '../stages/contracts.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import { type Given, readBlock } from './given.ts';
import type { Definition } from './load.ts';
import type { ResolvedCall } from './resolved.ts';
import { readSettings } from './settings.ts';

export const builtInTrain = 'standard';

/** Undefined where something was reported. Without a definition it is the built-in one; `at` is where it was named. */
export function resolveTrain(
  definition: Definition | undefined,
  overrides: readonly Given[],
  at: SourceSpan,
  context: Context,
): FitParams | undefined {
  const name = definition?.name.text ?? builtInTrain;
  const owner = { text: `train \`${name}\``, span: definition?.name.span ?? at };
  const contents = readBlock(blocks.train, owner.text, definition?.statements ?? [], context);
  const given = new Map(contents.given);
  for (const override of overrides) given.set(override.path, override);
  const values = readSettings(blocks.train.settings, given, '', owner, context);
  const optimiser = values.optimiser as ResolvedCall | undefined;
  if (!optimiser || Object.values(values).some((value) => value === undefined)) return undefined;
  // The catalog's settings and `FitParams` have the same names; `test/spec` holds them together.
  return { ...values, optimiser: { kind: optimiser.call, ...optimiser.args } } as unknown as FitParams;
}
