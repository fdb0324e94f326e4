/** Per-class scores and the confusion matrix of a row, over all its scored cases: the seeds' test cases added up. */
import type { AnsweredExperiment, AnsweredRow, RunAnswers } from '../run/answers.ts';
import { labelOf } from './corrupted.ts';
import { type ClassScores, countConfusion, scoreClasses } from './scores.ts';
import { poolSeeds, type SeedAnswers } from './seeds.ts';
import { clip } from './text.ts';

export interface RowDetails {
  readonly experiment: string;
  readonly row: string;
  readonly seeds: number;
  readonly classes: readonly ClassScores[];
  /** `[truth][answer]` → cases, over all seeds. */
  readonly confusion: readonly (readonly number[])[];
}

export function detailsOf(record: RunAnswers): RowDetails[] {
  return record.experiments.flatMap((experiment) =>
    experiment.rows.flatMap((row) => detailsOfRow(experiment, row, poolSeeds(experiment, row)) ?? []),
  );
}

/** Undefined where no seed is complete. */
export function detailsOfRow(
  experiment: Pick<AnsweredExperiment, 'name' | 'classes'>,
  row: Pick<AnsweredRow, 'name' | 'corrupted'>,
  seeds: readonly SeedAnswers[],
): RowDetails | undefined {
  if (seeds.length === 0) return undefined;
  const answers = seeds.flatMap(({ tests }) => tests);
  const confusion = countConfusion(answers, experiment.classes.length);
  const classes = scoreClasses(confusion, experiment.classes);
  return { experiment: experiment.name, row: labelOf(row), seeds: seeds.length, classes, confusion };
}

/** Per class: precision, recall, F1, support, then a line of the confusion matrix; columns are numbered as the rows. */
export function renderDetails(details: RowDetails, color: boolean): string[] {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  const { classes, confusion } = details;
  const nameWidth = Math.min(28, Math.max(5, ...classes.map((c) => c.name.length)));
  const numberWidth = Math.max(3, ...confusion.flat().map((n) => String(n).length)) + 1;
  const over = details.seeds === 1 ? '1 seed' : `${details.seeds} seeds added up`;
  const head = `    ${clip('class', nameWidth)}  prec.  recall  F1     cases  answered as ${classes
    .map((_, k) => `#${k}`.padStart(numberWidth))
    .join('')}`;
  const lines = classes.map((c, k) => {
    const scores = [c.precision, c.recall, c.f1].map((value) => value.toFixed(3));
    const counts = confusion[k]!.map((n) => String(n === 0 ? '·' : n).padStart(numberWidth)).join('');
    const cells = `${scores[0]}  ${scores[1]}   ${scores[2]}  ${String(c.support).padStart(5)}`;
    return `${`#${k}`.padEnd(4)}${clip(c.name, nameWidth)}  ${cells}  ${' '.repeat(12)}${counts}`;
  });
  return [bold(`${details.experiment}: ${details.row} (${over})`), head, ...lines];
}
