/** Stage `simulate`, and that the reader of D3's format takes every row of what it writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { isSimulated } from '../../src/data/dataset.ts';
import { defaultSettings } from '../../src/data/simulator/settings.ts';
import { simulateDataset } from '../../src/data/simulator/simulate.ts';
import type { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

const store = tempFolder('simulate');

test('every simulated injection becomes a case, no row is refused, and the table says simulated', async () => {
  const [before_ms, after_ms] = [120_000, 240_000];
  const params = { ...defaultSettings({ cases: 6, rate: 0.05, seed: 3, before_ms, after_ms }) };
  const raw = stageNode('simulate', stageKinds.simulate.version, params);
  const dataset = { format: 'microservo', root: '', window_ms: 60_000, before_ms, after_ms };
  const cases = stageNode('cases', stageKinds.cases.version, dataset, { raw });
  const ran = await runStages([raw, cases], store);

  const summary = ran.artefact(raw).json<{ cases: number; spans: number; lines: number }>('summary');
  expect(summary.cases).toBe(6);
  expect(ran.progress.at(-1)).toMatchObject({ step: 6, steps: 6 });

  const table = ran.artefact(cases).json<CaseTable>('cases');
  expect(table.simulated).toBe(true);
  expect(table.cases).toHaveLength(6);
  expect(table.refused).toEqual([]);
  expect(new Set(table.cases.map((item) => item.group)).size).toBe(6);

  const telemetry = ran.artefact(cases).json<{
    files: Record<string, { rows: number; refused: number }>;
    records: Record<string, number[]>;
  }>('telemetry');
  expect(telemetry.files.trace).toMatchObject({ rows: summary.spans, refused: 0 });
  expect(telemetry.files.log).toMatchObject({ rows: summary.lines, refused: 0 });
  expect(telemetry.files.metric?.refused).toBe(0);
  for (const [modality, counts] of Object.entries(telemetry.records)) {
    expect(Math.min(...counts), modality).toBeGreaterThan(0);
  }
});

describe('what was simulated', () => {
  const params = { ...defaultSettings({ cases: 4, rate: 0.05, before_ms: 60_000, after_ms: 180_000 }) };
  const raw = stageNode('simulate', stageKinds.simulate.version, params);
  const windows = { window_ms: 60_000, before_ms: 60_000, after_ms: 180_000 };

  test('a byte that changed in a raw file is noticed, and the file is simulated again', async () => {
    const place = tempFolder('simulate-damaged');
    const read = (name: string) =>
      stageNode('cases', stageKinds.cases.version, { format: 'microservo', root: name, ...windows }, { raw });
    const { artefact } = await runStages([raw], place);
    const file = artefact(raw).path('raw/log/log.csv.gz');
    const bytes = readFileSync(file);
    // The operating system in a gzip header: no unpacker minds it, and the size stays.
    bytes[9] = (bytes[9] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const failure = await runStages([read('')], place).catch((error: unknown) => error);
    expect((failure as MedxError).diagnostics[0]?.code).toBe('MED4003');
    expect((failure as MedxError).diagnostics[0]?.message).toContain('simulate');
    const again = await runStages([raw, read('')], place);
    expect(again.artefact(read('')).json<CaseTable>('cases').cases).toHaveLength(4);
  });

  test('a folder of simulated files says so in the plan and in the table of cases', async () => {
    const place = tempFolder('simulate-folder');
    await simulateDataset(params, join(place, 'd3'));
    expect(isSimulated(join(place, 'd3'))).toBe(true);
    const node = stageNode('cases', stageKinds.cases.version, {
      format: 'microservo',
      root: 'd3',
      ...windows,
      simulated: true,
    });
    const { artefact } = await runStages([node], place, { dataRoot: place });
    expect(artefact(node).json<CaseTable>('cases').simulated).toBe(true);
  });
});
