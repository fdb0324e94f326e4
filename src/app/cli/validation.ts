/** What a row's jobs say of their validation cases, from the store: the loss by which a search would choose. Trains nothing. */
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { RecordedRow } from '../../report/recorded.ts';
import { hasArtefact, openArtefact, type Store } from '../../run/store.ts';
import type { Predictions } from '../../stages/contracts.ts';
import { meanLoss } from '../../stages/loss.ts';
import type { Validation } from '../ui/explore/tried.ts';

/** Means over jobs. A row that lacks a job would be compared on other cases: then it says why it has none. */
export function readValidation(store: Store, { result }: RecordedRow): Validation {
  try {
    const jobs = result.jobs.map(({ hash }) =>
      hasArtefact(store, hash) ? openArtefact(store, hash).json<Predictions>('predictions').valid : undefined,
    );
    const found = jobs.filter((valid) => valid !== undefined);
    if (found.length < jobs.length) return { lacking: 'not all of its jobs are in this store' };
    if (found.some((valid) => valid.length === 0)) return { lacking: 'its split has no validation cases' };
    const mean = (of: (valid: Predictions['valid']) => number) =>
      found.reduce((sum, valid) => sum + of(valid), 0) / found.length;
    return {
      loss: mean(meanLoss),
      right: mean((valid) => valid.filter(({ truth, answer }) => truth === answer).length / valid.length),
    };
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    return { lacking: error.diagnostics[0]?.message ?? error.message };
  }
}
