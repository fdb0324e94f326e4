/**
 * What the stages `corrupt.log`, `corrupt.metric` and `corrupt.trace` share: parameters, the cases that are corrupted, and
 * what the artefact says of them.
 *
 * Artefact: the records in the columns of stage `lines`, `samples` or `spans`, and json `corruption` (`CorruptionNote`).
 * `at: train` writes the records of all cases, those of the training and validation cases corrupted, so that it can stand
 * wherever the sound records can. `at: test` writes the corrupted records of the test cases alone: whatever was fitted stays
 * as it is, and only what these cases are given differs.
 */
import type { CorruptedCases } from '../data/corruption/corruption.ts';
import { type Database, sqlText } from '../data/database.ts';
import { stressCodes } from '../diagnostics/codes/stress.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { Modality, Split } from './contracts.ts';
import type { JsonObject, StageContext } from './stage.ts';
import { readCases, requireInput, withDatabase } from './telemetry.ts';

/** Shares 0..1, `delay` in milliseconds, `noise` in deviations. `mask` is the share of instances. */
export type CorruptParams = JsonObject & {
  readonly at: 'train' | 'test';
  /** Seed of the run: with the id of the case it draws what is lost. */
  readonly seed: number;
  readonly drop?: number;
  readonly delay?: number;
  readonly noise?: number;
  readonly mask?: number;
  /** On which cases the deviations that noise is measured by are fitted; given with `noise`. */
  readonly fit?: 'train' | 'all';
};

/** Artefact file `corruption`: the corrupted cases, and their records before and after. */
export type CorruptionNote = {
  readonly cases: readonly number[];
  readonly before: number;
  readonly after: number;
};

type Cases = CorruptedCases & { readonly fitted: readonly number[] };

/** Memory for DuckDB in MB: texts and spans are numbered and sorted whole; beyond it they spill. */
const memoryMb = 512;

/** Runs `write` on the affected cases of the records in `from` and tells what is left. */
export async function corruptRecords(
  params: CorruptParams,
  context: StageContext,
  modality: Modality,
  from: string,
  path: string,
  write: (db: Database, cases: Cases) => Promise<void>,
): Promise<void> {
  const table = readCases(context);
  const split = requireInput(context, 'split').json<Split>('split');
  const affected = params.at === 'test' ? split.test : [...split.train, ...split.valid].sort((a, b) => a - b);
  const fitted = params.fit === 'all' ? table.cases.map((_, i) => i) : split.train;
  const counts = await withDatabase(
    context,
    'corrupt',
    async (db) => {
      await write(db, { table, affected, seed: params.seed, others: params.at === 'train', fitted });
      const count = `count(*) FILTER ("case" IN (${affected.join(', ') || '-1'}))`;
      const of = (file: string) => `(SELECT ${count} FROM read_parquet(${sqlText(file)}))`;
      return db.numbers(`SELECT ${of(from)}, ${of(path)}`);
    },
    memoryMb,
  );
  const [before = 0, after = 0] = counts;
  if (params.at === 'train' && before > 0 && after === 0)
    throw new MedxError(report(stressCodes, 'MED3601', { modality, before }));
  context.out.json('corruption', { cases: affected, before, after } satisfies CorruptionNote);
}

/** The settings of one kind of records, without those that it does not have. */
export function amountsOf({ drop, delay, noise, mask }: CorruptParams) {
  return {
    ...(drop === undefined ? {} : { drop }),
    ...(delay === undefined ? {} : { delay }),
    ...(noise === undefined ? {} : { noise }),
    ...(mask === undefined ? {} : { mask }),
  };
}
