/**
 * Times as medx kept them before it timed every case: a mean per case in place of `answer_seconds`, of which no median can be made.
 * Records and the timings of finished stages may still have them. They are left out, and the table says so.
 */
import { runCodes } from '../diagnostics/codes/run.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { StageCost } from '../stages/stage.ts';
import type { ExperimentResult } from './record.ts';

/** The experiment with times of today's shape alone, and a notice where others were left out. */
export function withoutOldTimes(experiment: ExperimentResult): ExperimentResult {
  const jobs = experiment.rows.flatMap((row) => row.jobs);
  const old = new Set(jobs.filter(({ cost }) => cost !== undefined && !isCost(cost)));
  if (old.size === 0) return experiment;
  const { code, message } = report(runCodes, 'MED4032', { jobs: old.size });
  const rows = experiment.rows.map((row) => ({
    ...row,
    jobs: row.jobs.map((job) => {
      const { cost: _, ...timeless } = job;
      return old.has(job) ? timeless : job;
    }),
  }));
  return { ...experiment, notices: [...experiment.notices, { code, message, stages: 1 }], rows };
}

function isCost({ fit_seconds = 0, answer_seconds, detect_seconds = [] }: Partial<StageCost>): boolean {
  return areTimes([fit_seconds]) && areTimes(answer_seconds) && areTimes(detect_seconds);
}

const areTimes = (values: unknown): boolean => Array.isArray(values) && values.every(Number.isFinite);
