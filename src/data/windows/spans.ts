/**
 * Spans of all cases in one scan: rows are sorted into cases as they are read, then each is joined to its parent case by
 * case (`span-links.ts`). Grouping and detecting anomalies are steps of the features.
 */
import { join } from 'node:path';
import type { CaseTable } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { seriesInstance } from '../readers/pod.ts';
import type { Relation } from '../readers/reader.ts';
import { createHashes, createNames, type Names } from './codes.ts';
import { createReach } from './reach.ts';
import { type Axis, client, createLinks, type SpanKinds, unknown } from './span-links.ts';
import { spanShape } from './span-rows.ts';
import { createSpool, type Spool } from './spool.ts';
import { writeParquet } from './stage.ts';

export { client, unknown } from './span-links.ts';

export interface SpanCounts {
  readonly spans: number;
  readonly copies: number;
  /** Spans whose parent is not in the files. */
  readonly orphans: number;
  readonly services: readonly string[];
  readonly operations: readonly string[];
  readonly instances: readonly string[];
  readonly statuses: readonly string[];
}

/** A parent starts before its child: parents are looked for this long before a case… */
const parentMarginMs = 300_000;
/** …and, because clocks differ, this long after it. */
const clockMarginMs = 5000;

/**
 * Writes case, window, caller, callee, operation (codes), duration_us, caller_us, trace, time, instance, depth and status,
 * ordered by all of them.
 *
 * One record per span: callee is its own service, caller the service of its parent, `duration_us` its own duration,
 * `caller_us` that of the parent (null without one). The authors' code uses the caller's duration, once per child; the
 * step `spans` chooses. Links within one service are kept: client-side spans are such links.
 *
 * `trace` counts the traces of the case by their first span (without trace ids, spans under one root are a trace), `time` is
 * the start (epoch ms), `instance` the pod or whatever the set tells apart (a code), `depth` the number of spans above it
 * that are in the files, `status` a code of what the set says became of it (the empty text where it says nothing).
 *
 * Spans are unique by (trace, span). That pair is compared by its 64-bit hash within a case and the minutes before it:
 * among 200,000 such spans the chance of a single wrong parent is 1 in 10⁹. Memory grows with the largest case, not with
 * the number of cases or records.
 */
export async function writeSpans(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
): Promise<SpanCounts> {
  const spool = createSpool(join(db.folder, 'spans.spool'), table.cases.length, spanShape);
  try {
    const kinds = await sortIntoCases(db, relation, table, spool);
    const links = createLinks(table, spool, kinds);
    await db.feed('links', links.feed);
    await writeParquet(
      db,
      'SELECT * REPLACE (CASE WHEN isfinite(caller_us) THEN caller_us END AS caller_us) FROM links()',
      path,
    );
    return {
      ...links.counts(),
      services: kinds.services.names,
      operations: kinds.operations.names,
      instances: kinds.instances.names,
      statuses: kinds.statuses.names,
    };
  } finally {
    spool.close();
  }
}

/** Reads every span and puts it into the parts of the cases that may need it. */
async function sortIntoCases(
  db: Database,
  relation: Relation,
  table: CaseTable,
  spool: Spool,
): Promise<SpanKinds> {
  const reach = createReach(
    Float64Array.from(table.cases, ({ start }) => start - parentMarginMs),
    Float64Array.from(table.cases, ({ end }) => end + clockMarginMs),
  );
  const hashes = createHashes();
  const kinds = createKinds(relation.nameOf);
  // The row that is read: here, once, because closures of every chunk would be compiled again and again.
  let times = new Float64Array() as Float64Array;
  let durations = times;
  let [row, kind, isFirst] = [0, 0, 1];
  let [traceLow, traceHigh, low, high, parentLow, parentHigh] = [0, 0, 0, 0, 0, 0];
  const add = (index: number) => {
    const block = spool.open(index);
    const at = block.count++;
    (block.doubles[0] as Float64Array)[at] = times[row] as number;
    (block.doubles[1] as Float64Array)[at] = durations[row] as number;
    const { ints } = block;
    (ints[0] as Int32Array)[at] = low;
    (ints[1] as Int32Array)[at] = high;
    (ints[2] as Int32Array)[at] = parentLow;
    (ints[3] as Int32Array)[at] = parentHigh;
    (ints[4] as Int32Array)[at] = traceLow;
    (ints[5] as Int32Array)[at] = traceHigh;
    (ints[6] as Int32Array)[at] = kind;
    // A copy is counted once, though neighbouring cases share it.
    (ints[7] as Int32Array)[at] = isFirst;
    isFirst = 0;
  };
  await db.scan(
    `SELECT r.time, r.duration_us, CASE WHEN coalesce(r.trace, '') = '' THEN 0::UBIGINT ELSE hash(r.trace) END, hash(r.span), CASE WHEN r.parent IS NULL THEN 0::UBIGINT ELSE hash(r.parent) END,
      hash(r.entity, r.operation, r.status), r.entity, coalesce(r.operation, ''), coalesce(r.status, '')
    FROM (${relation.records}) r
    WHERE r.time >= ${reach.first} AND r.time < ${reach.end} AND r.entity IS NOT NULL AND isfinite(r.duration_us)`,
    ([timeColumn, durationColumn, trace, span, parent, texts, entity, operation, status], rows) => {
      if (!timeColumn || !durationColumn || !trace || !span || !parent) return;
      if (!texts || !entity || !operation || !status) return;
      times = timeColumn.doubles();
      durations = durationColumn.doubles();
      const [traces, own, parents] = [trace.halves(), span.halves(), parent.halves()];
      const kindHashes = texts.halves();
      for (row = 0; row < rows; row++) {
        const time = times[row] as number;
        if (!reach.holds(time)) continue;
        const [at, next] = [2 * row, 2 * row + 1];
        // A span is known by its trace and its own id: an odd factor keeps both hashes' 64 bits.
        traceLow = Math.imul(traces[at] as number, 0x9e3779b1);
        traceHigh = Math.imul(traces[next] as number, 0x85ebca6b);
        low = (traceLow + (own[at] as number)) | 0;
        high = (traceHigh + (own[next] as number)) | 0;
        const isRoot = parents[at] === 0 && parents[next] === 0;
        parentLow = isRoot ? 0 : (traceLow + (parents[at] as number)) | 0;
        parentHigh = isRoot ? 0 : (traceHigh + (parents[next] as number)) | 0;
        kind = hashes.find(kindHashes[at] as number, kindHashes[next] as number);
        if (kind < 0) {
          kind = kinds.add(entity.text(row), operation.text(row), status.text(row));
          hashes.add(kindHashes[at] as number, kindHashes[next] as number, kind);
        }
        isFirst = 1;
        reach.find(time, add);
      }
    },
  );
  return kinds.finish();
}

/** Numbers of kinds, as their texts are met. */
function createKinds(nameOf: (text: string) => string) {
  const services = createAxis(createNames(nameOf, [client, unknown]));
  const operations = createAxis(createNames());
  const instances = createAxis(createNames(seriesInstance));
  const statuses = createAxis(createNames((text) => text.trim()));
  let count = 0;
  return {
    add(entity: string, operation: string, status: string): number {
      services.add(entity);
      operations.add(operation);
      instances.add(entity);
      statuses.add(status);
      return count++;
    },
    finish: (): SpanKinds => ({
      count,
      services: services.finish(),
      operations: operations.finish(),
      instances: instances.finish(),
      statuses: statuses.finish(),
    }),
  };
}

function createAxis(texts: Names) {
  const numbers: number[] = [];
  return {
    add: (text: string) => numbers.push(texts.numberOf(text)),
    finish(): Axis {
      const { names, placeOf } = texts.finish();
      return { names, ofKind: Int32Array.from(numbers, (number) => placeOf[number] as number) };
    },
  };
}
