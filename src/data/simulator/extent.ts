/**
 * How much is recorded: for telemetry that goes on without a break over some days, or of a wanted number of records, this
 * finds the time per case, the interval of the metrics and the sampling rate of requests.
 */
import { type SimulatorParams, simulatorSettings } from '../../catalog/simulator.ts';
import { simulatorCodes } from '../../diagnostics/codes/simulator.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { dailyShape } from './acts.ts';
import { simulateCase } from './case.ts';
import { formats } from './formats/index.ts';
import { RawFolder, type Target } from './output.ts';
import { shortestSlot } from './schedule.ts';
import { checkSettings } from './settings.ts';
import { type Setup, setUp } from './setup.ts';

export type Wanted = {
  /** Days of telemetry, or records of all modalities together. */
  readonly days?: number;
  readonly records?: number;
};

export type Extent = {
  readonly params: SimulatorParams;
  readonly extent: Pick<Partial<Setup>, 'scrape' | 'slot'>;
};

/** Intervals between two reads of the metrics, in seconds. The pods' states change every five seconds. */
const scrapes = [60, 30, 20, 15, 12, 10, 6, 5] as const;

/** Metrics are half of the records of D3. */
const metricShare = 0.5;

/**
 * Settings that give what is wanted, within a few per cent. Without `days` the cases are as far apart as those that are
 * recorded alone.
 * @throws MedxError for settings out of range, too few days for the cases, or records out of reach.
 */
export function planExtent(
  settings: Readonly<Record<string, unknown>>,
  wanted: Wanted,
  layout: string,
): Extent {
  const params = checkSettings(settings);
  if (wanted.days === undefined && wanted.records === undefined) return { params, extent: {} };
  const { plan } = setUp(params);
  const shortest = shortestSlot({ plan, params });
  const { days } = wanted;
  const slot =
    days === undefined ? Math.max(plan.spacing, shortest) : 60 * Math.floor((days * 1440) / params.cases);
  if (slot < shortest) {
    const need = (shortest * params.cases) / 86400;
    const fits = Math.floor(((days ?? 0) * 86400) / shortest);
    throw new MedxError(
      report(simulatorCodes, 'MED3203', { cases: params.cases, days: days ?? 0, need, fits }),
    );
  }
  if (wanted.records === undefined) return { params, extent: { slot } };
  return fitRecords(params, slot, wanted.records, layout);
}

function fitRecords(params: SimulatorParams, slot: number, records: number, layout: string): Extent {
  const { plan } = setUp(params);
  const minutes = (slot * params.cases) / 60;
  const { metrics, lines, perRequest } = measure(params, layout);
  const requests = 60 * minutes * meanLevel(slot * params.cases);
  const rows = (scrape: number) => minutes * metrics * (60 / scrape);
  const rest = (scrape: number) => rows(scrape) + minutes * lines;
  const range = simulatorSettings.find(({ name }) => name === 'rate');
  const [lowest, highest] = [range?.min ?? 0, range?.max ?? 0];
  const [best] = scrapes
    .filter((scrape) => scrape <= plan.scrape)
    .map((scrape) => ({
      scrape,
      rate: (records - rest(scrape)) / (requests * perRequest),
      off: Math.abs(rows(scrape) / records - metricShare),
    }))
    .filter(({ rate }) => rate >= lowest && rate <= highest)
    .sort((one, other) => one.off - other.off);
  if (best) {
    const rate = Number(best.rate.toPrecision(4));
    return { params: { ...params, rate }, extent: { slot, scrape: best.scrape } };
  }
  const least = rest(plan.scrape) + lowest * requests * perRequest;
  const most = rest(scrapes[scrapes.length - 1] as number) + highest * requests * perRequest;
  throw new MedxError(report(simulatorCodes, 'MED3204', { records, least, most, days: minutes / 1440 }));
}

/** Rows per minute of metrics read once a minute, lines per minute that no request causes, rows per sampled request. */
function measure(params: SimulatorParams, layout: string) {
  const format = formats[params.format];
  const count = (rate: number) => {
    const calm = { ...params, rate, noise: 0, severity: 0.1, before_ms: 120_000, after_ms: 180_000 };
    const setup = setUp(calm, { scrape: 60 });
    const done = async () => undefined;
    const nowhere: Target = { immediate: true, write: () => undefined, ready: done, close: done };
    const folder = new RawFolder('', 'plain', () => nowhere);
    const simulated = simulateCase(setup, 0);
    format.open(folder, setup, layout).write(simulated);
    return { rows: folder.counted, minutes: simulated.seconds / 60, requests: simulated.spans.traces };
  };
  const [few, many] = [count(0.05), count(4)];
  const per =
    (many.rows.trace + many.rows.log - few.rows.trace - few.rows.log) / (many.requests - few.requests);
  return {
    metrics: (few.rows.metric + few.rows.other) / few.minutes,
    lines: Math.max(0, few.rows.trace + few.rows.log - per * few.requests) / few.minutes,
    perRequest: per,
  };
}

/**
 * Mean load of the seconds from local midnight on, relative to the load of `rate`: days, and a factor for spikes, drift and
 * what faults keep requests from doing, measured on D3's 119 cases.
 */
function meanLevel(seconds: number): number {
  const steps = Math.max(1, Math.ceil(seconds / 600));
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += dailyShape((step * seconds) / steps);
  return (0.97 * sum) / steps;
}
