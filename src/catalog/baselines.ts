/** Methods to compare with, and words of the method's page that this version does not know yet. */
import type { ChoiceWord } from './types.ts';

export const baselines: readonly ChoiceWord[] = [
  { name: 'majority', doc: 'Always answers the most frequent class of the training cases.' },
];

/** Methods of the paper's Table 3 that are not part of this version. Named, so that the error can say so. */
export const absentBaselines: readonly string[] = [
  'dejavu',
  'isquad',
  'cloud19',
  'logcluster',
  'mepfl',
  'cloudrca',
  'diagfusion',
  'microcbr',
];
