/** Names of a training or inference graph's inputs and outputs. Feature inputs have the modality's name. */
import type { Modality } from '../contracts.ts';

const suffixed = (name: string) => (of: Modality | 'model') => (of === 'model' ? name : `${name}.${of}`);

export const names = {
  labels: 'labels',
  weights: 'weights',
  factor: (modality: Modality) => `factor.${modality}`,
  /** Which row stands for which window, where rows do. */
  members: (modality: Modality) => `${modality}.members`,
  /** Templates that a case has, and how much of each is in the sum of each window. */
  templates: 'log.templates',
  shares: 'log.shares',
  /** What is minimised. */
  objective: 'objective',
  loss: suffixed('loss'),
  logits: suffixed('logits'),
  probabilities: suffixed('probabilities'),
};
