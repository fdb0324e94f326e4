/** Stage `simulate`, and that the reader of D3's format takes every row of what it writes. */
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { defaultSettings } from '../../src/data/simulator/settings.ts';
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
