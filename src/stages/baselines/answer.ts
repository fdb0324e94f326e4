/**
 * What every method to compare with shares: it learns from the training cases, answers the others, and is timed while it
 * does. A method is handed the labels of training cases and no others, so it cannot read those of a test.
 */
import { uniformAt } from '../../data/random.ts';
import type { CasePrediction, Predictions, Split } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';

export interface Lesson {
  readonly train: readonly { readonly index: number; readonly label: number }[];
  /** Number of classes; labels are below it. */
  readonly classes: number;
  /** Share of each class among the training cases. */
  readonly prior: readonly number[];
}

/** Index of a case → a probability per class; undefined where the case has nothing that the method reads. */
export type Answerer = (index: number) => readonly number[] | undefined;

/**
 * Writes `predictions`. A case without evidence gets the class frequencies, so the majority class. `learn` is timed as the
 * fitting, with whatever it reads; the answers to the test cases are timed as answering.
 */
export async function answerCases(
  context: StageContext,
  learn: (lesson: Lesson) => Answerer | Promise<Answerer>,
): Promise<void> {
  const { cases, classes } = readCases(context);
  const split = requireInput(context, 'split').json<Split>('split');
  const train = split.train.flatMap((index) => {
    const row = cases[index];
    return row ? [{ index, label: row.label }] : [];
  });
  const prior = classes.map((_, label) => train.filter((one) => one.label === label).length / train.length);
  const began = performance.now();
  const answerer = await learn({ train, classes: classes.length, prior });
  const fitted = performance.now();
  const answer = (part: readonly number[]) =>
    part.map((index) => ({ index, probabilities: answerer(index) ?? prior }));
  const test = answer(split.test);
  const answered = performance.now();
  const predict = (answers: ReturnType<typeof answer>): CasePrediction[] =>
    answers.flatMap(({ index, probabilities }) => {
      const row = cases[index];
      return row ? [{ id: row.id, truth: row.label, answer: argMax(probabilities), probabilities }] : [];
    });
  const predictions: Predictions = { classes, valid: predict(answer(split.valid)), test: predict(test) };
  context.out.json('predictions', predictions);
  context.cost({
    fit_seconds: (fitted - began) / 1000,
    answer_seconds_per_case: (answered - fitted) / 1000 / Math.max(1, test.length),
  });
}

/** The first of the largest. */
export function argMax(values: readonly number[]): number {
  return values.reduce(
    (best, value, i) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? i : best),
    0,
  );
}

/** Random numbers in [0, 1), one after the other, of a stream of their own. */
export function randomStream(seed: number, stream: number): () => number {
  let index = 0;
  return () => uniformAt(seed, stream, index++);
}
