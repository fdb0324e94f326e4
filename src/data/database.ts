/**
 * DuckDB for one stage, in memory with a limit: what does not fit spills into the stage's work folder, so memory stays flat
 * as data grows. (A database file there costs twice the time, to compress tables that are read once.) Loaded on first use. Which SQL is run is the business of `windows/` and the readers.
 */
import { rmSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder } from '../disk/write.ts';
import { columnsOf, type Feed, registerFeed, registerVisit, type Visit } from './database-columns.ts';

export type Cell = string | number | bigint | boolean | null;

export interface DatabaseOptions {
  /** Folder for what spills; created, and emptied of an earlier attempt. */
  readonly folder: string;
  /** Soft limit of DuckDB's memory. Default 512 MB. */
  readonly memoryMb?: number;
  /** Default 2: more gain little, and every sum that matters has a fixed order anyway. */
  readonly threads?: number;
  /** Rows of a file come in the order of the file. Costs memory where a query is more than a scan. */
  readonly ordered?: true;
}

export interface Database {
  /** Runs statements; what they return is dropped. */
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Record<string, Cell>[]>;
  /** One row, as numbers. */
  numbers(sql: string): Promise<number[]>;
  /** Streams a result; each call of `visit` gets the columns of one chunk, element access by row. */
  stream(sql: string, visit: Visit): Promise<void>;
  /**
   * The same inside the query: nothing is kept for medx to fetch, which saves up to half the memory and a quarter of the
   * time (`reports/bench-data.md`). Rows come in any order, and every column must have a type (a bare NULL has none).
   */
  scan(sql: string, visit: Visit): Promise<void>;
  /** Makes rows of typed arrays a table function of this name, in their order and read once: `SELECT … FROM name()`. */
  feed(name: string, feed: Feed): Promise<void>;
  /** Where it spills; for other scratch files of the stage too. Gone when it is closed. */
  readonly folder: string;
  close(): void;
}

export type { ColumnReader, Feed } from './database-columns.ts';

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  await named('open the work database', async () => {
    rmSync(options.folder, { recursive: true, force: true });
    makeFolder(options.folder);
    instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads ?? 2),
      memory_limit: `${options.memoryMb ?? 512}MB`,
      temp_directory: options.folder,
      // Without it, every result that is kept has an ORDER BY over all its columns.
      preserve_insertion_order: options.ordered ? 'true' : 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    connection = await instance.connect();
  });
  const open = connection;
  if (!open) throw new Error('DuckDB gave no connection');
  let scans = 0;

  const rows = async (sql: string): Promise<Record<string, Cell>[]> =>
    named('read the dataset', async () => {
      const reader = await open.runAndReadAll(sql);
      const names = reader.columnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] as Cell] as const)));
    });

  return {
    run: async (sql) => {
      await named('read the dataset', () => open.run(sql));
    },
    rows,
    numbers: async (sql) => Object.values((await rows(sql))[0] ?? {}).map(Number),
    stream: async (sql, visit) => {
      await named('read the dataset', async () => {
        const result = await open.stream(sql);
        for (;;) {
          const chunk = await result.fetchChunk();
          if (!chunk || chunk.rowCount === 0) return;
          visit(columnsOf(chunk), chunk.rowCount);
        }
      });
    },
    scan: async (sql, visit) => {
      const name = `visit_${scans++}`;
      let thrown: { readonly error: unknown } | undefined;
      await registerVisit(open, name, (columns, rows) => {
        try {
          visit(columns, rows);
        } catch (error) {
          thrown = { error };
          throw error;
        }
      });
      await named('read the dataset', async () => {
        try {
          await open.run(`SELECT max(${name}(*COLUMNS(*))) FROM (${sql})`);
        } catch (error) {
          throw thrown ? thrown.error : error;
        }
      });
    },
    feed: (name, feed) => registerFeed(open, name, feed),
    folder: options.folder,
    close: () => {
      open.closeSync();
      instance?.closeSync();
      rmSync(options.folder, { recursive: true, force: true });
    },
  };
}

/** Text as an SQL literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * At its exit Node waits for the thread of a query, and a query that calls back (`feed`, `scan`) waits for Node: neither would
 * ever end. So a process that is to exit meanwhile ends at once; what it wrote lies beside its place and is not taken for finished.
 */
const endAtOnce = () => process.kill(process.pid, 'SIGKILL');

/** DuckDB's error, in one line, as a diagnostic: a full disk or an unreadable file is no bug of medx. */
async function named<T>(doing: string, work: () => Promise<T>): Promise<T> {
  process.on('exit', endAtOnce);
  try {
    return await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (
      /^(ENOSPC|EACCES|EPERM|EROFS|EDQUOT|EMFILE|ENOTDIR)$/.test(code) ||
      /^(IO|Out of Memory|Invalid Input|Invalid|Conversion|Serialization) Error/.test(text)
    ) {
      const problem = text.split('\n').slice(0, 2).join(' ').trim();
      throw new MedxError(report(dataCodes, 'MED3014', { doing, problem }));
    }
    throw error;
  } finally {
    process.off('exit', endAtOnce);
  }
}
