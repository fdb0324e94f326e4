/** The training loop of small networks on every executor: what is chosen, when it ends, and that a run can be repeated. */
import { describe, expect, test } from 'vitest';
import { type FitOptions, fitNetwork, type Network } from '../../../src/stages/baselines/learners/neural.ts';
import { withEngine } from '../../../src/stages/engine.ts';
import * as t from '../../../src/tensor/build.ts';
import { linear } from '../../../src/tensor/layers/linear.ts';
import { randomBits, randomKey } from '../../../src/tensor/random.ts';
import { engineCases } from '../../tensor/engines.ts';

/** Points of two classes on either side of a line. */
const point = (i: number) => {
  const key = randomKey('points', i);
  const [x, y] = [0, 1].map((at) => randomBits(key, at) * 2 ** -31 - 1) as [number, number];
  return { x, y, label: x + y > 0 ? 1 : 0 };
};
const points = (items: readonly number[]) => ({
  points: Float32Array.from(items.flatMap((i) => [point(i).x, point(i).y])),
});
const network: Network<number> = {
  build: (batch) => {
    const g = t.createGraph();
    const x = t.input(g, 'points', [batch, 2]);
    const labels = t.input(g, 'labels', [batch], 'int32');
    const hidden = t.dropout(g, t.relu(g, linear(g, x, 8, { name: 'hidden', group: 'all' })), 0.1, 'hidden');
    const logits = linear(g, hidden, 2, { name: 'out', group: 'all' });
    const ones = t.constant(g, [1], [batch]);
    return t.finishGraph(g, { loss: t.crossEntropy(g, logits, labels, ones), logits });
  },
  inputs: points,
  targets: (items) => ({ labels: Int32Array.from(items, (i) => point(i).label) }),
};
const adam = {
  kind: 'adam',
  lr: 0.05,
  weight_decay: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  clip: 1,
} as const;
const items = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const options: FitOptions<number> = {
  train: items(0, 37),
  batch: 16,
  epochs: 25,
  optimiser: adam,
  seed: 3,
};

describe.each(engineCases)('$name', ({ open }) => {
  test('learns, and does the same again from the same seed', async () => {
    const engine = await open();
    const learn = async (seed: number) => {
      const fitted = await fitNetwork(engine, network, { ...options, seed });
      const { logits } = await fitted.run(items(100, 160));
      const right = items(0, 60).filter(
        (i) => (logits?.[2 * i + 1] ?? 0) > (logits?.[2 * i] ?? 0) === (point(100 + i).label === 1),
      );
      return { losses: fitted.losses, right: right.length, logits };
    };
    const [first, again, other] = [await learn(3), await learn(3), await learn(4)];
    expect(first?.losses).toHaveLength(25);
    expect(first?.right).toBeGreaterThan(54);
    expect(again).toEqual(first);
    expect(other?.losses).not.toEqual(first?.losses);
  });
});

const onnx = { executor: 'onnx', device: 'cpu', threads: 1 } as const;

test('keeps the parameters of the best look at the validation items, and ends when patience does', async () => {
  await withEngine(onnx, async (engine) => {
    // Labels turned round: the longer it trains, the worse it does.
    const turned = {
      ...network,
      targets: (some: readonly number[]) => ({
        labels: Int32Array.from(some, (i) => (i < 37 ? point(i).label : 1 - point(i).label)),
      }),
    };
    const told: (number | undefined)[] = [];
    const fitted = await fitNetwork(engine, turned, {
      ...options,
      epochs: 500,
      valid: { items: items(40, 140), every: 2, patience: 9 },
      progress: ({ losses }) => told.push(losses?.valid),
    });
    expect(fitted.chosen).toBe(2);
    // The first look that is nine epochs or more away.
    expect(fitted.losses).toHaveLength(11);
    expect(told.map((loss) => loss !== undefined)).toEqual(told.map((_, i) => i % 2 === 1));
    // What was chosen is what two epochs of training give.
    const short = await fitNetwork(engine, turned, { ...options, epochs: 2 });
    expect(await fitted.readParameters()).toEqual(await short.readParameters());
    expect(await fitted.run([150])).toEqual(await short.run([150]));
  });
});

test('a rule on the losses so far can end it', async () => {
  await withEngine(onnx, async (engine) => {
    const { losses } = await fitNetwork(engine, network, {
      ...options,
      stop: (found) => (found.at(-1) ?? 1) < 0.5,
    });
    expect(losses.length).toBeLessThan(25);
    expect(losses.filter((loss) => loss < 0.5)).toEqual([losses.at(-1)]);
  });
});

test('an item that stands there three times pulls three times as hard', async () => {
  await withEngine(onnx, async (engine) => {
    const sgd = { kind: 'sgd', lr: 1, weight_decay: 0, momentum: 0 } as const;
    const plain: Network<number> = {
      ...network,
      build: (batch) => {
        const g = t.createGraph();
        const x = t.input(g, 'points', [batch, 2]);
        const logits = linear(g, x, 1, { name: 'out', group: 'all', bias: false });
        return t.finishGraph(g, { loss: t.reduceMean(g, t.reshape(g, logits, [batch]), [0]) });
      },
      targets: () => ({}),
    };
    const move = async (train: readonly number[]) => {
      const one = { train, batch: 8, epochs: 1, optimiser: sgd, seed: 1 };
      const before = await (await fitNetwork(engine, plain, { ...one, epochs: 0 })).readParameters();
      const after = await (await fitNetwork(engine, plain, one)).readParameters();
      return (before['out.weight']?.[0] ?? 0) - (after['out.weight']?.[0] ?? 0);
    };
    expect(await move([0, 0, 0, 1])).toBeCloseTo((3 * point(0).x + point(1).x) / 4, 5);
  });
});

test('an answer that is not finite is refused', async () => {
  await withEngine(onnx, async (engine) => {
    const wild = {
      ...options,
      epochs: 1,
      optimiser: { kind: 'sgd', lr: 1e38, weight_decay: 0, momentum: 0 } as const,
      batch: 64,
    };
    const fitted = await fitNetwork(engine, network, wild);
    await expect(fitted.run([1])).rejects.toThrow('the output `logits` is no longer a finite number');
  });
});
