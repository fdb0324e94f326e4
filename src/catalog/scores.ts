/** The scores that a file may expect, by the words for them. */

/** As tables and records name them. */
export type ExpectedScore =
  | 'f1_weighted'
  | 'precision_weighted'
  | 'recall_weighted'
  | 'f1_macro'
  | 'precision_macro'
  | 'recall_macro'
  | 'accuracy';

/** What the mean over seeds of a row should be: within `tolerance` of `value`, both 0..1. */
export type Expectation = {
  readonly score: ExpectedScore;
  readonly value: number;
  readonly tolerance: number;
};

/** Without a kind of average the weighted one is meant, as in the paper. */
export const scoreWords: ReadonlyMap<string, ExpectedScore> = new Map([
  ['f1', 'f1_weighted'],
  ['precision', 'precision_weighted'],
  ['recall', 'recall_weighted'],
  ['accuracy', 'accuracy'],
  ['f1_weighted', 'f1_weighted'],
  ['precision_weighted', 'precision_weighted'],
  ['recall_weighted', 'recall_weighted'],
  ['f1_macro', 'f1_macro'],
  ['precision_macro', 'precision_macro'],
  ['recall_macro', 'recall_macro'],
]);
