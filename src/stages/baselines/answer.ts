/**
 * What every method to compare with shares: it learns from the training cases, answers the others, and is timed while it
 * does. A method is handed the labels of training and validation cases and no others, so it cannot read those of a test.
 */
import { uniformAt } from '../../data/random.ts';
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { CasePrediction, Predictions, Split } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';

export interface Labelled {
  readonly index: number;
  readonly label: number;
}

export interface Lesson {
  readonly train: readonly Labelled[];
  /** Cases by which a method may choose among what it has learnt, as the models do. */
  readonly valid: readonly Labelled[];
  /** Number of classes; labels are below it. */
  readonly classes: number;
  /** Share of each class among the training cases. */
  readonly prior: readonly number[];
}

/** A probability per class; undefined where the case has nothing that the method reads. */
export type Answer = readonly number[] | undefined;

/**
 * Answers the case of an index. It is called once per case and timed, so what has to be done for a case alone belongs here,
 * not into the learning: one look of a network at all cases together would hide what a single one costs.
 */
export type Answerer = (index: number) => Answer | Promise<Answer>;

/**
 * Writes `predictions`. A case without evidence gets the class frequencies, so the majority class, and a notice tells how many
 * test cases are such. `learn` is timed as the fitting, with whatever it reads; the answer to each test case is timed as
 * answering.
 */
export async function answerCases(
  context: StageContext,
  learn: (lesson: Lesson) => Answerer | Promise<Answerer>,
): Promise<void> {
  const { cases, classes } = readCases(context);
  const split = requireInput(context, 'split').json<Split>('split');
  const labelled = (part: readonly number[]): Labelled[] =>
    part.flatMap((index) => {
      const row = cases[index];
      return row ? [{ index, label: row.label }] : [];
    });
  const train = labelled(split.train);
  const prior = classes.map((_, label) => train.filter((one) => one.label === label).length / train.length);
  const began = performance.now();
  const answerer = await learn({ train, valid: labelled(split.valid), classes: classes.length, prior });
  const fitted = performance.now();
  const answer = async (part: readonly number[]) => {
    const answers: CasePrediction[] = [];
    const seconds: number[] = [];
    let blind = 0;
    for (const index of part) {
      const row = cases[index];
      if (!row) continue;
      const asked = performance.now();
      const found = await answerer(index);
      seconds.push((performance.now() - asked) / 1000);
      if (!found) blind++;
      const probabilities = found ?? prior;
      answers.push({ id: row.id, truth: row.label, answer: argMax(probabilities), probabilities });
    }
    return { answers, seconds, blind };
  };
  // Validation cases come first: what is compiled or loaded at a first answer is no part of the others' times.
  const valid = await answer(split.valid);
  const test = await answer(split.test);
  if (test.blind > 0) {
    const { code, message } = report(baselineCodes, 'MED3740', {
      blind: test.blind,
      of: test.answers.length,
    });
    context.notice({ code, message, count: test.blind });
  }
  const predictions: Predictions = { classes, valid: valid.answers, test: test.answers };
  context.out.json('predictions', predictions);
  context.cost({ fit_seconds: (fitted - began) / 1000, answer_seconds: test.seconds });
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
