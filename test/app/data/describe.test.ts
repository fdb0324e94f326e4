import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Description } from '../../../src/stages/description.ts';
import { isBuilt } from '../../run/support.ts';
import { rawFiles, t0, writeRaw } from '../../support/microservo.ts';
import { tempFolder } from '../../support/temp.ts';
import { medxData, schemaErrors } from './support.ts';

const folder = tempFolder('describe');
const dataRoot = writeRaw(join(folder, 'data'), rawFiles());
writeFileSync(
  join(folder, 'd.med'),
  `med 1
dataset short { from = microservo("d3")  window = 60s  case = 2m before .. 2m after }
dataset other { from = microservo("none") else simulate(online_boutique, cases: 4, before: 2m, after: 2m) }
`,
);
const short = ['--set', 'case=2m before .. 2m after'];

describe.runIf(isBuilt)('medx data describe', () => {
  test('counts cases, records, KPIs and links, and says which windows have records', () => {
    const { code, out } = medxData(folder, dataRoot, 'describe', 'd.med#short', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(out) as Description & { source: string };
    expect(schemaErrors('dataset-description', found)).toEqual([]);
    expect(found).toMatchObject({
      source: 'microservo("d3")',
      windows: 4,
      classes: ['cpu', 'memory'],
      instances: ['cartservice', 'frontend'],
      kpis: ['container_cpu_usage_seconds_total', 'container_threads'],
      links: [
        { caller: 'client', callee: 'frontend', spans: 8 },
        { caller: 'frontend', callee: 'cartservice', spans: 8 },
      ],
    });
    expect(found.cases.map(({ injected, label, service }) => [injected, label, service])).toEqual([
      [t0 * 1000, 0, 'cartservice'],
      [(t0 + 3600) * 1000, 1, 'frontend'],
    ]);
    // 7 minutes around each of 2 injections are in the files, 4 of them in the interval.
    expect(found.modalities.log).toMatchObject({
      rows: 14,
      refused: 0,
      inCases: 8,
      instances: 1,
      coverage: [1, 1, 1, 1],
    });
    expect(found.modalities.metric).toMatchObject({ rows: 56, refused: 0, casesWithout: 0 });
    expect(found.modalities.trace?.range).toEqual([(t0 - 180) * 1000, (t0 + 3780) * 1000 + 0.5]);
  });

  test('shows it in the terminal and as SVG; windows without records show', () => {
    const files = rawFiles();
    files['log/log.csv'] = (files['log/log.csv'] ?? '')
      .split('\n')
      .filter((line) => !line.includes(`,${t0 + 1}.5,`))
      .join('\n');
    const root = writeRaw(join(folder, 'gap'), files);
    const ended = medxData(folder, root, 'describe', 'microservo("d3")', ...short, '--svg', 'out.svg');
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('2 cases of 2 types on 1 day');
    expect(ended.out).toMatch(/^log\s+██▒█\s+88%$/m);
    expect(ended.out).toMatch(/^2024-03-22\s+1\s+1$/m);
    for (const line of ended.out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const svg = readFileSync(join(folder, 'out.svg'), 'utf8');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.match(/class="dot"/g)).toHaveLength(2);
    expect(svg).toContain('<title>log, window 3: 50% of the cases</title>');
  });

  test('mistakes are told in the words of the language, at their place', () => {
    const say = (...args: readonly string[]) => medxData(folder, dataRoot, 'describe', ...args);
    const named = say('d.med');
    expect(named.code).toBe(1);
    expect(named.err).toContain('MED3302: the file has 2 datasets: name one');
    expect(say('d.med#shrt').err).toContain('write d.med#short');
    expect(say('d3').err).toContain('\'microservo("d3")\'');
    expect(say('microservo("d3", zone: "x")').err).toMatch(/MED1\d+.*zone/);
    expect(say('microserv("d3")').err).toContain('did you mean `microservo`?');
    expect(say('microservo("d4")').err).toContain('MED3001: dataset `d4` (microservo) is not there');
    expect(say('microservo("d3")', '--set', 'windw=30s').err).toContain('did you mean `window`?');
  });
});
