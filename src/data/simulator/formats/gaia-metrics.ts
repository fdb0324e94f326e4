/** D2's KPIs of containers (`docker_…`) and hosts (`system_…`). Sums are cumulative, `pct` and `rate` are of the last interval. */
import type { SimulatedCase } from '../case.ts';
import { type DeviceReadings, growth, readDevices } from '../devices.ts';
import type { RawFile } from '../output.ts';
import { type Readings, readPods } from '../readings.ts';
import { podService } from '../system.ts';

/** The file of a KPI of an instance on a host, and what stands between time and value; undefined = not written. */
export type MetricFile = (
  entity: string,
  host: string,
  kpi: string,
) => { readonly file: RawFile; readonly middle: string } | undefined;

const mib = 1048576;
/** Cores that the containers see. */
const cores = 4;

type Value = (r: Readings, d: DeviceReadings, at: number, limit: number) => number;
type Kpi = readonly [Value, decimals: number];

const used: Value = (r, _d, at) => (r.rss[at] as number) + (r.cache[at] as number) + (r.slab[at] as number);
const cpu: Value = (r, _d, at) => growth(r, r.usage, at);
const kernel: Value = (r, _d, at) => growth(r, r.kernel, at);
const user: Value = (r, d, at, limit) => Math.max(0, cpu(r, d, at, limit) - kernel(r, d, at, limit)) * 0.97;
const norm =
  (value: Value): Value =>
  (r, d, at, limit) =>
    value(r, d, at, limit) / cores;
const of =
  (name: 'rss' | 'cache' | 'mapped' | 'inactive'): Value =>
  (r, _d, at) =>
    r[name][at] as number;
const device =
  (name: keyof DeviceReadings, factor = 1): Value =>
  (_r, d, at) =>
    Math.round(factor * (d[name][at] as number));
const rate =
  (name: keyof DeviceReadings): Value =>
  (r, d, at) =>
    growth(r, d[name], at);
const sum =
  (a: Value, b: Value): Value =>
  (r, d, at, limit) =>
    a(r, d, at, limit) + b(r, d, at, limit);
const share =
  (value: Value): Value =>
  (r, d, at, limit) =>
    value(r, d, at, limit) / limit;

const dockerKpis: Readonly<Record<string, Kpi>> = {
  docker_cpu_total_pct: [cpu, 6],
  docker_cpu_total_norm_pct: [norm(cpu), 6],
  docker_cpu_user_pct: [user, 6],
  docker_cpu_user_norm_pct: [norm(user), 6],
  docker_cpu_kernel_pct: [kernel, 6],
  docker_cpu_kernel_norm_pct: [norm(kernel), 6],
  docker_cpu_user_ticks: [
    (r, _d, at) => Math.round(((r.usage[at] as number) - (r.kernel[at] as number)) * 100),
    0,
  ],
  docker_cpu_kernel_ticks: [(r, _d, at) => Math.round((r.kernel[at] as number) * 100), 0],
  docker_diskio_read_bytes: [device('readMb', mib), 0],
  docker_diskio_write_bytes: [device('writeMb', mib), 0],
  docker_diskio_summary_bytes: [sum(device('readMb', mib), device('writeMb', mib)), 0],
  docker_diskio_read_ops: [device('reads'), 0],
  docker_diskio_write_ops: [device('writes'), 0],
  docker_diskio_read_rate: [rate('reads'), 3],
  docker_diskio_write_rate: [rate('writes'), 3],
  docker_diskio_summary_rate: [sum(rate('reads'), rate('writes')), 3],
  docker_diskio_summary_wait_time: [(_r, d, at) => Math.round(900 * (d.busy[at] as number)), 0],
  docker_memory_limit: [(_r, _d, _at, limit) => limit, 0],
  docker_memory_rss_total: [of('rss'), 0],
  docker_memory_rss_pct: [share(of('rss')), 6],
  docker_memory_usage_total: [used, 0],
  docker_memory_usage_pct: [share(used), 6],
  docker_memory_stats_rss: [of('rss'), 0],
  docker_memory_stats_cache: [of('cache'), 0],
  docker_memory_stats_active_anon: [(r, _d, at) => Math.round(0.97 * (r.rss[at] as number)), 0],
  docker_memory_stats_inactive_file: [of('inactive'), 0],
  docker_memory_stats_mapped_file: [of('mapped'), 0],
  docker_memory_stats_pgfault: [(r, _d, at) => Math.round(900 * (r.usage[at] as number)), 0],
  docker_memory_stats_pgmajfault: [(_r, d, at) => Math.round(0.004 * (d.reads[at] as number)), 0],
  docker_network_in_bytes: [device('receivedMb', 1e6), 0],
  docker_network_out_bytes: [device('sentMb', 1e6), 0],
  docker_network_in_packets: [device('received'), 0],
  docker_network_out_packets: [device('sent'), 0],
  docker_network_in_errors: [() => 0, 0],
  docker_network_out_errors: [() => 0, 0],
};

/** Rows whose time is in [from, to) seconds since the start of the record. `unit`: parts of a second that times count. */
export function writeMetrics(
  fileOf: MetricFile,
  simulated: SimulatedCase,
  from: number,
  to: number,
  unit: 1 | 1000,
): void {
  const { setup, times, seconds } = simulated;
  const { system, scrape } = setup;
  const readings = readPods(simulated);
  const devices = readDevices(simulated, readings);
  const hostOf = (node: number) => `0.0.0.${node + 1}`;
  const put = (file: RawFile, middle: string, mark: number, value: number, digits: number): void => {
    file.integer((times.recordStart + mark) * unit);
    file.text(middle);
    file.byte(44);
    file.float(value, digits);
    file.row();
  };
  const reads = Math.ceil(seconds / scrape);
  const busy = new Float64Array(system.nodes * reads);
  for (let first = 0; first < readings.count; ) {
    const pod = readings.pod[first] as number;
    const node = system.podNodes[pod] as number;
    let end = first;
    while (end < readings.count && readings.pod[end] === pod) end++;
    const limit = podService(system, pod).limit * mib;
    for (const [kpi, [value, digits]] of Object.entries(dockerKpis)) {
      const target = fileOf(system.podNames[pod] as string, hostOf(node), kpi);
      if (!target) continue;
      for (let at = first; at < end; at++) {
        const mark = readings.mark[at] as number;
        if (mark < from || mark >= to) continue;
        put(target.file, target.middle, mark, value(readings, devices, at, limit), digits);
      }
    }
    for (let at = first; at < end; at++) {
      const spot = node * reads + Math.round((readings.mark[at] as number) / scrape);
      busy[spot] = (busy[spot] as number) + cpu(readings, devices, at, limit);
    }
    first = end;
  }
  for (let node = 0; node < system.nodes; node++) {
    const target = fileOf('system', hostOf(node), 'system_cpu_total_norm_pct');
    if (!target) continue;
    for (let read = 0; read < reads; read++) {
      const mark = read * scrape;
      if (mark < from || mark >= to) continue;
      const load = 0.06 + (busy[node * reads + read] as number) / 16;
      put(target.file, target.middle, mark, load, 5);
    }
  }
}
