import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { openDatabase, sqlText } from '../../src/data/database.ts';
import { medicineMasks } from '../../src/data/drain/masks.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import type { Templates, Unmatched } from '../../src/stages/drain.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

/** case, window, time, instance, message */
type Line = readonly [number, number, number, string, string];

const settings = {
  similarity: 0.5,
  depth: 3,
  children: 100,
  clusters: 1024,
  masks: medicineMasks.map(({ name }) => name),
};

async function parse(
  lines: readonly Line[],
  cases: number,
  train: readonly number[],
  params: JsonObject = {},
) {
  const table: CaseTable = {
    simulated: false,
    classes: ['a'],
    windows: 2,
    windowMs: 60_000,
    cases: Array.from({ length: cases }, (_, i) => ({
      id: `case ${i}`,
      injected: 0,
      start: 0,
      end: 120_000,
      label: 0,
      service: 's',
      instance: 's-0',
      day: '2024-01-01',
      group: i,
    })),
    refused: [],
  };
  const folder = tempFolder('drain');
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', table),
    split: (out) => out.json('split', { train, valid: [], test: [] }),
    lines: async (out) => {
      const db = await openDatabase({ folder: join(folder, 'make') });
      const rows = lines.map(
        ([c, w, t, i, m]) => `(${c}::INTEGER, ${w}::INTEGER, ${t}::DOUBLE, ${sqlText(i)}, ${sqlText(m)})`,
      );
      await db.run(
        `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) t("case", "window", time, instance, message)
         ORDER BY ALL) TO ${sqlText(out.path('lines.parquet'))} (FORMAT parquet)`,
      );
      db.close();
    },
  });
  const node = stageNode('drain', stageKinds.drain.version, { ...settings, fit: 'train', ...params }, nodes);
  const ran = await runStages([...Object.values(nodes), node], folder, { kinds });
  const artefact = ran.artefact(node);
  const counts = artefact.array('counts');
  return {
    templates: artefact.json<Templates>('templates'),
    counts: Array.from({ length: counts.shape[0] ?? 0 }, (_, i) => [...counts.data.slice(4 * i, 4 * i + 4)]),
    unmatched: artefact.json<Unmatched>('unmatched'),
    notices: ran.notices,
    treeText: readFileSync(artefact.path('tree.txt'), 'utf8'),
  };
}

test('templates come from the training cases alone; other lines are matched or counted', async () => {
  const { templates, counts, unmatched, notices } = await parse(
    [
      [0, 0, 1000, 'a', 'user 1 in'],
      [0, 1, 61000, 'a', 'user 2 in'],
      [0, 1, 62000, 'a', 'disk at 10.0.0.1 full'],
      [1, 0, 1000, 'a', 'user 3 in'],
      [1, 0, 1500, 'a', 'panic: out of memory now'],
      [1, 1, 61000, 'b', 'user 3 in'],
    ],
    2,
    [0],
  );
  expect(templates).toEqual([
    { id: 1, size: 2, template: 'user <:*:> in' },
    { id: 2, size: 1, template: 'disk at <:IP:> full' },
  ]);
  expect(counts).toEqual([
    [0, 0, 0, 1],
    [0, 1, 0, 1],
    [0, 1, 1, 1],
    [1, 0, 0, 1],
    [1, 1, 0, 1],
  ]);
  expect(unmatched).toEqual({ lines: [3, 3], unmatched: [0, 1] });
  expect(notices.map(({ code, count }) => [code, count])).toEqual([['MED3550', 1]]);
});

test('with `fit: all` every case teaches', async () => {
  const { templates, unmatched } = await parse(
    [
      [0, 0, 1000, 'a', 'user 1 in'],
      [1, 0, 1500, 'a', 'panic: out of memory now'],
    ],
    2,
    [0],
    { fit: 'all' },
  );
  expect(templates.map(({ template }) => template)).toEqual(['user 1 in', 'panic: out of memory now']);
  expect(unmatched.unmatched).toEqual([0, 0]);
});

test('a line in two overlapping cases teaches once and counts in both; real repeats teach each time', async () => {
  const { templates, counts } = await parse(
    [
      [0, 1, 70000, 'a', 'retry'],
      [0, 1, 70000, 'a', 'retry'],
      [0, 1, 70000, 'b', 'retry'],
      [1, 0, 70000, 'a', 'retry'],
      [1, 0, 70000, 'a', 'retry'],
      [1, 0, 70000, 'b', 'retry'],
    ],
    2,
    [0, 1],
  );
  expect(templates).toEqual([{ id: 1, size: 3, template: 'retry' }]);
  expect(counts).toEqual([
    [0, 1, 0, 3],
    [1, 0, 0, 3],
  ]);
});

test('lines are learnt in order of time, whatever the order of cases', async () => {
  const lines: Line[] = [
    [0, 0, 9000, 'a', 'late line here'],
    [1, 0, 1000, 'a', 'early other words'],
  ];
  const { templates } = await parse(lines, 2, [1, 0]);
  expect(templates.map(({ template }) => template)).toEqual(['early other words', 'late line here']);
});

test('own masks and names may be mixed; an unknown name is refused', async () => {
  const lines: Line[] = [[0, 0, 1, 'a', 'order A-77 of 6e8bc430-9c3a-11d9-9669-0800200c9a66 done']];
  const { templates } = await parse(lines, 1, [0], { masks: ['UUID', { name: 'ORDER', pattern: 'A-\\d+' }] });
  expect(templates[0]?.template).toBe('order <:ORDER:> of <:UUID:> done');
  const refused = await parse(lines, 1, [0], { masks: ['UIDD'] }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(MedxError);
  expect((refused as MedxError).diagnostics.map(({ code }) => code)).toEqual(['MED3504']);
});

test('templates dropped for lack of room are counted, with the setting that mends it; the tree is left as text', async () => {
  const lines: Line[] = ['one', 'two words', 'three short words'].map((text, i) => [0, 0, i, 'a', text]);
  const { notices, treeText } = await parse(lines, 1, [0], { clusters: 2 });
  const evicted = notices.find(({ code }) => code === 'MED3560');
  expect(evicted).toMatchObject({ count: 1 });
  expect(evicted?.message).toContain('drain(clusters: 2)');
  expect(treeText.split('\n')).toContain('3\t3\t1\tthree short words');
});
