import { describe, expect, test } from 'vitest';
import type { Modality } from '../../../src/stages/contracts.ts';
import type { EpochLosses } from '../../../src/stages/medicine/balance/balance.ts';
import {
  evaluateModalities,
  initialMao,
  type MaoParams,
  softmax,
} from '../../../src/stages/medicine/balance/mao-factors.ts';

const three: readonly Modality[] = ['log', 'metric', 'trace'];
const sound: MaoParams = { kind: 'mao', alpha: 0.5, beta: 0.3, schedule: 'sound', aux: 0 };
const literal: MaoParams = { ...sound, schedule: 'literal' };

function losses(log: [number, number], metric: [number, number], trace: [number, number]): EpochLosses {
  const pair = ([train, valid]: [number, number]) => ({ train, valid });
  return { log: pair(log), metric: pair(metric), trace: pair(trace) };
}

function evaluated(params: MaoParams, names: readonly Modality[], ...epochs: EpochLosses[]) {
  let state = initialMao;
  let last = evaluateModalities(params, names, state, epochs[0]!);
  for (const epoch of epochs.slice(1)) {
    state = last.state;
    last = evaluateModalities(params, names, state, epoch);
  }
  return last;
}

const first = losses([1.6, 1.7], [1.6, 1.7], [1.6, 1.7]);

describe('the first epoch', () => {
  test.each([sound, literal])('modulates nothing ($schedule)', (params) => {
    const { rho, theta, factors } = evaluated(params, three, first);
    expect([rho, theta]).toEqual([null, null]);
    expect(factors).toEqual({
      log: { update: 1, feature: 1 },
      metric: { update: 1, feature: 1 },
      trace: { update: 1, feature: 1 },
    });
  });
});

describe('literal: the equations as printed', () => {
  // ρ = 0.2/0.4, 0.6/0.4, 0.1/0.4; θ = softmax(0.5, 1.5, 0.25)
  const second = losses([1.2, 1.5], [1.2, 1.1], [1.2, 1.6]);
  const result = evaluated(literal, three, first, second);
  const powers = [Math.exp(0.5), Math.exp(1.5), Math.exp(0.25)];
  const sum = powers[0]! + powers[1]! + powers[2]!;

  test('equation 10 divides the drops of the raw losses', () => {
    expect(result.rho?.log).toBeCloseTo(0.5, 10);
    expect(result.rho?.metric).toBeCloseTo(1.5, 10);
    expect(result.rho?.trace).toBeCloseTo(0.25, 10);
  });

  test('equation 11: the shares sum to one', () => {
    expect(result.theta?.metric).toBeCloseTo(powers[1]! / sum, 10);
    expect(result.theta!.log! + result.theta!.metric! + result.theta!.trace!).toBeCloseTo(1, 12);
  });

  test('12 suppresses the dominant modality, 14 multiplies the weakest by βθ', () => {
    expect(result.factors.metric?.update).toBeCloseTo(1 - (0.5 * powers[1]!) / sum, 10);
    expect(result.factors.metric?.feature).toBe(1);
    expect(result.factors.trace?.feature).toBeCloseTo((0.3 * powers[2]!) / sum, 10);
    expect(result.factors.trace?.update).toBe(1);
    expect(result.factors.log).toEqual({ update: 1, feature: 1 });
  });

  test('two rising losses give a positive ρ, as the equation says', () => {
    const rising = evaluated(literal, three, first, losses([1.8, 1.8], [1.2, 1.1], [1.2, 1.6]));
    expect(rising.rho?.log).toBeCloseTo(0.5, 10);
  });

  test('a training loss that stands still divides by ε, never by zero', () => {
    const still = evaluated(literal, three, first, losses([1.6, 1.5], [1.2, 1.1], [1.2, 1.6]));
    expect(still.rho?.log).toBeCloseTo(0.2e8, -1);
    expect(Object.values(still.theta ?? {}).every(Number.isFinite)).toBe(true);
  });

  test('one modality is both the dominant and the weakest', () => {
    const one = evaluated(literal, ['log'], { log: { train: 2, valid: 2 } }, { log: { train: 1, valid: 1 } });
    expect(one.factors).toEqual({ log: { update: 0.5, feature: 0.3 } });
  });
});

describe('sound', () => {
  // EMA 0.7: the losses move by 0.3 of their change, so ΔV = 0.3·0.2, ΔT = 0.3·0.4 for the log.
  const second = losses([1.2, 1.5], [1.2, 1.1], [1.2, 1.8]);
  const result = evaluated(sound, three, first, second);
  const rho = [0.06 / 0.121, 0.18 / 0.121, 0];
  const theta = softmax(rho);

  test('ρ comes from smoothed losses, clipped at zero from below', () => {
    expect(result.rho?.log).toBeCloseTo(rho[0]!, 10);
    expect(result.rho?.metric).toBeCloseTo(rho[1]!, 10);
    expect(result.rho?.trace).toBe(0);
  });

  test('ρ never exceeds 5', () => {
    const still = evaluated(sound, three, first, losses([1.6, 1.2], [1.2, 1.1], [1.2, 1.8]));
    expect(still.rho?.log).toBe(5);
  });

  test('the dominant modality takes smaller steps, the weakest larger feature gradients', () => {
    expect(result.factors.metric?.update).toBeCloseTo(1 - 0.5 * theta[1]!, 10);
    expect(result.factors.trace?.feature).toBeCloseTo(1 + 0.3 * (1 - theta[2]!), 10);
    expect(result.factors.log).toEqual({ update: 1, feature: 1 });
  });

  test('a third epoch is smoothed with everything before it', () => {
    const third = losses([1.0, 1.4], [1.2, 1.1], [1.2, 1.8]);
    const { rho: next } = evaluated(sound, three, first, second, third);
    const smoothed = (a: number, b: number, c: number) => 0.7 * (0.7 * a + 0.3 * b) + 0.3 * c;
    const train = 0.7 * 1.6 + 0.3 * 1.2 - smoothed(1.6, 1.2, 1.0);
    const valid = 0.7 * 1.7 + 0.3 * 1.5 - smoothed(1.7, 1.5, 1.4);
    expect(next?.log).toBeCloseTo(valid / (train + 1e-3), 10);
  });

  test('near ties and single modalities are left alone', () => {
    const tied = evaluated(sound, three, first, losses([1.2, 1.5], [1.2, 1.5], [1.2, 1.5]));
    expect(Object.values(tied.factors).every((f) => f.update === 1 && f.feature === 1)).toBe(true);
    const one = evaluated(sound, ['log'], { log: { train: 2, valid: 2 } }, { log: { train: 1, valid: 1 } });
    expect(one.factors).toEqual({ log: { update: 1, feature: 1 } });
  });

  test('α = β = 0 leaves every factor at one', () => {
    const off = evaluated({ ...sound, alpha: 0, beta: 0 }, three, first, second);
    expect(Object.values(off.factors).every((f) => f.update === 1 && f.feature === 1)).toBe(true);
  });
});

test('the softmax of large ratios does not overflow', () => {
  expect(softmax([2e8, 0, -1e9])).toEqual([1, 0, 0]);
});
