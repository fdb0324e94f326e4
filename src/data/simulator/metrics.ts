/** The 18 container KPIs of D3, read off the pods' tracks. Counters start anew with the container. */
import { stepSeconds } from './acts.ts';
import type { PodTracks } from './pods.ts';
import { RandomStream } from './random.ts';
import { bornBefore, Counter, decimal, planScrapes } from './scrape.ts';
import { podCount, podName, podService } from './system.ts';

export const containerKpis = [
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_cpu_cfs_throttled_seconds_total',
  'container_cpu_load_average_10s',
  'container_cpu_system_seconds_total',
  'container_cpu_usage_seconds_total',
  'container_cpu_user_seconds_total',
  'container_memory_cache',
  'container_memory_mapped_file',
  'container_memory_rss',
  'container_memory_usage_bytes',
  'container_memory_working_set_bytes',
  'container_spec_cpu_period',
  'container_spec_cpu_quota',
  'container_spec_cpu_shares',
  'container_spec_memory_limit_bytes',
  'container_threads',
  'container_threads_max',
] as const;
export type ContainerKpi = (typeof containerKpis)[number];

const mib = 1048576;
const page = 4096;

/** Rows `timestamp,cmdb_id,kpi_name,value` per KPI, ordered by time. `recordStart` is in epoch seconds. */
export function containerRows(
  seed: number,
  index: number,
  tracks: PodTracks,
  recordStart: number,
  seconds: number,
): ReadonlyMap<ContainerKpi, string> {
  const draws = new RandomStream(seed, index, 'metrics');
  const rows = new Map<ContainerKpi, { mark: number; text: string }[]>(containerKpis.map((kpi) => [kpi, []]));
  for (let pod = 0; pod < podCount; pod++) readPod(pod);
  const texts = new Map<ContainerKpi, string>();
  for (const [kpi, list] of rows) {
    texts.set(
      kpi,
      list
        .sort((a, b) => a.mark - b.mark)
        .map((row) => row.text)
        .join(''),
    );
  }
  return texts;

  function readPod(pod: number): void {
    const service = podService(pod);
    const name = podName(pod);
    const of = (array: Float32Array, step: number): number => array[step * podCount + pod] as number;
    // The deployment is some minutes old when the record starts.
    const uptime = draws.between(600, 1800);
    const usage = new Counter(tracks.steps, (step) => of(tracks.cpu, step));
    const kernel = new Counter(tracks.steps, (step) => of(tracks.kernel, step));
    // A CPU period (100 ms) counts when something ran in it.
    const active = (step: number) => 10 * (1 - Math.exp(-0.35 - 12 * of(tracks.cpu, step)));
    const periods = new Counter(tracks.steps, active);
    const throttled = new Counter(tracks.steps, (step) => active(step) * of(tracks.throttled, step));
    const read = (counter: Counter, time: number, born: number): number =>
      born > 0 ? counter.at(time) - counter.at(born) : counter.at(time) + counter.early() * uptime;
    const mapped = service.cache * draws.between(0.75, 0.95);
    for (const { mark, asOf } of planScrapes(pod, tracks.outages, seconds, draws)) {
      const step = Math.min(tracks.steps - 1, Math.floor(asOf / stepSeconds));
      const born = bornBefore(pod, tracks.outages, asOf);
      const stamp = `${recordStart + mark},observe.${name}`;
      const put = (kpi: ContainerKpi, value: string): void => {
        (rows.get(kpi) as { mark: number; text: string }[]).push({
          mark,
          text: `${stamp},${kpi},${value}\n`,
        });
      };
      const bytes = (mibs: number): number => Math.max(0, Math.round((mibs * mib) / page)) * page;
      const used = read(usage, asOf, born);
      const system = read(kernel, asOf, born);
      const rss = bytes(of(tracks.rss, step) * (1 + 0.004 * draws.normal()));
      const cache = bytes(of(tracks.cache, step));
      const slab = bytes(of(tracks.rss, step) < 1 ? 1.5 : 6.2 + 0.05 * draws.normal());
      const inactive = bytes(0.06 * of(tracks.cache, step));
      const late = Math.round(read(throttled, asOf, born));
      put('container_cpu_cfs_periods_total', `${Math.round(read(periods, asOf, born))}.0`);
      put('container_cpu_cfs_throttled_periods_total', `${late}.0`);
      put('container_cpu_cfs_throttled_seconds_total', decimal(late * 0.062));
      put('container_cpu_load_average_10s', '0.0');
      put('container_cpu_system_seconds_total', decimal(system, 2));
      put('container_cpu_usage_seconds_total', decimal(used));
      put('container_cpu_user_seconds_total', decimal(Math.max(0, used - system) * 0.97, 2));
      put('container_memory_cache', `${cache}.0`);
      put(
        'container_memory_mapped_file',
        `${Math.min(cache, bytes(of(tracks.rss, step) < 1 ? 0 : mapped))}.0`,
      );
      put('container_memory_rss', `${rss}.0`);
      put('container_memory_usage_bytes', `${rss + cache + slab}.0`);
      put('container_memory_working_set_bytes', `${rss + cache + slab - inactive}.0`);
      put('container_spec_cpu_period', '100000.0');
      put('container_spec_cpu_quota', `${Math.round(service.cores * 100_000)}.0`);
      put('container_spec_cpu_shares', `${service.shares}.0`);
      put('container_spec_memory_limit_bytes', `${service.limit * mib}.0`);
      put('container_threads', `${Math.max(1, of(tracks.threads, step))}.0`);
      put('container_threads_max', '0.0');
    }
  }
}
