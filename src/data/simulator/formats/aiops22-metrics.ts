/**
 * D1's KPIs: containers, sidecars (istio), the ad service's Java runtime (jvm), nodes, and services. What the names of the
 * container KPIs call a sum is what was added since the read before (they carry no `_total`); memory is in MB.
 */
import type { SimulatedCase } from '../case.ts';
import { type DeviceReadings, growth, readDevices } from '../devices.ts';
import type { RawFile } from '../output.ts';
import { type Readings, readPods } from '../readings.ts';
import { readSidecars } from '../sidecars.ts';
import { type Edge, podService, type Service } from '../system.ts';

export type MetricGroup = 'container' | 'istio' | 'jvm' | 'node' | 'service';

/** The file of a KPI; formats differ in whether KPIs share one. */
export type MetricFile = (group: MetricGroup, kpi: string, header: string) => RawFile;

const header = 'timestamp,cmdb_id,kpi_name,value\n';
const serviceHeader = 'service,timestamp,rr,sr,mrt,count\n';
const mib = 1048576;

/** Rows whose time is in [from, to) seconds since the start of the record. */
export function writeMetrics(file: MetricFile, simulated: SimulatedCase, from: number, to: number): void {
  const readings = readPods(simulated);
  const devices = readDevices(simulated, readings);
  writeContainers(file, simulated, readings, devices, from, to);
  writeRuntime(file, simulated, readings, from, to);
  writeNodes(file, simulated, readings, devices, from, to);
  writeMesh(file, simulated, from, to);
}

/** `container_fs_reads_MB./dev/vda` lies in the file of `container_fs_reads_MB`. */
function fileOf(file: MetricFile, group: MetricGroup, kpi: string): RawFile {
  return file(group, kpi.replace(/\..*$/, ''), header);
}

function put(file: RawFile, time: number, middle: string, value: number, digits: number): void {
  file.integer(time);
  file.text(middle);
  file.float(value, digits);
  file.row();
}

function writeContainers(
  file: MetricFile,
  simulated: SimulatedCase,
  readings: Readings,
  devices: DeviceReadings,
  from: number,
  to: number,
): void {
  const { setup, times } = simulated;
  const { system, scrape } = setup;
  const added = (counter: Float64Array) => (at: number) => scrape * growth(readings, counter, at);
  const of = (column: Float64Array) => (at: number) => column[at] as number;
  const mb = (column: Float64Array) => (at: number) => (column[at] as number) / mib;
  const usage = added(readings.usage);
  const kernel = added(readings.kernel);
  const throttled = added(readings.throttled);
  const sum = (at: number) =>
    (readings.rss[at] as number) + (readings.cache[at] as number) + (readings.slab[at] as number);
  const faults = (at: number) => 40 * usage(at) + (readings.rss[at] as number) / mib / 8;
  const kpis: Readonly<Record<string, readonly [(at: number) => number, number]>> = {
    container_cpu_cfs_periods: [added(readings.periods), 3],
    container_cpu_cfs_throttled_periods: [throttled, 3],
    container_cpu_cfs_throttled_seconds: [(at) => throttled(at) * 0.062, 4],
    container_cpu_system_seconds: [kernel, 4],
    container_cpu_usage_seconds: [usage, 4],
    container_cpu_user_seconds: [(at) => Math.max(0, usage(at) - kernel(at)) * 0.97, 4],
    'container_fs_inodes./dev/vda': [() => 6_553_600, 0],
    'container_fs_reads./dev/vda': [added(devices.reads), 2],
    'container_fs_reads_MB./dev/vda': [added(devices.readMb), 4],
    'container_fs_usage_MB./dev/vda': [(at) => 41.5 + 0.01 * (devices.writeMb[at] as number), 3],
    'container_fs_writes./dev/vda': [added(devices.writes), 2],
    'container_fs_writes_MB./dev/vda': [added(devices.writeMb), 4],
    container_memory_cache: [mb(readings.cache), 4],
    'container_memory_failures.container.pgfault': [faults, 0],
    'container_memory_failures.container.pgmajfault': [(at) => 0.004 * added(devices.reads)(at), 0],
    container_memory_mapped_file: [mb(readings.mapped), 4],
    container_memory_rss: [mb(readings.rss), 4],
    container_memory_usage_MB: [(at) => sum(at) / mib, 4],
    container_memory_working_set_MB: [(at) => (sum(at) - (readings.inactive[at] as number)) / mib, 4],
    'container_network_receive_MB.eth0': [added(devices.receivedMb), 5],
    'container_network_receive_packets.eth0': [added(devices.received), 2],
    'container_network_transmit_MB.eth0': [added(devices.sentMb), 5],
    'container_network_transmit_packets.eth0': [added(devices.sent), 2],
    container_threads: [of(readings.threads), 0],
  };
  for (const [kpi, [value, digits]] of Object.entries(kpis)) {
    const target = fileOf(file, 'container', kpi);
    const middles = system.podNames.map(
      (name, pod) => `,node-${(system.podNodes[pod] as number) + 1}.${name},${kpi},`,
    );
    for (const at of readings.order) {
      const mark = readings.mark[at] as number;
      if (mark < from || mark >= to) continue;
      put(target, times.recordStart + mark, middles[readings.pod[at] as number] as string, value(at), digits);
    }
  }
}

/** The Java runtime of the ad service, by its address. */
function writeRuntime(
  file: MetricFile,
  { setup, times }: SimulatedCase,
  readings: Readings,
  from: number,
  to: number,
): void {
  const { system } = setup;
  const kpis: Readonly<Record<string, (at: number) => number>> = {
    'java_lang_Memory_HeapMemoryUsage.used': (at) => 0.6 * (readings.rss[at] as number),
    java_lang_OperatingSystem_ProcessCpuLoad: (at) => growth(readings, readings.usage, at),
    java_lang_Threading_ThreadCount: (at) => readings.threads[at] as number,
    'java_nio_BufferPool_TotalCapacity.direct': () => 57_343,
  };
  for (const [kpi, value] of Object.entries(kpis)) {
    for (const at of readings.order) {
      const mark = readings.mark[at] as number;
      const pod = readings.pod[at] as number;
      if (mark < from || mark >= to || podService(system, pod).language !== 'java') continue;
      // One runtime is monitored, that of the first pod.
      if (pod % system.replicas !== 0) continue;
      const middle = `,${podService(system, pod).name}.ts:8088,${kpi},`;
      put(fileOf(file, 'jvm', kpi), times.recordStart + mark, middle, value(at), 4);
    }
  }
}

/** Nodes are the sums of their pods and of what else runs there. */
function writeNodes(
  file: MetricFile,
  simulated: SimulatedCase,
  readings: Readings,
  devices: DeviceReadings,
  from: number,
  to: number,
): void {
  const { setup, times, seconds } = simulated;
  const { system, scrape } = setup;
  const reads = Math.ceil(seconds / scrape);
  const sums = () => new Float64Array(system.nodes * reads);
  const [cpu, memory, disk, waiting] = [sums(), sums(), sums(), sums()];
  for (let at = 0; at < readings.count; at++) {
    const node = system.podNodes[readings.pod[at] as number] as number;
    const place = node * reads + Math.round((readings.mark[at] as number) / scrape);
    const add = (column: Float64Array, value: number) => {
      column[place] = (column[place] as number) + value;
    };
    add(cpu, growth(readings, readings.usage, at));
    add(memory, (readings.rss[at] as number) + (readings.cache[at] as number));
    add(disk, growth(readings, devices.readMb, at) + growth(readings, devices.writeMb, at));
    add(waiting, devices.busy[at] as number);
  }
  const cores = 8;
  const kpis: Readonly<Record<string, (place: number) => number>> = {
    'system.cpu.iowait': (place) => 0.3 + 12 * (waiting[place] as number),
    'system.cpu.pct_usage': (place) => 6 + (100 * (cpu[place] as number)) / cores,
    'system.load.1': (place) => 0.4 + (cpu[place] as number),
    'system.mem.used': (place) => 4.1e9 + (memory[place] as number),
    'system.io.rkb_s': (place) => 1024 * (disk[place] as number),
  };
  for (const [kpi, value] of Object.entries(kpis)) {
    const target = fileOf(file, 'node', kpi.replaceAll('.', '_'));
    for (let read = 0; read < reads; read++) {
      const mark = read * scrape;
      if (mark < from || mark >= to) continue;
      for (let node = 0; node < system.nodes; node++) {
        put(target, times.recordStart + mark, `,node-${node + 1},${kpi},`, value(node * reads + read), 3);
      }
    }
  }
}

/** Sidecars per edge, and what they add up to per service: requests, success, mean time. */
function writeMesh(file: MetricFile, simulated: SimulatedCase, from: number, to: number): void {
  const { setup, times, seconds } = simulated;
  const { services, edges, podNames, sidecars } = setup.system;
  const { scrape } = setup;
  if (!sidecars) return;
  const names = edges.map(({ caller, callee }: Edge) => {
    return `${(services[caller] as Service).name}.${(services[callee] as Service).name}`;
  });
  const requests = fileOf(file, 'istio', 'istio_requests_total');
  const duration = fileOf(file, 'istio', 'istio_request_duration_milliseconds');
  const sent = fileOf(file, 'istio', 'istio_tcp_sent_bytes');
  const reads = Math.ceil(seconds / scrape);
  const sums = () => new Float64Array(services.length * reads);
  const [good, bad, time] = [sums(), sums(), sums()];
  let last = { pod: -1, edge: -1, side: '', ok: 0, failed: 0, time: 0 };
  readSidecars(
    simulated,
    services.findIndex((item) => item.language === 'dotnet'),
    {
      edge(reading) {
        const { pod, side, edge, mark, ok, failed } = reading;
        const same = last.pod === pod && last.edge === edge && last.side === side;
        const added = (name: 'ok' | 'failed' | 'time') =>
          same ? Math.max(0, reading[name] >= last[name] ? reading[name] - last[name] : reading[name]) : 0;
        if (side === 'destination') {
          const place = (edges[edge] as Edge).callee * reads + Math.round(mark / scrape);
          good[place] = (good[place] as number) + added('ok');
          bad[place] = (bad[place] as number) + added('failed');
          time[place] = (time[place] as number) + added('time');
        }
        last = { pod, edge, side, ok, failed, time: reading.time };
        if (mark < from || mark >= to) return;
        const stamp = times.recordStart + mark;
        const entity = `,${podNames[pod]}.${side}.${names[edge]},`;
        put(requests, stamp, `${entity}istio_requests_total.grpc.200.0,`, ok, 0);
        if (failed > 0) put(requests, stamp, `${entity}istio_requests_total.grpc.200.14,`, failed, 0);
        put(duration, stamp, `${entity}istio_request_duration_milliseconds.grpc.200.0,`, reading.time, 2);
      },
      store({ pod, mark, visits }) {
        if (mark < from || mark >= to) return;
        const middle = `,${podNames[pod]}.source.cartservice.redis-cart,istio_tcp_sent_bytes.-,`;
        put(sent, times.recordStart + mark, middle, Math.round(visits * 90), 0);
      },
    },
  );
  const table = file('service', 'metric_service', serviceHeader);
  for (let read = 0; read < reads; read++) {
    const mark = read * scrape;
    if (mark < from || mark >= to) continue;
    services.forEach(({ name }, service) => {
      const place = service * reads + read;
      const count = (good[place] as number) + (bad[place] as number);
      if (count === 0) return;
      table.text(`${name}-grpc,${times.recordStart + mark},100.0,`);
      table.float((100 * (good[place] as number)) / count, 4);
      table.byte(44);
      table.float((time[place] as number) / count, 6);
      table.byte(44);
      table.integer(count);
      table.row();
    });
  }
}
