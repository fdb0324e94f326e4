/** Spans of all cases in one pass, each joined to its parent. Grouping and detecting anomalies are steps of the features. */
import type { CaseTable } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { createIntervals, mergeIntervals, within } from '../intervals.ts';
import type { Relation } from '../readers/reader.ts';
import { createCases, createCodes, windowOf, writeParquet } from './stage.ts';

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

/** A parent starts before its child: parents are looked for this long before a case. */
const parentMarginMs = 300_000;

/**
 * Writes case, window, caller, callee, operation (codes), duration_us and caller_us.
 *
 * One record per span: callee is its own service, caller the service of its parent, `duration_us` its own duration,
 * `caller_us` that of the parent (null without one). The authors' code uses the caller's duration, once per child; the
 * step `spans` chooses. Links within one service are kept: client-side spans are such links. Spans are unique by
 * (trace, span).
 */
export async function writeSpans(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
): Promise<SpanCounts> {
  await createCases(db, table);
  const intervals = table.cases.map(({ start, end }, id) => ({ id, start, end }));
  await createIntervals(db, 'reach', mergeIntervals(intervals, parentMarginMs));
  await db.run(`
    CREATE OR REPLACE TABLE staged AS
    SELECT r.trace, r.span, min(r.parent) AS parent, min(r.service) AS service, min(coalesce(r.operation, '')) AS operation,
      min(r.time) AS time, min(r.duration_us) AS duration_us, count(*) AS copies
    FROM (${relation.records}) r JOIN reach i ON ${within('r', 'i')}
    WHERE r.service IS NOT NULL AND isfinite(r.duration_us) GROUP BY r.trace, r.span`);
  await db.run(`
    CREATE OR REPLACE TABLE joined AS
    SELECT i.id, i.start_ms, s.time, s.service AS callee, s.operation, s.duration_us, s.copies, p.duration_us AS caller_us,
      CASE WHEN s.parent IS NULL THEN '${client}' ELSE coalesce(p.service, '${unknown}') END AS caller
    FROM staged s JOIN cases i ON ${within('s', 'i')}
    LEFT JOIN staged p ON s.trace = p.trace AND s.parent = p.span`);
  await db.run('DROP TABLE staged');
  const [spans, copies, orphans] = await db.numbers(
    `SELECT count(*), coalesce(sum(copies - 1), 0), count(*) FILTER (caller = '${unknown}') FROM joined`,
  );
  const services = await createCodes(
    db,
    'services',
    'SELECT caller AS name FROM joined UNION ALL SELECT callee FROM joined',
  );
  const operations = await createCodes(db, 'operations', 'SELECT operation AS name FROM joined');
  await writeParquet(
    db,
    `SELECT j.id AS "case", ${windowOf('j.time', 'j.start_ms', table)} AS "window", a.code AS caller, b.code AS callee,
      o.code AS operation, j.duration_us, j.caller_us
    FROM joined j JOIN services a ON j.caller = a.name JOIN services b ON j.callee = b.name
    JOIN operations o ON j.operation = o.name
    ORDER BY "case", "window", caller, callee, operation, j.duration_us, j.caller_us`,
    path,
  );
  return { spans: spans ?? 0, copies: copies ?? 0, orphans: orphans ?? 0, services, operations };
}
