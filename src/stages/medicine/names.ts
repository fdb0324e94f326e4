/** Names of a training or inference graph's inputs and outputs. Feature inputs have the modality's name. */
import type { Modality } from '../contracts.ts';

const suffixed = (name: string) => (of: Modality | 'model') => (of === 'model' ? name : `${name}.${of}`);

export const names = {
  labels: 'labels',
  weights: 'weights',
  factor: (modality: Modality) => `factor.${modality}`,
  /** Which row stands for which window, where rows do. */
  members: (modality: Modality) => `${modality}.members`,
  /** How much of each template is in the sum of a log window, and what the templates are in place of the window. */
  shares: 'log.shares',
  images: (value: number) => `log.images.${value}`,
  offset: (value: number) => `log.offset.${value}`,
  /** What is minimised. */
  objective: 'objective',
  loss: suffixed('loss'),
  logits: suffixed('logits'),
  probabilities: suffixed('probabilities'),
};
