/**
 * ART's channels: per case and window what every modality says of an instance, side by side. Metrics: each KPI. Traces: mean
 * duration of the calls into the instance, and of those out of it. Logs: ln(1 + n) of its lines, and of those that speak of
 * an error. All are standardised over the training cases; what an instance does not have is 0. A service stands for all its
 * instances.
 */
import { lookedAt } from '../../../data/events/detect/reference.ts';
import type { CaseTable, FeatureAxes } from '../../contracts.ts';
import type { CorruptionNote } from '../../corrupt.ts';
import type { StageContext } from '../../stage.ts';
import { readCases, requireInput, withDatabase } from '../../telemetry.ts';
import { instancesOf } from '../calls.ts';

export interface Channels {
  readonly instances: readonly string[];
  /** Number of channels. */
  readonly width: number;
  /** `[instance, channel]` of one window. */
  readonly at: (index: number, window: number) => Float32Array;
  /** Per case: whether any modality has a record of it. */
  readonly evidence: readonly boolean[];
}

interface Block {
  readonly width: number;
  readonly evidence: readonly boolean[];
  /** Adds to `[instance, channel]` of a window, from channel `from` on. */
  readonly write: (index: number, window: number, out: Float32Array, from: number, width: number) => void;
}

export async function readChannels(context: StageContext, train: readonly number[]): Promise<Channels> {
  const table = readCases(context);
  const lines = context.inputs.lines ? await countLines(context, table) : undefined;
  const instances = namesOf(context, lines?.names ?? []);
  const blocks = [
    ...(context.inputs.metric ? [metricBlock(context)] : []),
    ...(context.inputs.trace ? [traceBlock(context, instances)] : []),
    ...(lines ? [logBlock(lines, instances, table, train)] : []),
  ];
  const width = blocks.reduce((sum, block) => sum + block.width, 0);
  return {
    instances,
    width,
    at: (index, window) => {
      const out = new Float32Array(instances.length * width);
      let from = 0;
      for (const block of blocks) {
        block.write(index, window, out, from, width);
        from += block.width;
      }
      return out;
    },
    evidence: table.cases.map((_, i) => blocks.some(({ evidence }) => evidence[i])),
  };
}

const ends = (link: string) => link.split(' -> ');

/** Those of the metrics; without metrics, the services that call or write. */
function namesOf(context: StageContext, writers: readonly string[]): readonly string[] {
  const known = context.inputs.metric?.json<FeatureAxes>('axes').instances;
  if (known) return known;
  const links = context.inputs.trace?.json<FeatureAxes>('axes').links ?? [];
  return [...new Set([...links.flatMap(ends), ...writers])].sort();
}

function metricBlock(context: StageContext): Block {
  const { x, axes } = featuresOf(context, 'metric');
  const [, instances = 0, windows = 0, kpis = 0] = x.shape;
  return {
    width: kpis,
    evidence: axes.coverage.map((covered) => covered > 0),
    write: (index, window, out, from, width) => {
      for (let i = 0; i < instances; i++) {
        const at = ((index * instances + i) * windows + window) * kpis;
        out.set(x.data.subarray(at, at + kpis), i * width + from);
      }
    },
  };
}

function traceBlock(context: StageContext, instances: readonly string[]): Block {
  const { x, axes } = featuresOf(context, 'trace');
  const [, windows = 0, links = 0] = x.shape;
  /** Per channel (into, out of) and instance the links that it has. */
  const told = [1, 0].map((end) => {
    const lists: number[][] = instances.map(() => []);
    axes.links?.forEach((link, place) => {
      for (const instance of instancesOf(ends(link)[end] ?? '', instances)) lists[instance]?.push(place);
    });
    return lists;
  });
  return {
    width: 2,
    evidence: axes.coverage.map((covered) => covered > 0),
    write: (index, window, out, from, width) => {
      const row = x.data.subarray((index * windows + window) * links, (index * windows + window + 1) * links);
      told.forEach((lists, channel) => {
        lists.forEach((own, instance) => {
          const sum = own.reduce((total, link) => total + (row[link] ?? 0), 0);
          if (own.length > 0) out[instance * width + from + channel] = sum / own.length;
        });
      });
    },
  };
}

function featuresOf(context: StageContext, modality: 'metric' | 'trace') {
  const input = requireInput(context, modality);
  return { x: input.array<Float32Array>('x'), axes: input.json<FeatureAxes>('axes') };
}

interface LineCounts {
  /** Writers, by the names that other modalities have for them. */
  readonly names: readonly string[];
  readonly rows: readonly {
    readonly index: number;
    readonly window: number;
    readonly name: string;
    readonly lines: number;
    readonly errors: number;
  }[];
}

async function countLines(context: StageContext, { windows }: CaseTable): Promise<LineCounts> {
  const artefact = requireInput(context, 'lines');
  const renamed = artefact.json<Record<string, string>>('instances');
  const poor = context.inputs.poor_lines;
  const from = lookedAt({
    clean: artefact.path('lines.parquet'),
    ...(poor
      ? {
          poor: {
            path: poor.path('lines.parquet'),
            affected: poor.json<CorruptionNote>('corruption').cases,
          },
        }
      : {}),
  });
  const found = await withDatabase(context, 'channels', (db) =>
    db.rows(`SELECT "case", "window", instance, CAST(count(*) AS INTEGER) AS lines,
      CAST(count(*) FILTER (WHERE regexp_matches(message, '(?i)error|exception|fail|fatal|timeout')) AS INTEGER) AS errors
      FROM ${from} GROUP BY "case", "window", instance ORDER BY "case", "window", instance`),
  );
  const rows = found
    .map((row) => ({
      index: Number(row.case),
      window: Number(row.window),
      name: renamed[String(row.instance)] ?? String(row.instance),
      lines: Number(row.lines),
      errors: Number(row.errors),
    }))
    .filter(({ window }) => window >= 0 && window < windows);
  return { names: [...new Set(rows.map(({ name }) => name))], rows };
}

function logBlock(
  { rows }: LineCounts,
  instances: readonly string[],
  { cases, windows }: CaseTable,
  train: readonly number[],
): Block {
  const size = 2 * instances.length;
  const x = new Float32Array(cases.length * windows * size);
  const evidence = cases.map(() => false);
  for (const { index, window, name, lines, errors } of rows) {
    evidence[index] = true;
    for (const instance of instancesOf(name, instances)) {
      const at = (index * windows + window) * size + 2 * instance;
      x[at] = (x[at] ?? 0) + lines;
      x[at + 1] = (x[at + 1] ?? 0) + errors;
    }
  }
  for (let at = 0; at < x.length; at++) x[at] = Math.log1p(x[at] ?? 0);
  for (let series = 0; series < size; series++) standardise(x, series, size, windows, train);
  return {
    width: 2,
    evidence,
    write: (index, window, out, from, width) => {
      const row = x.subarray((index * windows + window) * size, (index * windows + window + 1) * size);
      for (let i = 0; i < instances.length; i++) out.set(row.subarray(2 * i, 2 * i + 2), i * width + from);
    },
  };
}

/** One series of `[case, window, series]`; one that does not vary among the training cases becomes 0. */
function standardise(
  x: Float32Array,
  series: number,
  size: number,
  windows: number,
  train: readonly number[],
): void {
  const fitted = train.flatMap((index) =>
    Array.from({ length: windows }, (_, w) => x[(index * windows + w) * size + series] ?? 0),
  );
  const mean = fitted.reduce((a, b) => a + b, 0) / fitted.length;
  const sd = Math.sqrt(fitted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / fitted.length);
  for (let at = series; at < x.length; at += size) x[at] = sd > 1e-6 ? ((x[at] ?? 0) - mean) / sd : 0;
}
