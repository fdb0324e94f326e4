/** What `spans.parquet` says of traces that are not as they should be, and of many at once against a plain search. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/data/database.ts';
import { microservo } from '../../src/data/readers/microservo.ts';
import { writeSpans } from '../../src/data/windows/spans.ts';
import { lines, rawFiles, t0, writeRaw } from '../support/microservo.ts';
import { parquetRows } from '../support/parquet.ts';
import { tempFolder } from '../support/temp.ts';

interface Span {
  /** Milliseconds after the start of the first case. */
  readonly at: number;
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly entity: string;
  readonly status: string;
  /** Tells the spans of a test apart. */
  readonly duration: number;
}

const minute = 60_000;
const start = t0 * 1000;
/** Two cases of two windows; a minute belongs to both. */
const cases = [0, 1].map((c) => ({
  ...{ id: `${c}`, injected: 0, start: start + c * minute, end: start + (c + 2) * minute, label: c },
  ...{ service: '', instance: '', day: '', group: 0 },
}));

async function read(spans: readonly Span[]) {
  const folder = tempFolder('spans');
  const header = ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span';
  const rows = spans.map(
    ({ at, trace, span, parent, entity, status, duration }, i) =>
      `${i},${(start + at) * 1000},${entity},${span},${trace},${duration},request,${status},/Call,${parent}`,
  );
  const root = join(writeRaw(folder, { ...rawFiles(), 'trace/trace.csv': lines([header, ...rows]) }), 'd3');
  const relation = microservo.relation(microservo.find(root, {}), 'trace', {});
  const classes = ['a', 'b'];
  const table = { simulated: false, classes, windows: 2, windowMs: minute, cases, refused: [] };
  const path = join(folder, 'spans.parquet');
  const db = await openDatabase({ folder: join(folder, 'work'), threads: 1 });
  const counts = await writeSpans(db, relation, table, path);
  db.close();
  const found = (await parquetRows(path)).map((row) => ({
    case: row.case,
    window: row.window,
    at: Number(row.time) - start,
    trace: Number(row.trace),
    depth: Number(row.depth),
    caller: counts.services[Number(row.caller)],
    callee: counts.services[Number(row.callee)],
    callerUs: row.caller_us,
    instance: counts.instances[Number(row.instance)],
    status: counts.statuses[Number(row.status)],
    duration: Number(row.duration_us),
  }));
  const of = (duration: number, c = 0) => found.filter((row) => row.duration === duration && row.case === c);
  return { counts, found, of };
}

const span = (given: Partial<Span> & { readonly duration: number }): Span => ({
  ...{
    at: given.duration,
    trace: 't',
    span: `s${given.duration}`,
    parent: '',
    entity: 'cart-0',
    status: '0',
  },
  ...given,
});

test('parents that come after their children, from another pod, before the case, or never', async () => {
  const { counts, of } = await read([
    span({ duration: 3, parent: 's2', entity: 'mail-1', status: 'Error ' }),
    span({ duration: 2, parent: 's1', entity: 'cart-1' }),
    span({ duration: 1, parent: 's9', at: 1 }),
    span({ duration: 9, at: -1000, entity: 'front-0' }),
    span({ duration: 4, trace: 'u', parent: 'gone' }),
    span({ duration: 5, trace: 'u', parent: 's4', entity: 'mail-0' }),
  ]);
  expect(of(9)).toEqual([]);
  expect(of(1)).toMatchObject([{ trace: 0, depth: 1, caller: 'front', callerUs: 9, instance: 'cart-0' }]);
  expect(of(2)).toMatchObject([{ trace: 0, depth: 2, caller: 'cart', callerUs: 1, instance: 'cart-1' }]);
  expect(of(3)).toMatchObject([
    { trace: 0, depth: 3, instance: 'mail-1', status: 'Error', at: 3, window: 0 },
  ]);
  expect(of(4)).toMatchObject([{ trace: 1, depth: 0, caller: 'unknown', callerUs: null }]);
  expect(of(5)).toMatchObject([{ trace: 1, depth: 1, caller: 'cart', callee: 'mail' }]);
  expect(counts).toMatchObject({ spans: 5, orphans: 1, copies: 0 });
});

test('a circle of parents and a span below it', async () => {
  const { counts, of } = await read([
    span({ duration: 1, parent: 's2' }),
    span({ duration: 2, parent: 's3' }),
    span({ duration: 3, parent: 's1' }),
    span({ duration: 4, parent: 's3' }),
  ]);
  // Entered at the first row: the third is the uppermost.
  expect([1, 2, 3, 4].map((duration) => of(duration)[0]?.depth)).toEqual([2, 1, 0, 1]);
  expect([1, 2, 3, 4].map((duration) => of(duration)[0]?.trace)).toEqual([0, 0, 0, 0]);
  expect(counts).toMatchObject({ spans: 4, orphans: 0 });
});

test('copies count once, the same id in another trace is another span, texts alone make no other span', async () => {
  const one = span({ duration: 2, span: 'same', parent: 's1' });
  const { counts, of } = await read([
    one,
    span({ duration: 1 }),
    { ...one, trace: 'u', at: 9, duration: 7, entity: 'mail-0' },
    one,
    one,
  ]);
  expect(counts).toMatchObject({ spans: 3, copies: 2, orphans: 1 });
  expect(of(2)).toMatchObject([{ trace: 0, depth: 1, callerUs: 1 }]);
  expect(of(7)).toMatchObject([{ trace: 1, depth: 0, caller: 'unknown', callee: 'mail' }]);
});

test('traces without ids are told apart by their roots', async () => {
  const { of } = await read([
    span({ duration: 4, trace: '', parent: 's2' }),
    span({ duration: 1, trace: '' }),
    span({ duration: 2, trace: '' }),
    span({ duration: 3, trace: '', parent: 's1' }),
    span({ duration: 5, trace: '', parent: 's4' }),
  ]);
  expect([1, 2, 3, 4, 5].map((duration) => of(duration)[0]?.trace)).toEqual([0, 1, 0, 1, 1]);
  expect([1, 2, 3, 4, 5].map((duration) => of(duration)[0]?.depth)).toEqual([0, 0, 1, 1, 2]);
});

test('many traces in each other, in both cases, as a plain search finds them', async () => {
  const spans = tangle(3000);
  const { counts, found } = await read(spans);
  const wanted = cases.flatMap((_, c) => search(spans, c));
  const key = (row: { readonly case: unknown; readonly duration: number }) =>
    Number(row.case) * 1e6 + row.duration;
  const ordered = <Row extends Parameters<typeof key>[0]>(rows: readonly Row[]) =>
    rows.toSorted((a, b) => key(a) - key(b));
  expect(wanted.length).toBeGreaterThan(3000);
  expect(ordered(found)).toEqual(ordered(wanted));
  expect(counts.spans).toBe(wanted.length);
  expect(counts.orphans).toBe(wanted.filter(({ caller }) => caller === 'unknown').length);
  expect(counts.orphans).toBeGreaterThan(0);
  expect(Math.max(...found.map(({ depth }) => depth))).toBeGreaterThan(3);
});

/** Traces of up to 40 spans whose rows lie between each other's, some without an id, some parents missing, some rows twice. */
function tangle(count: number): Span[] {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const spans = Array.from({ length: count }, (_, i) => {
    const group = i % Math.ceil(count / 40);
    const earlier = Math.floor(i / Math.ceil(count / 40));
    const above = below(earlier + 1);
    const parent = above === earlier ? '' : `s${group}-${above}`;
    return span({
      // No two at the same time: traces that begin together are numbered by their hashes.
      ...{ at: ((i * 7919) % count) * 60, duration: i, span: `s${group}-${earlier}` },
      ...{ trace: group % 5 === 0 ? '' : `t${group}`, parent: below(20) === 0 ? `gone${i}` : parent },
      ...{ entity: `pod${below(4)}-${below(3)}`, status: ['0', '', 'Error', '500'][below(4)] ?? '' },
    });
  });
  return spans.flatMap((one, i) => (i % 11 === 0 ? [one, one] : [one])).sort((a, b) => a.at - b.at);
}

/** The same by maps of texts, a span at a time. */
function search(spans: readonly Span[], c: number) {
  const id = (trace: string, own: string) => `${trace} ${own}`;
  const end = (c + 2) * minute;
  // Clocks differ: a parent may seem to start up to 5 s after the case.
  const near = spans.filter(({ at }) => at < end + 5000);
  const byId = new Map(near.map((one) => [id(one.trace, one.span), one]));
  const aboveOf = (one: Span) => byId.get(id(one.trace, one.parent));
  const inside = [...byId.values()]
    .filter(({ at }) => at >= c * minute && at < end)
    .sort((a, b) => a.at - b.at);
  const numbers = new Map<string, number>();
  return inside.map((one) => {
    let [root, depth] = [one, 0];
    for (let above = aboveOf(root); above; above = aboveOf(above)) [root, depth] = [above, depth + 1];
    const trace = one.trace || id('', root.span);
    if (!numbers.has(trace)) numbers.set(trace, numbers.size);
    const parent = aboveOf(one);
    return {
      ...{ case: c, window: Math.floor((one.at - c * minute) / minute), at: one.at, duration: one.duration },
      ...{ trace: numbers.get(trace), depth, instance: one.entity, status: one.status },
      ...{ callee: service(one), callerUs: parent?.duration ?? null },
      caller: parent ? service(parent) : one.parent === '' ? 'client' : 'unknown',
    };
  });
}

function service({ entity }: Span): string {
  return entity.replace(/-\d+$/, '');
}
