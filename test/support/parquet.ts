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

/** Writes rows in their order. `columns`: name → SQL type. */
export async function writeParquetRows(
  path: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | null)[])[],
): Promise<void> {
  const db = await openDatabase({ folder: tempFolder('parquet'), threads: 1, ordered: true });
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const sql = (value: string | number | null) =>
    value === null ? 'NULL' : typeof value === 'number' ? String(value) : sqlText(value);
  try {
    await db.run(
      `CREATE TABLE given (${Object.entries(columns).map(([name, type]) => `"${name}" ${type}`)})`,
    );
    for (let from = 0; from < rows.length; from += 500) {
      const values = rows.slice(from, from + 500).map((row) => `(${row.map(sql).join(', ')})`);
      await db.run(`INSERT INTO given (${names}) VALUES ${values.join(', ')}`);
    }
    await db.run(`COPY given TO ${sqlText(path)} (FORMAT parquet)`);
  } finally {
    db.close();
  }
}
