/**
 * Records of which some cases are corrupted, as features read them: means, deviations and axes come from what the model was
 * fitted on, the corrupted cases are only transformed.
 */
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import type { FeatureArray } from '../features/finish.ts';
import { insert, isOneOf } from './corruption.ts';

export interface RecordView {
  /** SQL of the records, by the case numbers of `table`. */
  readonly from: string;
  /** Whether they come in the order of the artefact. */
  readonly sorted: boolean;
  readonly table: CaseTable;
  readonly fitted: readonly boolean[];
  /** Features by the numbers of `table` → by those of the real table. */
  readonly settle: <F extends Pick<FeatureArray, 'shape' | 'data' | 'coverage'>>(features: F) => F;
}

/**
 * `corrupted` holds the records of the cases `affected`. Where none of these is fitted on, their records take the place of
 * the sound ones. Where they are (`fit = all`), they are put beside them as cases of their own, after the real ones, and
 * `settle` puts their features into the rows of the real ones.
 */
export async function viewRecords(
  db: Database,
  clean: string,
  corrupted: string,
  affected: readonly number[],
  table: CaseTable,
  fitted: readonly boolean[],
): Promise<RecordView> {
  const [sound, poor] = [clean, corrupted].map((path) => `read_parquet(${sqlText(path)})`);
  if (!affected.some((index) => fitted[index])) {
    const from = `(SELECT * FROM ${sound} WHERE NOT ${isOneOf(affected)} UNION ALL SELECT * FROM ${poor})`;
    return { from, sorted: false, table, fitted, settle: (features) => features };
  }
  const first = table.cases.length;
  await db.run('CREATE OR REPLACE TABLE twins ("case" INTEGER, twin INTEGER)');
  await insert(
    db,
    'twins',
    affected.map((index, k) => `(${index}, ${first + k})`),
  );
  const from = `(SELECT * FROM ${sound} UNION ALL SELECT r.* REPLACE (t.twin AS "case") FROM ${poor} r JOIN twins t ON r."case" = t."case")`;
  return {
    from,
    sorted: false,
    table: { ...table, cases: [...table.cases, ...affected.flatMap((index) => table.cases[index] ?? [])] },
    fitted: [...fitted, ...affected.map(() => false)],
    settle: (features) => {
      const row = features.data.length / (first + affected.length);
      const data = features.data.slice(0, first * row);
      const coverage = features.coverage.slice(0, first);
      affected.forEach((index, k) => {
        data.set(features.data.subarray((first + k) * row, (first + k + 1) * row), index * row);
        coverage[index] = features.coverage[first + k] ?? 0;
      });
      return { ...features, shape: [first, ...features.shape.slice(1)], data, coverage };
    },
  };
}
