/** Resolves what a search may change: the variant with each value of each axis, one at a time. */
import type { ResolvedSearch, ResolvedVariant } from './resolved.ts';
import type { Candidate } from './sweeps.ts';
import type { SearchRecipe, VariantRecipe } from './variants.ts';

type Resolved = Pick<ResolvedVariant, 'model' | 'train'>;

/** Undefined where something was reported. */
export function resolveSearch(
  recipe: VariantRecipe,
  { method, axes }: SearchRecipe,
  resolve: (recipe: Pick<VariantRecipe, 'model' | 'train'>) => Resolved | undefined,
): ResolvedSearch | undefined {
  const withValue = ({ target, given }: Candidate) => {
    const own = target.of === 'model' ? given : [];
    return resolve({
      model: {
        ...recipe.model,
        overrides: [...recipe.model.overrides, ...own],
        own: { ...recipe.model.own, given: own },
      },
      train: [...recipe.train, ...(target.of === 'train' ? given : [])],
    });
  };
  let whole = true;
  const resolved = axes.map(({ path, range, values }) => ({
    path,
    ...(range ? { range } : {}),
    values: values.flatMap((one) => {
      const found = withValue(one);
      whole &&= found !== undefined;
      return found ? [{ value: one.json, ...found }] : [];
    }),
  }));
  return whole ? { method, axes: resolved } : undefined;
}
