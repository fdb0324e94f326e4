/** Rows of a parquet file, in the order of the file. For tests. */
import { type Cell, openDatabase, sqlText } from '../../src/data/database.ts';
import { tempFolder } from './temp.ts';

export async function parquetRows(path: string): Promise<Record<string, Cell>[]> {
  const db = await openDatabase({ folder: tempFolder('parquet'), threads: 1 });
  try {
    return await db.rows(
      `SELECT * EXCLUDE (file_row_number) FROM read_parquet(${sqlText(path)}, file_row_number = true) ORDER BY file_row_number`,
    );
  } finally {
    db.close();
  }
}
