/** Made-up telemetry of six cases for tests of corruption: lines, samples and spans of three services, as parquet. */
import { join } from 'node:path';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { type Cell, openDatabase, sqlText } from '../../../src/data/database.ts';
import type { StageNode } from '../../../src/graph/plan.ts';
import type { CaseTable, Modality, Split } from '../../../src/stages/contracts.ts';
import type { JsonObject } from '../../../src/stages/stage.ts';
import { parquetRows } from '../../support/parquet.ts';
import { type RanStages, runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Given, given } from '../given.ts';

export const records = { log: 'lines', metric: 'samples', trace: 'spans' } as const;
export const services = ['client', 'cart', 'front', 'pay', 'unknown'] as const;
export const split: Split = { train: [0, 2, 4], valid: [1], test: [3, 5] };

const length = 240_000;

export function table(): CaseTable {
  return {
    simulated: false,
    classes: ['cpu', 'memory'],
    windows: 4,
    windowMs: 60_000,
    cases: Array.from({ length: 6 }, (_, i) => ({
      id: `case ${i}`,
      injected: i * 1e6 + length / 2,
      start: i * 1e6,
      end: i * 1e6 + length,
      label: i % 2,
      service: 'cart',
      instance: 'cart-0',
      day: '2024-01-01',
      group: i,
    })),
    refused: [],
  };
}

/** 80 lines, 8 series of 24 samples and 240 spans per case. Some lines and many spans are equal. */
const queries = {
  log: `SELECT c::INTEGER AS "case", (k * 3 // 60)::INTEGER AS "window", (c * 1e6 + k * 3000)::DOUBLE AS time,
      ['cart-0', 'cart-1', 'front-0', 'pay-0'][k % 4 + 1] AS instance,
      ['get cart', 'put item', 'charge card'][(k // 4) % 3 + 1] AS message, 'INFO' AS level
    FROM range(6) a(c), range(80) b(k), range(2) d(copy) WHERE copy = 0 OR k % 10 = 0`,
  metric: `SELECT c::INTEGER AS "case", i::INTEGER AS instance, q::INTEGER AS kpi, (c * 1e6 + k * 10000)::DOUBLE AS time,
      CASE WHEN q = 1 THEN 5.0 ELSE 100.0 * (i + 1) + 10 * sin(c + k * (i + 1)) END AS value
    FROM range(6) a(c), range(3) b(i), range(2) d(q), range(24) e(k)`,
  trace: `SELECT c::INTEGER AS "case", (k // 60)::INTEGER AS "window", [0, 2, 2][k % 3 + 1]::INTEGER AS caller,
      [2, 1, 3][k % 3 + 1]::INTEGER AS callee, (k % 3)::INTEGER AS operation, (1000 + 50 * (k % 6 // 3))::DOUBLE AS duration_us,
      (CASE WHEN k % 3 = 0 THEN NULL ELSE 4000 + 100 * (k // 60) END)::DOUBLE AS caller_us,
      (k // 60)::INTEGER AS trace, (c * 1e6 + (k // 30) * 30000)::DOUBLE AS time, 0 AS instance, (k % 3)::INTEGER AS depth, 0 AS status
    FROM range(6) a(c), range(240) b(k)`,
};

export interface MadeOptions {
  readonly table?: CaseTable;
  /** Orders the rows of the files: `ALL`, `hash(…)`. */
  readonly order?: string;
}

export function made(folder: string, options: MadeOptions = {}): Given {
  const write = (modality: Modality) => async (out: { path(name: string): string }) => {
    const db = await openDatabase({ folder: join(folder, `make-${modality}`), threads: 1 });
    const path = out.path(`${records[modality]}.parquet`);
    await db.run(
      `COPY (SELECT * FROM (${queries[modality]}) t ORDER BY ${options.order ?? 'ALL'}) TO ${sqlText(path)} (FORMAT parquet)`,
    );
    db.close();
  };
  return given({
    cases: (out) => out.json('cases', options.table ?? table()),
    split: (out) => out.json('split', split),
    lines: async (out) => {
      await write('log')(out);
      out.json('instances', { 'cart-0': 'cart', 'cart-1': 'cart', 'front-0': 'front', 'pay-0': 'pay' });
    },
    samples: async (out) => {
      await write('metric')(out);
      out.json('axes', { instances: ['cart', 'front', 'pay'], kpis: ['cpu', 'memory'] });
    },
    spans: async (out) => {
      await write('trace')(out);
      out.json('axes', { services, operations: ['get', 'put', 'post'] });
    },
  });
}

/** A stage `corrupt.*` on made-up records. */
export function corruptNode(modality: Modality, params: JsonObject, nodes: Given['nodes']): StageNode {
  const kind = `corrupt.${modality}` as const;
  const inputs = Object.fromEntries(
    [records[modality], 'cases', 'split'].map((name) => [name, nodes[name]!] as const),
  );
  return stageNode(kind, stageKinds[kind].version, { at: 'test', seed: 1, ...params }, inputs);
}

export interface Corrupted {
  readonly rows: readonly Record<string, Cell>[];
  readonly note: { readonly cases: readonly number[]; readonly before: number; readonly after: number };
  readonly path: string;
  readonly ran: RanStages;
}

export async function corrupt(
  modality: Modality,
  params: JsonObject,
  options: MadeOptions = {},
): Promise<Corrupted> {
  const folder = tempFolder('corrupt');
  const { nodes, kinds } = made(folder, options);
  const node = corruptNode(modality, params, nodes);
  const ran = await runStages([...Object.values(nodes), node], folder, { kinds });
  const path = ran.artefact(node).path(`${records[modality]}.parquet`);
  return { rows: await parquetRows(path), note: ran.artefact(node).json('corruption'), path, ran };
}

/** How often each row occurs, as text. */
export function tally(rows: readonly Record<string, Cell>[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify(row);
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

/** Whether all of `rows` are among `others`, counted. */
export function isPartOf(
  rows: readonly Record<string, Cell>[],
  others: readonly Record<string, Cell>[],
): boolean {
  const all = tally(others);
  return [...tally(rows)].every(([key, n]) => n <= (all.get(key) ?? 0));
}
