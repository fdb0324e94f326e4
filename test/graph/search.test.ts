/** Searches from text to plan: what each axis changes in the parameters of the training that is searched. */
import { expect, test } from 'vitest';
import { planSpec } from '../../src/graph/plan-spec.ts';
import type { SearchParams, TrainParams } from '../../src/stages/contracts.ts';
import { paramsAt } from '../../src/stages/medicine/searched.ts';
import { resolveText } from '../spec/support.ts';
import { emptyWorld } from './support.ts';

const text = (lines: string) => `med 1
dataset d { from = simulate(online_boutique, cases: 20) }
model small {
  encode trace = spans -> standardize -> three_sigma -> weigh -> transformer(layers: 1, heads: 4) -> linear
  encode log   = drain -> weigh(by: fluctuation) -> hashed(32) -> weighted_sum -> transformer(heads: 4) -> pool(mean)
  dim = 32
  mao { alpha = 0.5 }
}
experiment e {
  data = d   seeds = 1
  variant full = small
  ${lines}
}
`;

function plan(lines: string) {
  const spec = resolveText(text(lines));
  return planSpec(spec, emptyWorld(spec));
}

const nodeOf = (found: ReturnType<typeof plan>, label: string) =>
  found.stages.find((stage) => stage.label === label)!;

/** The parameters at a point, without what belongs to the search. */
function at(found: ReturnType<typeof plan>, point: readonly number[]): TrainParams {
  const { search, ...params } = nodeOf(found, 'search full tpe(9) seed 1').params as unknown as SearchParams;
  return paramsAt(params, search.axes, point);
}

test('a point of a search trains what the same variant written out trains', () => {
  const searched = plan(`sweep full tpe(9) {
    mao.alpha = 0.1..0.9
    train.optimiser.lr = log(1e-5..1e-2)
    train.dropout = 5%..30%
    fuse = [concat, sum]
    mao.schedule = [sound, literal]
    log.transformer.layers = [1, 2]
    dim = [32, 64]
    train.select = [best_valid, last]
  }`);
  const written =
    plan(`variant other = small with mao.alpha = 0.25, train.optimiser.lr = 2e-3, train.dropout = 12.5%,
    fuse = sum, mao.schedule = literal, log.transformer.layers = 2, dim = 64, train.select = last`);
  expect(at(searched, [0.25, 2e-3, 0.125, 1, 1, 1, 1, 1])).toEqual(nodeOf(written, 'other seed 1').params);
  const base = nodeOf(written, 'full seed 1').params;
  expect(at(searched, [0.5, 1e-4, 0.1, 0, 0, 0, 0, 0])).toEqual({
    ...base,
    model: { ...(base.model as object), fuse: { kind: 'concat' } },
  });
});

test('the training of a searched row stands on its search, and on nothing of the test beside what it answers', () => {
  const found = plan('sweep full tpe(9) { mao.alpha = 0.1..0.9 }');
  const search = nodeOf(found, 'search full tpe(9) seed 1');
  const train = nodeOf(found, 'full tpe(9) seed 1');
  expect(train.inputs).toEqual({ ...search.inputs, search: search.hash });
  const row = found.experiments[0]!.rows.find(({ name }) => name === 'full tpe(9)')!;
  expect(row.jobs).toEqual([{ seed: 1, hash: train.hash, search: search.hash }]);
});

test('the seed is of the names, so the same text has the same search everywhere', () => {
  const seedOf = (lines: string) =>
    (nodeOf(plan(lines), 'search full tpe(9) seed 1').params as unknown as SearchParams).search.method.seed;
  const own = seedOf('sweep full tpe(9) { mao.alpha = 0.1..0.9 }');
  expect(seedOf('sweep full tpe(9) { mao.beta = 0.1..0.9 }')).toBe(own);
  expect(seedOf('sweep full tpe(9, seed: 3) { mao.alpha = 0.1..0.9 }')).toBe(3);
  expect(own).not.toBe(3);
});
