/** Initial values of parameters: descriptions as data, and the numbers they stand for. */
import type { Initialiser } from './ir.ts';
import { randomBits, randomKey } from './random.ts';

export const zeros: Initialiser = { kind: 'constant', value: 0 };
export const ones: Initialiser = { kind: 'constant', value: 1 };

/** PyTorch's `nn.Linear`: kaiming_uniform(a = √5) for the weight, and the same bound 1/√fanIn for the bias. */
export function linearUniform(fanIn: number): Initialiser {
  return { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) };
}

/** `xavier_uniform_` with gain 1. PyTorch's attention uses it for its joint `[3d, d]` projection: fans d and 3d. */
export function xavierUniform(fanIn: number, fanOut: number): Initialiser {
  return { kind: 'uniform', bound: Math.sqrt(6 / (fanIn + fanOut)) };
}

/** Fills `into` with the first values of parameter `name` under `seed`. */
export function initialiseParam(into: Float32Array, init: Initialiser, seed: number, name: string): void {
  if (init.kind === 'constant') {
    into.fill(init.value);
    return;
  }
  const key = randomKey(seed, 'param', name);
  for (let i = 0; i < into.length; i++) into[i] = (randomBits(key, i) * 2 ** -31 - 1) * init.bound;
}
