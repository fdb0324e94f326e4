/** What the simulator writes: D3's files and shapes, the same bytes for the same settings. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/data/simulator/settings.ts';
import { setUp } from '../../../src/data/simulator/setup.ts';
import { type SimulationSummary, simulateDataset } from '../../../src/data/simulator/simulate.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { sharedPath } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';

const small = defaultSettings({ cases: 3, rate: 0.05, before_ms: 120_000, after_ms: 180_000 });

function names(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function text(folder: string, name: string): string {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function digest(folder: string): string {
  const hash = createHash('sha256');
  for (const name of names(folder)) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

const root = tempFolder('simulator');
const folder = join(root, 'small');
let summary: SimulationSummary;
beforeAll(async () => {
  summary = await simulateDataset(small, folder);
});

describe('same settings', () => {
  test('the same bytes', async () => {
    const again = join(root, 'again');
    await simulateDataset(small, again);
    expect(digest(again)).toBe(digest(folder));
  });

  test('another seed gives other telemetry and other faults', async () => {
    const other = join(root, 'other');
    await simulateDataset({ ...small, seed: 2 }, other);
    for (const name of names(folder).filter((item) => /log|trace|cpu_usage|groundtruth/.test(item))) {
      expect(text(other, name), name).not.toBe(text(folder, name));
    }
  });

  test('a case is the same whatever their number', async () => {
    const fewer = join(root, 'fewer');
    await simulateDataset({ ...small, cases: 2 }, fewer);
    for (const name of names(folder).filter((item) => item.endsWith('.csv.gz'))) {
      expect(text(folder, name).startsWith(text(fewer, name)), name).toBe(true);
    }
  });
});

describe('shape', () => {
  test.skipIf(!sharedPath('data', 'microservo-sample'))(
    'files and headers are those of the real sample',
    () => {
      const sample = sharedPath('data', 'microservo-sample') ?? '';
      const plain = (name: string) => name.replace(/\.gz$/, '');
      const real = names(sample).filter((name) => name.endsWith('.csv') || name.endsWith('.csv.gz'));
      const ours = names(folder).filter((name) => name.endsWith('.csv.gz'));
      expect(ours.map(plain)).toEqual(real.map(plain).sort());
      const header = (root: string, list: string[], name: string) =>
        text(root, list.find((item) => plain(item) === plain(name)) ?? name).split('\n', 1)[0];
      for (const name of ours) expect(header(folder, ours, name), name).toBe(header(sample, real, name));
    },
  );

  test('rows have the forms of D3', () => {
    const rows = (name: string) => text(folder, name).trimEnd().split('\n').slice(1);
    const hex = (digits: number) => `[0-9a-f]{${digits}}`;
    const span = new RegExp(
      `^\\d+,1711\\d{12},[a-z]+,${hex(16)},${hex(32)},\\d+,(request|external),\\d+,/hipstershop\\.[A-Za-z]+/[A-Za-z]+,(${hex(16)})?$`,
    );
    expect(rows('trace/trace.csv.gz').filter((row) => !span.test(row))).toEqual([]);
    const line = /^\d+,[\w-]{20},1711\d{6}(\.\d{1,3})?,2024-03-\d\dT[\d:.]{12}Z,[a-z]+-[012],.+$/;
    expect(rows('log/log.csv.gz').filter((row) => !line.test(row))).toEqual([]);
    const sample = /^1711\d{6},observe\.[a-z]+-[012],container_cpu_usage_seconds_total,\d+\.\d+$/;
    const usage = rows('metric/container/kpi_container_cpu_usage_seconds_total.csv.gz');
    expect(usage.length).toBeGreaterThan(3 * 27 * 5);
    expect(usage.filter((row) => !sample.test(row) || Number(row.split(',')[0]) % 60 !== 0)).toEqual([]);
    const requests = rows('metric/istio/kpi_istio_requests_total.csv.gz');
    const edge =
      /^1711\d{6},[a-z]+-[012]\.(source|destination)\.[a-z]+\.[a-z]+,istio_requests_total\.grpc\.200\.\d+,\d+\.0$/;
    expect(requests.filter((row) => !edge.test(row))).toEqual([]);
  });

  test('log dates equal their timestamps', () => {
    for (const row of text(folder, 'log/log.csv.gz').split('\n').slice(1, 200)) {
      const [, , seconds, date] = row.split(',');
      expect(Date.parse(date ?? '')).toBe(Math.round(Number(seconds) * 1000));
    }
  });

  test('labels tell of every case, one entry per affected pod', () => {
    const labels = JSON.parse(text(folder, 'groundtruth/groundtruth.json')) as Record<string, unknown[]>;
    expect(Object.keys(labels)).toEqual(['timestamp', 'service', 'cmdb_id', 'failure_type', 'duration']);
    expect(new Set(labels.timestamp).size).toBe(3);
    expect(new Set(Object.values(labels).map((column) => column.length)).size).toBe(1);
    labels.cmdb_id?.forEach((pod, row) => {
      expect(String(pod)).toMatch(new RegExp(`^${labels.service?.[row]}-[012]$`));
    });
  });

  test('says that it is simulated', () => {
    expect(text(folder, 'SIMULATED.txt')).toContain('simulated');
    const origin = JSON.parse(text(folder, 'dataset.json'));
    expect(origin).toMatchObject({ simulated: true, format: 'microservo', cases: 3, spans: summary.spans });
  });
});

describe('settings', () => {
  test('every mistake is told at once', async () => {
    const wrong = { ...small, system: 'sock_shop', cases: 2.5, rate: 100, after_ms: undefined };
    const failure = await simulateDataset(wrong, folder).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MedxError);
    const told = (failure as MedxError).diagnostics;
    expect(told.map((item) => item.code)).toEqual(['MED3201', 'MED3202', 'MED3202', 'MED3202']);
    expect(told.map((item) => item.message).join(' ')).toMatch(/sock_shop.*cases.*rate.*after/);
  });

  test('the mix of classes is that of the table: 119 cases, none tiny', async () => {
    const { classOf } = await import('../../../src/data/simulator/schedule.ts');
    const { plan } = setUp(small);
    const count: Record<string, number> = {};
    for (let index = 0; index < 119; index++) {
      const { name } = classOf(plan, 7, index);
      count[name] = (count[name] ?? 0) + 1;
    }
    expect(count).toEqual({ cpu: 28, 'http/grpc': 28, memory: 21, network: 28, pod_failure: 14 });
  });
});
