/**
 * Columns of DuckDB as typed arrays, in both directions: what a query streams out, and what medx streams in. A typed array
 * costs a copy per chunk of 2,048 rows; a call per value costs ten times the scan.
 */
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';

export interface ColumnReader {
  /** NaN for null. */
  number(row: number): number;
  /** Empty for null. */
  text(row: number): string;
  /** The values of a DOUBLE column; what stands at a null is undefined. Valid until the next chunk. */
  doubles(): Float64Array;
  /** The values of an INTEGER column, likewise. */
  ints(): Int32Array;
  /** The values of a 64-bit column as pairs of 32 bits, low half first. */
  halves(): Int32Array;
}

export function columnsOf(chunk: DuckDBDataChunk): ColumnReader[] {
  return Array.from({ length: chunk.columnCount }, (_, c): ColumnReader => {
    // A column that is not looked at is not copied.
    const vector = () => chunk.getColumnVector(c);
    const items = () =>
      'items' in (vector() as object) ? (vector() as { items?: unknown }).items : undefined;
    const wrong = (wanted: string) => new Error(`column ${c} is ${vector().type}, not ${wanted}`);
    return {
      number: (row) => Number(vector().getItem(row) ?? Number.NaN),
      text: (row) => String(vector().getItem(row) ?? ''),
      doubles: () => {
        const found = items();
        if (found instanceof Float64Array) return found;
        throw wrong('DOUBLE');
      },
      ints: () => {
        const found = items();
        if (found instanceof Int32Array) return found;
        throw wrong('INTEGER');
      },
      halves: () => {
        const found = items();
        if (found instanceof BigUint64Array || found instanceof BigInt64Array)
          return new Int32Array(found.buffer, found.byteOffset, 2 * found.length);
        throw wrong('UBIGINT');
      },
    };
  });
}

/** Rows that medx makes, a chunk at a time. */
export interface Feed {
  readonly columns: Readonly<Record<string, 'INTEGER' | 'DOUBLE'>>;
  /** Fills the columns from the front with at most `room` rows and answers how many; 0 ends it. No nulls. */
  fill(columns: readonly (Int32Array | Float64Array)[], room: number): number;
}

const chunkRows = 2048;

/** One thread reads a feed, so its rows keep their order. What `fill` throws fails the query with its message. */
export async function registerFeed(connection: DuckDBConnection, name: string, feed: Feed): Promise<void> {
  const { DOUBLE, DuckDBTableFunction, INTEGER } = await import('@duckdb/node-api');
  const types = { INTEGER, DOUBLE } as const;
  const kinds = Object.values(feed.columns);
  const room = kinds.map((kind) =>
    kind === 'DOUBLE' ? new Float64Array(chunkRows) : new Int32Array(chunkRows),
  );
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name,
      bindFunction: (info) => {
        for (const [column, kind] of Object.entries(feed.columns)) info.addResultColumn(column, types[kind]);
      },
      initFunction: (info) => info.setMaxThreads(1),
      mainFunction: (info, chunk) => {
        try {
          const rows = feed.fill(room, chunkRows);
          chunk.rowCount = rows;
          if (rows === 0) return;
          room.forEach((column, c) => {
            const vector = chunk.getColumnVector(c) as unknown as {
              items: { set(from: ArrayLike<number>): void };
              flush(): void;
            };
            vector.items.set(column.subarray(0, rows));
            vector.flush();
          });
        } catch (error) {
          info.setError(error instanceof Error ? error.message : String(error));
        }
      },
    }),
  );
}

export type Visit = (columns: readonly ColumnReader[], rows: number) => void;

/** A function of any columns that hands them to `visit`; what it answers says nothing. What `visit` throws fails the query. */
export async function registerVisit(connection: DuckDBConnection, name: string, visit: Visit): Promise<void> {
  const { ANY, DuckDBScalarFunction, TINYINT } = await import('@duckdb/node-api');
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: TINYINT,
      varArgsType: ANY,
      // Called for every row, whatever it holds: no nulls and no equal rows are spared.
      volatile: true,
      specialHandling: true,
      mainFunction: (info, chunk) => {
        try {
          visit(columnsOf(chunk), chunk.rowCount);
        } catch (error) {
          info.setError(error instanceof Error ? error.message : String(error));
        }
      },
    }),
  );
}
