/** How the jobs of a row were trained: histories from the store, and why a job has none. Trains nothing. */
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { RowHistories } from '../../report/page/learning.ts';
import type { RecordedRow } from '../../report/recorded.ts';
import type { JobResult } from '../../run/record.ts';
import { findNode, hasArtefact, openArtefact, type Store } from '../../run/store.ts';
import type { History } from '../../stages/contracts.ts';

/** Undefined where the row trains no network of its own: baselines, and variants that ask what another trained. */
export function readHistories(store: Store, { result }: RecordedRow): RowHistories | undefined {
  if (result.kind === 'baseline') return undefined;
  const read = result.jobs.map((job) => readJob(store, job));
  if (read.every((one) => one === 'other')) return undefined;
  return {
    histories: read.flatMap((one) => (typeof one === 'object' && 'epochs' in one ? [one] : [])),
    lacking: read.flatMap((one) => (typeof one === 'object' && 'reason' in one ? [one] : [])),
  };
}

function readJob(store: Store, job: JobResult): History | RowHistories['lacking'][number] | 'other' {
  const { seed, fold, repeat, hash, test } = job;
  const parts = { seed, repeat, fold };
  const name = Object.entries(parts).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${value}`],
  );
  const lacks = (reason: string) => ({ job: name.join(' '), reason });
  try {
    if (!hasArtefact(store, hash)) {
      return lacks(test === undefined ? 'it has no result' : 'it is not in this store (any more)');
    }
    if (findNode(store, hash).kind !== 'train') return 'other';
    return openArtefact(store, hash).json<History>('history');
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    return lacks(error.diagnostics[0]?.message ?? error.message);
  }
}
