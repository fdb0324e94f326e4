/** What must not change features: the order of rows, how they are spread over files, rows that are there twice. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import type { FeatureAxes, Split } from '../../src/stages/contracts.ts';
import { caseParams, lines, type RawFiles, rawFiles, settings, t0, writeRaw } from '../support/microservo.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

const pipelines = {
  metric: [
    { op: 'standardize', args: {} },
    { op: 'difference', args: {} },
    { op: 'window_mean', args: {} },
  ],
  trace: [
    { op: 'spans', args: {} },
    { op: 'standardize', args: {} },
    { op: 'three_sigma', args: { threshold: 0.5 } },
    { op: 'weigh', args: {} },
  ],
} as const;

async function featuresOf(files: RawFiles) {
  const folder = tempFolder('windows');
  const { nodes, kinds } = given({
    split: (out) => out.json('split', { train: [0, 1], valid: [], test: [] } satisfies Split),
  });
  const version = (kind: keyof typeof stageKinds) => stageKinds[kind].version;
  const cases = stageNode('cases', version('cases'), caseParams);
  const made = (['metric', 'trace'] as const).map((modality) => {
    const kind = modality === 'metric' ? 'samples' : 'spans';
    const records = stageNode(kind, version(kind), settings, { cases });
    const params = { steps: pipelines[modality], fit: 'train' };
    const inputs = { cases, [kind]: records, ...nodes };
    return {
      records,
      node: stageNode(`features.${modality}`, version(`features.${modality}`), params, inputs),
    };
  });
  const all = [cases, ...Object.values(nodes), ...made.flatMap(({ records, node }) => [records, node])];
  const ran = await runStages(all, join(folder, 'store'), { dataRoot: writeRaw(folder, files), kinds });
  return {
    features: made.map(({ node }) => ({
      x: Array.from(ran.artefact(node).array<Float32Array>('x').data),
      axes: ran.artefact(node).json<FeatureAxes>('axes'),
    })),
    notices: ran.notices.map(({ code }) => code),
  };
}

/** A few hundred rows per modality with times, pods and durations that repeat nothing. */
function manyFiles(): RawFiles {
  let state = 12345;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  const metric = Array.from({ length: 400 }, (_, i) => {
    const pod = `${i % 2 ? 'cartservice' : 'frontend'}-${random(3)}`;
    return `${t0 - 150 + random(4000)},observe.${pod},container_threads,${random(100_000) / 64}`;
  });
  const trace = Array.from({ length: 400 }, (_, i) => {
    const parent = i % 8 === 0 ? '' : `s${i - (i % 8)}`;
    const time = (t0 - 150 + random(4000)) * 1e6;
    return `${i},${time},${i % 3 ? 'cartservice' : 'frontend'},s${i},t${Math.floor(i / 8)},${random(90_000)},request,0,op${i % 4},${parent}`;
  });
  return {
    ...rawFiles(),
    'metric/container/kpi_container_all.csv': lines(['timestamp,cmdb_id,kpi_name,value', ...metric]),
    'trace/trace.csv': lines([
      ',timestamp,cmdb_id,span_id,trace_id,duration,type,status_code,operation_name,parent_span',
      ...trace,
    ]),
  };
}

const telemetry = ['metric/container/kpi_container_all.csv', 'trace/trace.csv'];

function changed(
  files: RawFiles,
  change: (rows: string[], path: string) => Record<string, string[]>,
): RawFiles {
  const result = { ...files };
  for (const path of telemetry) {
    const [header = '', ...rows] = (files[path] ?? '').trim().split('\n');
    delete result[path];
    for (const [name, list] of Object.entries(change(rows, path))) result[name] = lines([header, ...list]);
  }
  return result;
}

const shuffled = (rows: readonly string[]) =>
  rows
    .map((row, i) => ({ row, key: ((i + 1) * 7919) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);

test('shuffled rows, split files and rows that are there twice give the same features', async () => {
  const files = manyFiles();
  const once = await featuresOf(files);
  expect(once.features.every(({ x }) => x.some((value) => value !== 0))).toBe(true);
  const others: Record<string, RawFiles> = {
    shuffled: changed(files, (rows, path) => ({ [path]: shuffled(rows) })),
    split: changed(files, (rows, path) => ({
      [path.replace('.csv', '_b.csv')]: rows.filter((_, i) => i % 3 === 1),
      [path.replace('.csv', '_a.csv')]: rows.filter((_, i) => i % 3 !== 1),
    })),
    twice: changed(files, (rows, path) => ({
      [path]: rows.flatMap((row, i) => (i % 5 === 0 ? [row, row] : [row])),
    })),
  };
  for (const [name, variant] of Object.entries(others)) {
    const found = await featuresOf(variant);
    found.features.forEach(({ x, axes }, k) => {
      const expected = once.features[k];
      expect(axes).toEqual(expected?.axes);
      const worst = Math.max(...x.map((value, i) => Math.abs(value - (expected?.x[i] ?? Number.NaN))));
      expect(worst, name).toBeLessThanOrEqual(1e-6);
    });
    expect(found.notices.filter((code) => code === 'MED3104')).toHaveLength(name === 'twice' ? 2 : 0);
  }
});

test('a case without records in one modality has features 0 there and keeps the others', async () => {
  const files = manyFiles();
  const path = 'trace/trace.csv';
  const [header = '', ...rows] = (files[path] ?? '').trim().split('\n');
  // The second injection is an hour later: its case loses all its spans.
  files[path] = lines([header, ...rows.filter((row) => Number(row.split(',')[1]) < (t0 + 1800) * 1e6)]);
  const { features, notices } = await featuresOf(files);
  const [metric, trace] = features;
  expect(metric?.axes.coverage[1]).toBeGreaterThan(0);
  expect(trace?.axes.coverage[1]).toBe(0);
  const row = (trace?.x.length ?? 0) / 2;
  expect(trace?.x.slice(row).every((value) => value === 0)).toBe(true);
  expect(trace?.x.slice(0, row).some((value) => value !== 0)).toBe(true);
  expect(notices).toContain('MED3108');
});
