import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CaseTable, FeatureAxes, Step } from '../../src/stages/contracts.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

function caseTable(cases: number, windows: number): CaseTable {
  return {
    simulated: false,
    classes: ['a', 'b'],
    windows,
    windowMs: 60_000,
    cases: Array.from({ length: cases }, (_, i) => ({
      id: `case ${i}`,
      injected: 0,
      start: 0,
      end: windows * 60_000,
      label: i % 2,
      service: 's',
      instance: 's-0',
      day: '2024-01-01',
      group: i,
    })),
    refused: [],
  };
}

interface Input {
  readonly cases: number;
  readonly windows: number;
  readonly dim: number;
  readonly counts: readonly (readonly number[])[];
  readonly vectors: readonly number[];
}

async function features(input: Input, steps: readonly Step[]) {
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', caseTable(input.cases, input.windows)),
    drain: (out) =>
      out.array('counts', { shape: [input.counts.length, 4], data: Int32Array.from(input.counts.flat()) }),
    embed: (out) =>
      out.array('vectors', {
        shape: [input.vectors.length / input.dim, input.dim],
        data: Float32Array.from(input.vectors),
      }),
  });
  const node = stageNode('features.log', 1, { steps }, nodes);
  const ran = await runStages([...Object.values(nodes), node], tempFolder('features-log'), { kinds });
  const x = ran.artefact(node).array('x');
  return { x, axes: ran.artefact(node).json<FeatureAxes>('axes'), notices: ran.notices };
}

const weigh = (
  args: Step['args'] = { by: 'fluctuation', log: 'log2', epsilon: 1e-5, first: 'zero' },
): Step => ({
  op: 'weigh',
  args,
});
const sum: Step = { op: 'weighted_sum', args: {} };

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/log-features.json'), 'utf8'),
) as Input & {
  readonly coverage: readonly number[];
} & Readonly<Record<'paper' | 'code' | 'plain', readonly number[][][]>>;

test.each([
  ['paper', [weigh(), sum]],
  ['code', [weigh({ by: 'fluctuation', log: 'ln', epsilon: 1e-5, first: 'drop' }), sum]],
  ['plain', [sum]],
] as const)('features equal those of numpy: %s', async (form, steps) => {
  const { x, axes } = await features(recorded, steps);
  expect(x.shape).toEqual([recorded.cases, recorded.windows, recorded.dim]);
  const expected = recorded[form].flat(2);
  expect(expected).toHaveLength(x.data.length);
  expected.forEach((value, i) => {
    expect(x.data[i]).toBeCloseTo(value, 5);
  });
  expect(axes).toEqual({ modality: 'log', coverage: recorded.coverage });
});

test('equations 1, 2, 3 and 5 by hand', async () => {
  // Template 0 occurs 1, 1, 8 times: c′ = 0, 0, 3; w = 3 − 1 = 2. Template 1: 2, 4, 4: c′ = 0, 1, 0; w = 1 − 1/3.
  const { x } = await features(
    {
      cases: 1,
      windows: 3,
      dim: 2,
      counts: [
        [0, 0, 0, 1],
        [0, 0, 1, 2],
        [0, 1, 0, 1],
        [0, 1, 1, 4],
        [0, 2, 0, 8],
        [0, 2, 1, 4],
      ],
      vectors: [1, 0, 0, 1],
    },
    [weigh({ by: 'fluctuation', log: 'log2', epsilon: 1e-12, first: 'zero' }), sum],
  );
  for (let window = 0; window < 3; window++) {
    expect(x.data[2 * window]).toBeCloseTo(0.75, 6);
    expect(x.data[2 * window + 1]).toBeCloseTo(0.25, 6);
  }
});

test('a case without logs is 0, counted and named; so are empty windows', async () => {
  const { x, axes, notices } = await features(
    {
      cases: 3,
      windows: 2,
      dim: 1,
      counts: [
        [0, 1, 0, 5],
        [2, 0, 0, 1],
        [2, 1, 0, 1],
      ],
      vectors: [2],
    },
    [weigh(), sum],
  );
  expect([...x.data]).toEqual([0, 2, 0, 0, 2, 2]);
  expect(axes.coverage).toEqual([1, 0, 2]);
  expect(notices.map(({ code, count }) => [code, count])).toEqual([
    ['MED3108', 1],
    ['MED3109', 1],
  ]);
  expect(notices[0]?.message).toContain('case 1');
});

test('no logs at all: zeros, no NaN', async () => {
  const { x, axes } = await features({ cases: 2, windows: 2, dim: 2, counts: [], vectors: [] }, [
    weigh(),
    sum,
  ]);
  expect([...x.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(axes.coverage).toEqual([0, 0]);
});

test('scale: one factor per case, whatever the other cases are; a case without logs stays 0', async () => {
  const input = {
    cases: 3,
    windows: 2,
    dim: 2,
    counts: [
      [0, 0, 0, 1],
      [0, 1, 0, 7],
      [1, 0, 1, 1],
    ],
    vectors: [3, 4, 1, 1],
  };
  const { x } = await features(input, [sum, { op: 'scale', args: { rms: 3 } }]);
  // Case 0: 3, 4, 3, 4 has the root mean square √12.5. Case 1: 1, 1, 0, 0 has √0.5.
  const factor = 3 / Math.sqrt(12.5);
  const expected = [3, 4, 3, 4].map((value) => value * factor);
  expected.push(...[1, 1, 0, 0].map((value) => (value * 3) / Math.sqrt(0.5)), 0, 0, 0, 0);
  expected.forEach((value, i) => {
    expect(x.data[i]).toBeCloseTo(value, 5);
  });
});
