/** Spans of all cases in one pass, each joined to its parent. Grouping and detecting anomalies are steps of the features. */
import type { CaseTable } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import { createIntervals, mergeIntervals, within } from '../intervals.ts';
import type { Relation } from '../readers/reader.ts';
import { createCases, createCodes, passesFor, windowOf, writeParquet } from './stage.ts';

export interface SpanCounts {
  readonly spans: number;
  readonly copies: number;
  /** Spans whose parent is not in the files. */
  readonly orphans: number;
  readonly services: readonly string[];
  readonly operations: readonly string[];
}

/** Caller of a root span, and of a span whose parent is not in the files. */
export const client = 'client';
export const unknown = 'unknown';

/** Memory for DuckDB in MB: it does not spill enough of 20 million staged spans to work with the usual 256. */
export const spanMemoryMb = 1024;

/** A parent starts before its child: parents are looked for this long before a case. */
const parentMarginMs = 300_000;

/**
 * Writes case, window, caller, callee, operation (codes), duration_us and caller_us.
 *
 * One record per span: callee is its own service, caller the service of its parent, `duration_us` its own duration,
 * `caller_us` that of the parent (null without one). The authors' code uses the caller's duration, once per child; the
 * step `spans` chooses. Links within one service are kept: client-side spans are such links.
 *
 * Spans are unique by (trace, span). That pair is compared by its 64-bit hash: among 17 million spans, all of D3's cases,
 * the chance of a single wrong parent is 1 in 60,000, and the join takes a third of the memory.
 */
export async function writeSpans(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
  recordsPerPass = 6_000_000,
): Promise<SpanCounts> {
  await createCases(db, table);
  const intervals = table.cases.map(({ start, end }, id) => ({ id, start, end }));
  await createIntervals(db, 'reach', mergeIntervals(intervals, parentMarginMs));
  await db.run(`
    CREATE OR REPLACE TABLE staged AS
    SELECT hash(r.trace, r.span) AS id, CASE WHEN r.parent IS NOT NULL THEN hash(r.trace, r.parent) END AS parent,
      r.entity, coalesce(r.operation, '') AS operation, r.time, r.duration_us
    FROM (${relation.records}) r JOIN reach i ON ${within('r', 'i')}
    WHERE r.entity IS NOT NULL AND isfinite(r.duration_us)`);
  const services = await createCodes(db, 'services', 'SELECT entity FROM staged', relation.nameOf, [
    client,
    unknown,
  ]);
  const operations = await createCodes(db, 'operations', 'SELECT operation FROM staged');
  const [records = 0] = await db.numbers('SELECT count(*) FROM staged');
  const passes = passesFor(records, recordsPerPass);
  // Of several copies the one that sorts first is kept; they agree in the formats that medx reads.
  await db.run('CREATE OR REPLACE TABLE copies (copy BIGINT)');
  for (let pass = 0; pass < passes; pass++)
    await db.run(`
      INSERT INTO copies
      SELECT unnest(list_sort(list({t: time, d: duration_us, r: rowid}))[2:]).r FROM staged
      WHERE id % ${passes} = ${pass}
        AND id IN (SELECT id FROM staged WHERE id % ${passes} = ${pass} GROUP BY id HAVING count(*) > 1)
      GROUP BY id`);
  await db.run(`
    CREATE OR REPLACE TABLE spans AS
    SELECT s.id, s.parent, a.code AS service, o.code AS operation, s.time, s.duration_us
    FROM staged s JOIN services a ON s.entity = a.entity JOIN operations o ON s.operation = o.entity
    WHERE s.rowid NOT IN (SELECT copy FROM copies)`);
  const [copies = 0] = await db.numbers('SELECT count(*) FROM copies');
  await db.run('DROP TABLE staged');
  const [clientCode, unknownCode] = [services.indexOf(client), services.indexOf(unknown)];
  // A child is in the pass of its parent.
  const linked = (pass: number) => `
    SELECT i.id AS "case", ${windowOf('s.time', 'i.start_ms', table)} AS "window",
      CASE WHEN s.parent IS NULL THEN ${clientCode} ELSE coalesce(p.service, ${unknownCode}) END AS caller,
      s.service AS callee, s.operation, s.duration_us, p.duration_us AS caller_us
    FROM (SELECT * FROM spans WHERE coalesce(parent, id) % ${passes} = ${pass}) s
    JOIN cases i ON ${within('s', 'i')}
    LEFT JOIN (SELECT * FROM spans WHERE id % ${passes} = ${pass}) p ON s.parent = p.id`;
  await db.run(`CREATE OR REPLACE TABLE linked AS ${linked(0)}`);
  for (let pass = 1; pass < passes; pass++) await db.run(`INSERT INTO linked ${linked(pass)}`);
  await db.run('DROP TABLE spans');
  await writeParquet(db, 'SELECT * FROM linked ORDER BY ALL', path);
  const [count = 0, orphans = 0] = await db.numbers(
    `SELECT count(*), count(*) FILTER (caller = ${unknownCode}) FROM read_parquet(${sqlText(path)})`,
  );
  return { spans: count, copies, orphans, services, operations };
}
