/** From a record to what tables are made of: answers in columns, and the times of a row as one summary. Pure. */
import type { AnsweredExperiment, AnsweredJob, RunAnswers, TestSet } from '../run/answers.ts';
import type { RowCost, Spread } from '../run/events.ts';
import type { ExperimentResult, JobResult, RunRecord } from '../run/record.ts';

export const answersOf = ({ run, experiments }: Pick<RunRecord, 'run' | 'experiments'>): RunAnswers => ({
  run,
  experiments: experiments.map(answerColumns),
});

export function answerColumns({ rows, ...experiment }: ExperimentResult): AnsweredExperiment {
  const tests: TestSet[] = [];
  const places = new Map<string, number>();
  const placeOf = (test: NonNullable<JobResult['test']>) => {
    const key = test.map(({ id, truth }) => `${truth} ${id}`).join('\n');
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, tests.length);
    return tests.push({ ids: test.map(({ id }) => id), truth: test.map(({ truth }) => truth) }) - 1;
  };
  const columnsOf = ({ test, cost: _, ...job }: JobResult): AnsweredJob =>
    test ? { ...job, answers: { test: placeOf(test), answer: test.map(({ answer }) => answer) } } : job;
  const answered = rows.map(({ jobs, ...row }) => {
    const cost = summariseCost(jobs);
    return { ...row, ...(cost ? { cost } : {}), jobs: jobs.map(columnsOf) };
  });
  return { ...experiment, tests, rows: answered };
}

function summariseCost(jobs: readonly JobResult[]): RowCost | undefined {
  const costs = jobs.flatMap(({ cost }) => cost ?? []);
  const answered = costs.flatMap((one) => one.answer_seconds);
  if (answered.length === 0) return undefined;
  const fitted = costs.flatMap((one) => one.fit_seconds ?? []);
  const detected = costs.flatMap((one) => one.detect_seconds ?? []);
  const online = costs.flatMap((one) => one.online_seconds ?? []);
  const detector = costs.find((one) => one.detector)?.detector;
  return {
    ...(fitted.length > 0 ? { fit_seconds: fitted.reduce((a, b) => a + b) / fitted.length } : {}),
    answer_seconds: spreadOf(answered),
    ...(detected.length > 0 ? { detect_seconds: spreadOf(detected) } : {}),
    ...(online.length > 0 ? { online_seconds: spreadOf(online) } : {}),
    ...(detector ? { detector } : {}),
  };
}

/** Median and 95th percentile of at least one value, linear between neighbours as numpy has it. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), p95: at(0.95) };
}
