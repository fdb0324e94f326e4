/** Events found in hand-made telemetry: what is one, what is not, and from which cases what is usual is learnt. */
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { createDrain } from '../../src/data/drain/drain.ts';
import type { CaseTable, EventAxes, EventTopology, Split, UsualLines } from '../../src/stages/contracts.ts';
import { modalities } from '../../src/stages/contracts.ts';
import type { ArtefactWriter } from '../../src/stages/stage.ts';
import { parquetRows, writeParquetRows } from '../support/parquet.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

const minute = 60_000;
const windows = 20;
/** Four training cases and a test case of twenty minutes, the fault in the middle. */
const table: CaseTable = {
  simulated: false,
  classes: ['a', 'b'],
  windows,
  windowMs: minute,
  refused: [],
  cases: Array.from({ length: 5 }, (_, i) => ({
    id: `case ${i}`,
    injected: i * 100 * minute + 10 * minute,
    start: i * 100 * minute,
    end: i * 100 * minute + windows * minute,
    label: i % 2,
    service: 'cart',
    instance: 'cart',
    day: '2024-01-01',
    group: i,
  })),
};
const split: Split = { train: [0, 1, 2, 3], valid: [], test: [4] };
const tested = 4;

/** Noise that is the same everywhere: −1 … 1. */
const noise = (n: number) => Math.sin(n * 12.9898);

type Row = (string | number | null)[];
interface Telemetry {
  readonly samples?: readonly Row[];
  readonly spans?: readonly Row[];
  readonly lines?: readonly Row[];
  /** Instead of the test case's. */
  readonly poorSamples?: readonly Row[];
}

/** One sample a minute of KPI `cpu` (0) at instance 0, 100 ± 1, and what `change` makes of it. */
function samplesOf(
  change: (value: number, index: number, minuteOf: number) => number,
  cases = [0, 1, 2, 3, 4],
) {
  return cases.flatMap((index) =>
    Array.from({ length: windows }, (_, at): Row => {
      const time = (table.cases[index]?.start ?? 0) + at * minute + 1000;
      return [index, 0, 0, time, change(100 + noise(index * 100 + at), index, at)];
    }),
  );
}

async function find(
  { samples, spans, lines, poorSamples }: Telemetry,
  cases = table,
  params: { readonly calls?: 'forest' } = {},
) {
  const sampleColumns = {
    case: 'INTEGER',
    instance: 'INTEGER',
    kpi: 'INTEGER',
    time: 'DOUBLE',
    value: 'DOUBLE',
  };
  const writeSamples = async (out: ArtefactWriter, rows: readonly Row[]) => {
    await writeParquetRows(out.path('samples.parquet'), sampleColumns, rows);
    out.json('axes', { instances: ['cart', 'new'], kpis: ['cpu'] });
  };
  const drain = createDrain({
    similarity: 0.4,
    depth: 4,
    children: 100,
    clusters: 100,
    delimiters: '',
    masks: [],
  });
  for (const text of ['request served', 'connection refused badly']) drain.fit(text);
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', cases),
    split: (out) => out.json('split', split),
    ...(samples ? { samples: (out) => writeSamples(out, samples) } : {}),
    ...(poorSamples
      ? {
          poor_samples: async (out) => {
            await writeSamples(out, poorSamples);
            out.json('corruption', { cases: [tested], before: 20, after: poorSamples.length });
          },
        }
      : {}),
    ...(spans
      ? {
          spans: async (out) => {
            const columns = {
              case: 'INTEGER',
              window: 'INTEGER',
              caller: 'INTEGER',
              callee: 'INTEGER',
              operation: 'INTEGER',
              duration_us: 'DOUBLE',
              caller_us: 'DOUBLE',
              time: 'DOUBLE',
              status: 'INTEGER',
            };
            await writeParquetRows(out.path('spans.parquet'), columns, spans);
            out.json('axes', {
              services: ['client', 'web', 'cart', 'pay'],
              operations: ['get'],
              instances: [],
              statuses: ['', '200', '404', '500'],
            });
          },
        }
      : {}),
    ...(lines
      ? {
          lines: async (out) => {
            const columns = {
              case: 'INTEGER',
              window: 'INTEGER',
              time: 'DOUBLE',
              instance: 'VARCHAR',
              message: 'VARCHAR',
            };
            await writeParquetRows(out.path('lines.parquet'), columns, lines);
            out.json('instances', { 'cart-0': 'cart' });
          },
          drain: (out) => {
            out.json('templates', drain.templates());
            out.json('tree', drain.save());
          },
        }
      : {}),
  });
  const node = stageNode(
    'events.find',
    stageKinds['events.find'].version,
    { fit: 'train', ...params },
    nodes,
  );
  const ran = await runStages([...Object.values(nodes), node], tempFolder('find'), { kinds });
  const found = ran.artefact(node);
  const axes = found.json<EventAxes>('axes');
  const rows = await parquetRows(found.path('events.parquet'));
  return {
    topology: found.json<EventTopology>('topology')[0],
    axes,
    usual: found.json<UsualLines>('usual'),
    notices: ran.notices.map(({ code }) => code),
    events: rows.map((row) => {
      const modality = modalities[Number(row.modality)] ?? 'log';
      const { start = 0 } = cases.cases[Number(row.case)] ?? {};
      return {
        case: Number(row.case),
        at: (Number(row.time) - start) / minute,
        what: axes.items[modality]?.rows[Number(row.item)]?.filter((one) => one !== '').join(' '),
        count: Number(row.count),
      };
    }),
  };
}

describe('a KPI', () => {
  test('is an event at its first sample that leaves the range after the fault, in its direction', async () => {
    const samples = samplesOf((value, index, at) => {
      if (index === 0 && at >= 13) return value + 60;
      if (index === tested && at >= 12) return value - 60;
      // Before the fault nothing is looked for.
      return index === 1 && at === 8 ? value + 3 : value;
    });
    const { events } = await find({ samples });
    expect(events.map(({ case: c, what, at, count }) => [c, what, Math.floor(at), count])).toEqual([
      [0, 'cart cpu up', 13, 1],
      [tested, 'cart cpu down', 12, 1],
    ]);
  });

  test('may be anywhere within a tenth of its mean times three', async () => {
    const { events } = await find({ samples: samplesOf((value, _, at) => (at >= 12 ? value + 25 : value)) });
    expect(events).toEqual([]);
  });

  test('that never moved is one as soon as it does, and one that no training case has is none', async () => {
    const still = samplesOf((_, index, at) => (index === tested && at >= 15 ? 1 : 0));
    const other = samplesOf((value, _, at) => (at > 12 ? 9 * value : value), [tested]).map(
      ([c, , ...rest]) => [c ?? 0, 1, ...rest],
    );
    const { events, notices } = await find({ samples: [...still, ...other] });
    expect(events.map(({ what, at }) => [what, Math.floor(at)])).toEqual([['cart cpu up', 15]]);
    expect(notices).toContain('MED3111');
  });

  test('is held against the training cases where a case has too few samples before', async () => {
    // One sample a minute in cases of four minutes, the fault after one: as in the data of Nezha.
    const short: CaseTable = {
      ...table,
      windows: 4,
      cases: table.cases.map((row) => ({
        ...row,
        injected: row.start + minute,
        end: row.start + 4 * minute,
      })),
    };
    const samples = samplesOf((value, index, at) =>
      index === tested && at === 2 ? value + 60 : value,
    ).filter(([index, , , time]) => Number(time) < Number(index) * 100 * minute + 4 * minute);
    const { events } = await find({ samples }, short);
    expect(events.map(({ case: c, what, at }) => [c, what, Math.floor(at)])).toEqual([
      [tested, 'cart cpu up', 2],
    ]);
  });

  test('of a test case changes nothing of what is usual', async () => {
    const calm = (value: number, index: number, at: number) => (index === 0 && at >= 13 ? value + 60 : value);
    const wild = (value: number, index: number, at: number) =>
      index === tested ? value * at : calm(value, index, at);
    const ofTraining = async (change: typeof calm) =>
      (await find({ samples: samplesOf(change) })).events.filter((one) => one.case !== tested);
    expect(await ofTraining(wild)).toEqual(await ofTraining(calm));
    expect(await ofTraining(calm)).toHaveLength(1);
  });

  test('of a corrupted test case is looked for in what is left of it', async () => {
    const samples = samplesOf((value, index, at) => (index === tested && at >= 12 ? value + 60 : value));
    const poorSamples = samples.filter(([index, , , time]) => {
      const at = (Number(time) - tested * 100 * minute) / minute;
      return index === tested && (at < 12 || at >= 16);
    });
    const [sound, poor] = [await find({ samples }), await find({ samples, poorSamples })];
    expect(sound.events.map(({ at }) => Math.floor(at))).toEqual([12]);
    expect(poor.events.map(({ at }) => Math.floor(at))).toEqual([16]);
    expect((await find({ samples, poorSamples: [] })).events).toEqual([]);
  });
});

describe('a link', () => {
  /** Links client → web, web → cart, and cart → pay in the test case alone; five spans per window. */
  const spansOf = (
    slow: (index: number, window: number, caller: number) => number,
    status: (index: number, window: number) => number = () => 1,
  ) =>
    [0, 1, 2, 3, 4].flatMap((index) =>
      Array.from({ length: windows }, (_, window) =>
        [0, 1, ...(index === tested ? [2] : [])].flatMap((caller) =>
          Array.from({ length: 5 }, (_, i): Row => {
            const usual = 1000 + 50 * noise(index * 1000 + window * 10 + i);
            const time = (table.cases[index]?.start ?? 0) + window * minute + i * 10_000;
            const duration = usual * slow(index, window, caller);
            return [index, window, caller, caller + 1, 0, duration, null, time, status(index, window)];
          }),
        ),
      ).flat(),
    );

  test('that slows down after the fault is an event of both ends, once', async () => {
    const slow = (index: number, window: number, caller: number) =>
      index === tested && window >= 11 && caller < 2 ? 4 : window < 10 ? 1 : 0.5;
    const { events, topology, axes, notices } = await find({ spans: spansOf(slow) });
    expect(events.map(({ case: c, what, at }) => [c, what, at])).toEqual([
      [tested, 'web PD', 11],
      [tested, 'web cart PD', 11],
    ]);
    // Whoever calls the first service is no instance.
    expect(axes.instances).toEqual(['cart', 'web']);
    expect(topology).toEqual({ nodes: [0, 1], edges: [[1, 0]] });
    // cart → pay occurs in the test case alone.
    expect(notices).toContain('MED3111');
  });

  test('with `calls: forest` is one where an isolation forest sets 30 s of it apart, or where it fails as never before', async () => {
    // 404s are usual.
    const slow = (index: number, window: number) => (index === tested && window >= 11 ? 4 : 1);
    const status = (index: number, window: number) =>
      index === tested && window === 13 ? 3 : (index + window) % 4 === 0 ? 2 : 1;
    const { events, topology } = await find({ spans: spansOf(slow, status) }, table, { calls: 'forest' });
    const failed = events.filter(({ what }) => what?.endsWith(' 500'));
    expect(failed.map(({ case: c, what, at }) => [c, what, at])).toEqual([
      [tested, 'web get 500', 13],
      [tested, 'web cart get 500', 13],
    ]);
    const late = events.filter((one) => one.case === tested && one.what?.endsWith(' PD'));
    expect(late.map(({ what }) => what).sort()).toEqual(['web cart get PD', 'web get PD']);
    for (const { at } of late) expect(at).toBeLessThanOrEqual(11);
    expect(topology).toEqual({ nodes: [0, 1], edges: [[1, 0]] });
  });
});

describe('a log line', () => {
  const line = (index: number, window: number, message: string, pod = 'cart-0'): Row => [
    index,
    window,
    (table.cases[index]?.start ?? 0) + window * minute,
    pod,
    message,
  ];

  test('is counted by instance and template after the fault, and what is usual is told', async () => {
    const served = [0, 1, 2, 3, 4].flatMap((index) =>
      Array.from({ length: windows }, (_, window) => line(index, window, 'request served')),
    );
    const lines = [
      ...served,
      line(tested, 12, 'connection refused badly'),
      line(tested, 14, 'connection refused badly'),
      line(tested, 9, 'connection refused badly'),
      line(tested, 15, 'nobody has ever seen such a line before'),
    ];
    const { events, usual, axes } = await find({ lines });
    expect(usual).toEqual({ 1: 10, 2: 0 });
    expect(axes.templates.map(({ text }) => text)).toEqual(['request served', 'connection refused badly']);
    expect(events.filter((one) => one.case === tested)).toEqual([
      { case: tested, at: 10, what: 'cart 1', count: 10 },
      { case: tested, at: 12, what: 'cart 2', count: 2 },
    ]);
  });
});
