/** What readers take of the table layer (`src/data/tables`): the same columns from CSV, JSON lines and Parquet, packed or not. */
export { type Columns, type ColumnType, quoted, touch } from '../tables/columns.ts';
export { parseHeader, refusedLine } from '../tables/csv.ts';
export { tableFile } from '../tables/formats.ts';
export { readTableHead, selectColumns as csvSelect } from '../tables/select.ts';
