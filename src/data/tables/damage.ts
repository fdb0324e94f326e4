/** Which Parquet file is damaged: DuckDB says what is wrong with the pages of one, and not which file has them. */
import { resolve } from 'node:path';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { type Database, sqlText } from '../database.ts';
import { globSafe } from './columns.ts';
import { formatOf } from './formats.ts';

/** Runs `work`, which reads the files. Throws MED3013 for each that cannot be read, where that is why it failed. */
export async function namingDamaged<T>(
  db: Database,
  root: string,
  files: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnread(error)) throw error;
    const damaged = [];
    for (const file of files.filter((one) => formatOf(one) === 'parquet')) {
      const path = sqlText(globSafe(resolve(root, file)));
      try {
        await db.run(`SELECT bit_xor(hash(row)) FROM read_parquet(${path}) row`);
      } catch (cause) {
        if (!isUnread(cause)) throw cause;
        const problem = cause.diagnostics[0]?.message ?? '';
        damaged.push(report(dataCodes, 'MED3013', { problem }, { place: file }));
      }
    }
    throw damaged.length > 0 ? new MedxError(damaged) : error;
  }
}

function isUnread(error: unknown): error is MedxError {
  return error instanceof MedxError && error.diagnostics.every(({ code }) => code === 'MED3014');
}
