/** Trace features (paper 4.3): spans of the cases → `[case, window, link]`. */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { CaseTable, Step } from '../../stages/contracts.ts';
import type { Database } from '../database.ts';
import { type FeatureArray, finishArray } from './finish.ts';
import { inFitted } from './metric.ts';
import { cell, countCovered, createBatch, type Records, type Scaling, type Windows } from './series.ts';
import { applySteps } from './steps.ts';

export interface TraceNames {
  readonly services: readonly string[];
  readonly operations: readonly string[];
}

const keys = ['caller', 'callee', 'operation'] as const;
export type Key = (typeof keys)[number];

/** What the features of another case need of the fitted ones. */
export interface FittedTrace {
  /** Above every code of the records. */
  readonly base: number;
  /** By link: the codes of its records, in the order of `parseGrouping`, as one number in that base. */
  readonly keys: readonly number[];
  readonly scalings: readonly Scaling[];
}

/**
 * `from` is SQL that gives the columns of `spans.parquet`, `sorted` whether its rows come in the order of that file. The first step is `spans(by: […])`. Links are the groups that the fitted cases have, in order of their names; a span of
 * another group is left out and counted. A link without spans in a window is 0 there.
 *
 * `spans(duration: …)` says which time a span stands for: its `own`, that of its `caller` span (the authors' code: seen
 * from the caller, network included), or the `gap` between the two. Spans without a caller in the files have neither of
 * the latter and are left out.
 */
export async function traceFeatures(
  db: Database,
  from: string,
  names: TraceNames,
  table: CaseTable,
  fitted: readonly boolean[],
  steps: readonly Step[],
  sorted: boolean,
): Promise<FeatureArray & { readonly links: readonly string[]; readonly fit: FittedTrace }> {
  const { by, duration } = parseGrouping(steps);
  const columns = by.map((key) => `"${key}"`).join(', ');
  const time = { own: 'duration_us', caller: 'caller_us', gap: 'caller_us - duration_us' }[duration];
  const timed = `(SELECT "case", "window", ${columns}, ${time} AS duration FROM ${from} WHERE ${time} IS NOT NULL)`;
  const groups = await db.rows(
    `SELECT ${columns}, count(*) AS n, bool_or(${inFitted(fitted)}) AS fitted FROM ${timed} GROUP BY ALL ORDER BY ${columns}`,
  );
  const links: string[] = [];
  const unseenNames: string[] = [];
  let unseen = 0;
  const linkOf = new Map<number, number>();
  /** Codes of a link as one number. */
  const base = Math.max(names.services.length, names.operations.length) + 1;
  for (const group of groups) {
    const name = linkName(by, (key) => Number(group[key]), names);
    if (group.fitted === true) {
      linkOf.set(
        by.reduce((sum, key) => sum * base + Number(group[key]), 0),
        links.length,
      );
      links.push(name);
    } else {
      unseenNames.push(name);
      unseen += Number(group.n);
    }
  }
  const all = ['caller', 'callee', 'operation', 'duration_us', 'caller_us'];
  const order = sorted ? '' : ` ORDER BY "case", "window", ${all.join(', ')}`;
  const query = `SELECT "case", "window", CAST(${time} AS DOUBLE), ${columns} FROM ${from} WHERE ${time} IS NOT NULL${order}`;
  const records: Records = {
    level: 'records',
    cases: table.cases.length,
    series: links.length,
    windows: table.windows,
    ordered: false,
    read: async (each) => {
      const batch = createBatch(2048);
      await db.stream(query, ([c, window, value, ...codes], rows) => {
        if (!c || !window || !value) return;
        const [caseOf, windowOf, values] = [c.ints(), window.ints(), value.doubles()];
        const parts = codes.map((column) => column.ints());
        batch.count = 0;
        for (let row = 0; row < rows; row++) {
          let key = 0;
          for (const part of parts) key = key * base + (part[row] as number);
          const link = linkOf.get(key);
          if (link === undefined) continue;
          const at = batch.count++;
          batch.caseOf[at] = caseOf[row] as number;
          batch.windowOf[at] = windowOf[row] as number;
          batch.seriesOf[at] = link;
          batch.value[at] = values[row] as number;
        }
        each(batch);
      });
    },
  };
  const { windows, constant, scalings } = await applySteps(
    records,
    steps.slice(1),
    { cases: fitted, rows: table.cases },
    'trace',
  );
  return {
    ...finishArray(layoutTrace(windows), [windows.cases, windows.windows, windows.series]),
    coverage: countCovered(windows),
    empty: windows.records.reduce((n, count) => n + (count === 0 ? 1 : 0), 0),
    constant: constant.map((s) => links[s] ?? ''),
    unseen,
    unseenNames,
    links,
    fit: { base, keys: [...linkOf.keys()], scalings },
  };
}

/** `[case, link, window]` → `[case, window, link]`. */
export function layoutTrace(windows: Windows): Float64Array {
  const out = new Float64Array(windows.value.length);
  let at = 0;
  for (let c = 0; c < windows.cases; c++)
    for (let w = 0; w < windows.windows; w++)
      for (let s = 0; s < windows.series; s++) out[at++] = windows.value[cell(windows, c, s, w)] ?? 0;
  return out;
}

/** `caller -> callee`, `caller -> callee: operation`, or whatever of it is grouped by. */
function linkName(by: readonly Key[], code: (key: Key) => number, names: TraceNames): string {
  const of = (key: Key) => (key === 'operation' ? names.operations : names.services)[code(key)] ?? '';
  const services = by
    .filter((key) => key !== 'operation')
    .map(of)
    .join(' -> ');
  if (!by.includes('operation')) return services;
  return services === '' ? of('operation') : `${services}: ${of('operation')}`;
}

export function parseGrouping(steps: readonly Step[]): { by: Key[]; duration: 'own' | 'caller' | 'gap' } {
  const first = steps[0];
  const list = steps.map(({ op }) => op).join(' -> ') || 'none';
  const refuse = (problem: string): never => {
    const step = first?.op ?? 'spans';
    throw new MedxError(report(dataCodes, 'MED3011', { modality: 'trace', step, problem, steps: list }));
  };
  if (first?.op !== 'spans')
    return refuse('comes first, but spans must be grouped first: `spans(by: [caller, callee])`');
  const by = first.args.by ?? ['caller', 'callee'];
  const duration = first.args.duration ?? 'own';
  if (!Array.isArray(by) || by.length === 0 || by.some((key) => !keys.includes(key as Key)))
    return refuse(`has by ${JSON.stringify(by)}, expected some of ${keys.join(', ')}`);
  if (duration !== 'own' && duration !== 'caller' && duration !== 'gap')
    return refuse(`has duration ${JSON.stringify(duration)}, expected own, caller or gap`);
  // In a fixed order, each once, so that the same links come out however they are written.
  return { by: keys.filter((key) => by.includes(key)), duration };
}
