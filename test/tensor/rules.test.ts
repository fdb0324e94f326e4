/** Rules of groups on every executor: combined gradients, noise, scales that outputs say. */
import { describe, expect, test } from 'vitest';
import * as t from '../../src/tensor/build.ts';
import type { Engine } from '../../src/tensor/engine.ts';
import type { Graph, Node } from '../../src/tensor/ir.ts';
import { createNormalSource } from '../../src/tensor/normal.ts';
import type { Optimiser } from '../../src/tensor/optimiser.ts';
import { randomKey } from '../../src/tensor/random.ts';
import { evaluateReference } from '../../src/tensor/reference.ts';
import { combinePareto, type GroupRules } from '../../src/tensor/rules.ts';
import { engineCases } from './engines.ts';

const sgd: Optimiser = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 };

/** Two parameters of group `a` and one of `b`; losses `joint` = 2·Σp + q and `own` with the given slopes, `loss` their sum. */
function twoLosses(slopes: readonly [number, number]): Graph {
  const g = t.createGraph();
  const start = { kind: 'constant', value: 1 } as const;
  const p = t.param(g, 'p', [2], start, 'a');
  const r = t.param(g, 'r', [1], start, 'a');
  const q = t.param(g, 'q', [1], start, 'b');
  const weigh = (x: Node, values: readonly number[]) =>
    t.reduceSum(g, t.mul(g, x, t.constant(g, values, [values.length])), [0]);
  const joint = t.add(g, t.add(g, weigh(p, [2, 0]), weigh(r, [1])), weigh(q, [4]));
  const own = t.add(g, weigh(p, [slopes[0], slopes[1]]), weigh(r, [0]));
  const factor = t.mul(g, t.reduceSum(g, q, [0]), t.scalar(g, 0.25));
  return t.finishGraph(g, { loss: t.add(g, joint, own), joint, own, factor });
}

/** How far each parameter moved in one step of SGD at rate 1: its gradient. */
async function gradientsOf(engine: Engine, graph: Graph, rules: GroupRules, optimiser = sgd) {
  const state = engine.createState(graph, { seed: 3, optimiser });
  const session = await engine.compileTraining(graph, { state, loss: 'loss', rules });
  await session.step({});
  const after = await state.readParams();
  await session.release();
  state.release();
  return Object.fromEntries(
    Object.entries(after).map(([name, values]) => [name, [...values].map((x) => 1 - x)]),
  );
}

describe.each(engineCases)('$name', ({ open }) => {
  test('gradients that agree are added, those that conflict give way', { timeout: 120_000 }, async () => {
    const engine = await open();
    const rules = { a: { pareto: ['joint', 'own'] } } as const;
    const agreeing = await gradientsOf(engine, twoLosses([1, 3]), rules);
    expect(agreeing.p?.map((x) => Number(x.toFixed(5)))).toEqual([3, 3]);
    expect(agreeing.r?.[0]).toBeCloseTo(1, 5);
    // What no rule speaks of follows the loss.
    expect(agreeing.q?.[0]).toBeCloseTo(4, 5);
    // joint (2, 0, 1) and own (−2, 3, 0): α = (13 + 4) / (5 + 13 + 8) = 17/26; the sum is (0, 3, 1).
    const mixed = [2 * (17 / 26) - 2 * (9 / 26), 3 * (9 / 26), 17 / 26];
    const stretch = Math.sqrt(10 / mixed.reduce((sum, x) => sum + x * x, 0));
    const { p = [], r = [] } = await gradientsOf(engine, twoLosses([-2, 3]), rules);
    [...p, ...r].forEach((x, i) => {
      expect(x).toBeCloseTo((mixed[i] ?? 0) * stretch, 4);
    });
  });

  test('an output scales the updates of a group, and their decay, in the same step', {
    timeout: 120_000,
  }, async () => {
    const engine = await open();
    const optimiser = {
      kind: 'adamw',
      lr: 0.1,
      weight_decay: 0.5,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
    } as const;
    const plain = await gradientsOf(engine, twoLosses([1, 3]), {}, optimiser);
    const scaled = await gradientsOf(engine, twoLosses([1, 3]), { a: { scale: 'factor' } }, optimiser);
    // `factor` is 0.25 before the step; AdamW moves everything by the rate, and by the rate times the decay.
    expect(plain.r?.[0]).toBeCloseTo(0.15, 5);
    expect(scaled.r?.[0]).toBeCloseTo(0.15 / 4, 5);
    expect(scaled.q).toEqual(plain.q);
  });

  test('noise has the spread of the gradient, is drawn anew at every step and alike everywhere', {
    timeout: 120_000,
  }, async () => {
    const engine = await open();
    const g = t.createGraph();
    const slopes = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 3 : -1));
    const p = t.param(g, 'p', [4000], { kind: 'constant', value: 0 }, 'a');
    const graph = t.finishGraph(g, { loss: t.reduceSum(g, t.mul(g, p, t.constant(g, slopes, [4000])), [0]) });
    const state = engine.createState(graph, { seed: 7, optimiser: sgd });
    const session = await engine.compileTraining(graph, { state, loss: 'loss', rules: { a: { noise: 1 } } });
    await session.step({});
    const first = (await state.readParams()).p ?? new Float32Array();
    await session.step({});
    const second = (await state.readParams()).p ?? new Float32Array();
    await session.release();
    state.release();
    const drawn = new Float32Array(4000);
    createNormalSource().fill(drawn, randomKey(7, 1, 'noise/p'));
    // The slopes have the standard deviation 2.
    first.forEach((x, i) => {
      expect(Math.abs(-x - (slopes[i] ?? 0) - 2 * (drawn[i] ?? 0))).toBeLessThan(1e-4);
    });
    expect(second.some((x, i) => Math.abs(x - 2 * (first[i] ?? 0)) > 1)).toBe(true);
  });
});

test('noise is standard normal', () => {
  const values = new Float32Array(400_000);
  createNormalSource().fill(values, randomKey(1, 1, 'noise/p'));
  const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
  const within = (z: number) => values.filter((x) => Math.abs(x) < z).length / values.length;
  // Three standard errors of each.
  expect(Math.abs(moment(1))).toBeLessThan(0.005);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.007);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.05);
  expect(Math.abs(within(1) - 0.682689)).toBeLessThan(0.0022);
  expect(Math.abs(within(2) - 0.9545)).toBeLessThan(0.001);
});

test('where both losses stand still nothing is divided by zero', () => {
  const g = t.createGraph();
  const zero = t.constant(g, [0, 0], [2]);
  const [mixed] = combinePareto(g, [zero], [zero]);
  const [values] = evaluateReference(g, [mixed?.id ?? -1], {});
  expect([...(values ?? [])]).toEqual([0, 0]);
});
