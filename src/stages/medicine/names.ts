/** Names of a training or inference graph's inputs and outputs. Feature inputs have the modality's name. */
import type { Modality } from '../contracts.ts';

const suffixed = (name: string) => (of: Modality | 'model') => (of === 'model' ? name : `${name}.${of}`);

export const names = {
  labels: 'labels',
  weights: 'weights',
  factor: (modality: Modality) => `factor.${modality}`,
  /** What is minimised. */
  objective: 'objective',
  loss: suffixed('loss'),
  logits: suffixed('logits'),
  probabilities: suffixed('probabilities'),
};
