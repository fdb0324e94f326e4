/** Runs the stage of a method over artefacts made by hand: cases of three classes, of which a test says what they recorded. */
import { findBaseline } from '../../../src/catalog/baselines/index.ts';
import { type StageKindName, stageKinds } from '../../../src/catalog/stages.ts';
import { openDatabase, sqlText } from '../../../src/data/database.ts';
import type { CaseRow, CaseTable, Predictions, SpanAxes, Split } from '../../../src/stages/contracts.ts';
import type { ArtefactWriter, Json, JsonObject } from '../../../src/stages/stage.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { given } from '../given.ts';

export const cases = 60;
export const windows = 4;
export const classes = ['cpu', 'leak', 'network'];
/** Three of five cases are of the first class, the majority. */
export const labelOf = (i: number) => (i % 5 < 3 ? 0 : i % 5 === 3 ? 1 : 2);
export const split: Split = {
  train: Array.from({ length: 35 }, (_, i) => i),
  valid: [35, 36, 37, 38, 39],
  test: Array.from({ length: 20 }, (_, i) => 40 + i),
};
/** What always answering the majority gets right. */
export const majority = 0.6;

export function caseTable(count = windows): CaseTable {
  const row = (i: number): CaseRow => ({
    id: `case ${i}`,
    label: labelOf(i),
    injected: 1e6 * i + count * 30_000,
    start: 1e6 * i,
    end: 1e6 * i + count * 60_000,
    instance: `shop-${i % 3}`,
    service: 'shop',
    day: '2024-01-01',
    group: i,
  });
  return {
    simulated: false,
    classes,
    windows: count,
    windowMs: 60_000,
    refused: [],
    cases: Array.from({ length: cases }, (_, i) => row(i)),
  };
}

export type Artefact = (out: ArtefactWriter) => void | Promise<void>;

/** The settings of the method at their defaults. */
export function defaultsOf(method: string): JsonObject {
  const entry = findBaseline(method);
  const settings = (entry?.settings ?? []).flatMap((one): [string, Json][] =>
    one.default === undefined ? [] : [[one.name, one.default]],
  );
  return { ...Object.fromEntries(settings), ...(entry?.random ? { seed: 1 } : {}) };
}

const drainParams = {
  ...{ similarity: 0.4, depth: 4, children: 100, clusters: 1024 },
  ...{ masks: [], fit: 'train' },
};

/** Lines of templates per case and window: `lines(case, window)` gives how often each template was written. */
export function countsOf(
  templates: readonly string[],
  lines: (index: number, window: number) => readonly number[],
): Artefact {
  return (out) => {
    const rows = Array.from({ length: cases * windows }, (_, at) => [Math.floor(at / windows), at % windows])
      .flatMap(([index = 0, window = 0]) =>
        lines(index, window).map((n, template) => [index, window, template, n]),
      )
      .filter(([, , , n]) => n !== 0);
    out.json(
      'templates',
      templates.map((template, i) => ({ id: i + 1, size: 1, template })),
    );
    out.array('counts', { shape: [rows.length, 4], data: Int32Array.from(rows.flat()) });
  };
}

export interface Line {
  readonly index: number;
  readonly window: number;
  readonly instance: string;
  readonly message: string;
  readonly level?: string;
}

/** Rows of numbers and texts as one Parquet file. */
export async function parquetOf(
  path: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number)[])[],
): Promise<void> {
  const db = await openDatabase({ folder: `${path}.db`, threads: 1 });
  const values = rows.map(
    (row) => `(${row.map((x) => (typeof x === 'string' ? sqlText(x) : x)).join(', ')})`,
  );
  const names = Object.keys(columns);
  const casts = Object.entries(columns).map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  await db.run(
    `COPY (SELECT ${casts.join(', ')} FROM (VALUES ${values.join(', ')}) t(${names.map((name) => `"${name}"`).join(', ')}))
     TO ${sqlText(path)} (FORMAT parquet)`,
  );
  db.close();
}

/** The artefact `lines`; instances are pods of the service before their dash. */
export function linesOf(lines: readonly Line[]): Artefact {
  return async (out) => {
    const columns = { case: 'INTEGER', window: 'INTEGER', time: 'DOUBLE', instance: 'VARCHAR' } as const;
    await parquetOf(
      out.path('lines.parquet'),
      { ...columns, message: 'VARCHAR', level: 'VARCHAR' },
      lines.map(({ index, window, instance, message, level }, i) => [
        ...[index, window, 1e6 * index + 6e4 * window + (i % 6e4), instance],
        ...[message, level ?? ''],
      ]),
    );
    const pods = [...new Set(lines.map(({ instance }) => instance))].sort();
    out.json('instances', Object.fromEntries(pods.map((pod) => [pod, pod.replace(/-\d+$/, '')])));
  };
}

/** The artefact `samples`: one value per case, instance, KPI and window; none where `at` gives none. */
export function samplesOf(
  instances: readonly string[],
  kpis: readonly string[],
  count: number,
  at: (index: number, instance: number, kpi: number, window: number) => number | undefined,
): Artefact {
  return async (out) => {
    const places = (n: number) => Array.from({ length: n }, (_, i) => i);
    const rows = places(cases).flatMap((index) =>
      places(instances.length).flatMap((instance) =>
        places(kpis.length).flatMap((kpi) =>
          places(count).flatMap((window) => {
            const value = at(index, instance, kpi, window);
            return value === undefined ? [] : [[index, instance, kpi, 1e6 * index + 6e4 * window + 1, value]];
          }),
        ),
      ),
    );
    const columns = { case: 'INTEGER', instance: 'INTEGER', kpi: 'INTEGER', time: 'DOUBLE', value: 'DOUBLE' };
    await parquetOf(out.path('samples.parquet'), columns, rows);
    out.json('axes', { instances, kpis });
  };
}

/** The artefact `spans` with as much as says who calls whom, in every case. */
export function callsOf(
  services: readonly string[],
  pairs: readonly (readonly [number, number])[],
): Artefact {
  return async (out) => {
    const rows = Array.from({ length: cases }, (_, index) => pairs.map((pair) => [index, ...pair])).flat();
    await parquetOf(
      out.path('spans.parquet'),
      { case: 'INTEGER', caller: 'INTEGER', callee: 'INTEGER' },
      rows,
    );
    out.json('axes', { services, operations: [] });
  };
}

export interface Span {
  readonly index: number;
  readonly window: number;
  readonly trace: number;
  readonly service: string;
  readonly ms: number;
  readonly depth?: number;
  readonly status?: string;
}

/** The artefact `spans`, in the order that its readers rely on. */
export function spansOf(spans: readonly Span[]): Artefact {
  const services = ['client', ...new Set(spans.map(({ service }) => service)), 'unknown'].sort();
  const statuses = [...new Set(spans.map(({ status = '' }) => status))].sort();
  return async (out) => {
    const columns = {
      ...{ case: 'INTEGER', window: 'INTEGER', caller: 'INTEGER', callee: 'INTEGER', operation: 'INTEGER' },
      ...{ duration_us: 'DOUBLE', caller_us: 'DOUBLE', trace: 'INTEGER', time: 'DOUBLE' },
      ...{ instance: 'INTEGER', depth: 'INTEGER', status: 'INTEGER' },
    };
    const rows = spans.map(({ index, window, trace, service, ms, depth = 0, status = '' }) => {
      const callee = services.indexOf(service);
      const time = 1e6 * index + 6e4 * window + 100 * trace + depth;
      const link = [index, window, services.indexOf('client'), callee, 0, 1000 * ms, 1e6];
      return [...link, trace, time, callee, depth, statuses.indexOf(status)];
    });
    rows.sort((a, b) => a.map((x, i) => x - (b[i] ?? 0)).find((x) => x !== 0) ?? 0);
    await parquetOf(out.path('spans.parquet'), columns, rows);
    out.json('axes', { services, operations: ['GET'], instances: services, statuses } satisfies SpanAxes);
  };
}

/**
 * Answers to the test cases: `right` is the share of right ones. `drain` is made of `lines` where only these
 * are given, and is `counts` too.
 */
export async function ask(
  method: string,
  store: string,
  artefacts: Readonly<Record<string, Artefact>>,
  params: JsonObject = {},
) {
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', caseTable()),
    split: (out) => out.json('split', split),
    ...artefacts,
  });
  const kind = `baseline.${method}` as StageKindName;
  const { cases: table, split: parts, lines } = nodes;
  const parsed =
    lines && table && parts && !nodes.drain
      ? stageNode('drain', stageKinds.drain.version, drainParams, { lines, cases: table, split: parts })
      : undefined;
  const drain = parsed ?? nodes.drain;
  const inputs = { ...nodes, ...(drain ? { drain, counts: drain } : {}) };
  const node = stageNode(kind, stageKinds[kind].version, { ...defaultsOf(method), ...params }, inputs);
  const ran = await runStages([...Object.values(nodes), ...(parsed ? [parsed] : []), node], store, { kinds });
  const { test: tested } = ran.artefact(node).json<Predictions>('predictions');
  return {
    tested,
    answers: tested.map(({ answer }) => answer),
    right: tested.filter(({ answer, truth }) => answer === truth).length / tested.length,
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}
