/**
 * Tiny simulated data sets in each raw format, with what is in them: for tests of readers. A set takes a tenth of a second:
 *
 *     const set = await writeSimulated(root, { format: 'aiops22', layout: 'openrca', packing: 'gzip' });
 */
import { join } from 'node:path';
import type { SimulatedFormat, SimulatedSystem } from '../../src/catalog/simulator.ts';
import type { Packing } from '../../src/data/simulator/output.ts';
import { defaultSettings } from '../../src/data/simulator/settings.ts';
import { type SimulationSummary, simulateDataset } from '../../src/data/simulator/simulate.ts';

/** Every variant of every format. */
export const simulatedLayouts: readonly { readonly format: SimulatedFormat; readonly layout: string }[] = [
  { format: 'microservo', layout: 'platform' },
  { format: 'microservo', layout: 'authors' },
  { format: 'aiops22', layout: 'archive' },
  { format: 'aiops22', layout: 'archive_csv' },
  { format: 'aiops22', layout: 'openrca' },
  { format: 'gaia', layout: 'published' },
  { format: 'gaia', layout: 'converted' },
];

export interface SimulatedOptions {
  readonly format: SimulatedFormat;
  readonly layout?: string;
  /** Default: plain. */
  readonly packing?: Packing;
  readonly cases?: number;
  readonly seed?: number;
  /** Writes the same events in another format than the one whose system and faults are simulated. */
  readonly as?: SimulatedFormat;
}

/** One injection as it happened. Times are epoch milliseconds, UTC. */
export interface KnownCase {
  readonly injected: number;
  /** Telemetry is written for [start, end). */
  readonly start: number;
  readonly end: number;
  readonly service: string;
  /** Pods or instances that were hit. */
  readonly instances: readonly string[];
  readonly class: string;
  /** Log lines and spans of the record, of both sides of each call. */
  readonly lines: number;
  readonly spans: number;
  /** Spans at the side that serves: all that D2 shows. */
  readonly served: number;
}

export interface SimulatedSet {
  /** The data root, and the folder below it that holds the set. */
  readonly dataRoot: string;
  readonly root: string;
  readonly folder: string;
  /** `lines`, `spans` and `samples` are the rows that the format's reader takes; `others` are metrics that it leaves. */
  readonly summary: SimulationSummary;
  readonly cases: readonly KnownCase[];
}

/** Two minutes before and three after each injection are recorded (and one more as margin). */
export const simulatedBefore = 120_000;
export const simulatedAfter = 180_000;

export async function writeSimulated(dataRoot: string, options: SimulatedOptions): Promise<SimulatedSet> {
  const { format, layout, packing = 'plain', cases = 4, seed = 3 } = options;
  const system: SimulatedSystem = format === 'gaia' ? 'micross' : 'online_boutique';
  const times = { before_ms: simulatedBefore, after_ms: simulatedAfter };
  const settings = defaultSettings({ system, format, cases, seed, rate: 0.1, ...times });
  const folder = [format, layout, packing, options.as, seed, cases]
    .filter((part) => part !== undefined)
    .join('-');
  const root = join(dataRoot, folder);
  const known: KnownCase[] = [];
  const summary = await simulateDataset(settings, root, {
    packing,
    ...(layout === undefined ? {} : { layout }),
    ...(options.as === undefined ? {} : { as: options.as }),
    onCase: (_done, simulated) => {
      const { setup, fault, times, spans, lines } = simulated;
      known.push({
        injected: times.injected * 1000,
        start: times.recordStart * 1000,
        end: times.recordEnd * 1000,
        service: setup.system.services[fault.service]?.name ?? '',
        instances: fault.pods.map((pod) => setup.system.podNames[pod] ?? ''),
        class: fault.class,
        lines: lines.length,
        spans: spans.length,
        served: spans.type.subarray(0, spans.length).filter((type) => type === 0).length,
      });
    },
  });
  return { dataRoot, root, folder, summary, cases: known };
}
