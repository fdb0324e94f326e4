/** Features of corrupted test cases: fitted on what the model was fitted on, and never NaN. */
import { describe, expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import type { StageNode } from '../../../src/graph/plan.ts';
import type { FeatureAxes, Modality, Step } from '../../../src/stages/contracts.ts';
import type { JsonObject, NumberArray } from '../../../src/stages/stage.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { corruptNode, made, records, split } from './made.ts';

const steps: { readonly [modality in 'metric' | 'trace']: readonly Step[] } = {
  metric: [
    { op: 'standardize', args: {} },
    { op: 'window_mean', args: {} },
  ],
  trace: [
    { op: 'spans', args: { by: ['caller', 'callee'], duration: 'own' } },
    { op: 'standardize', args: {} },
    { op: 'three_sigma', args: { threshold: 0.5, sides: 'two' } },
    { op: 'weigh', args: {} },
  ],
};
const drain = { similarity: 0.5, depth: 3, children: 100, clusters: 1024, masks: ['IP'] };

const node = (kind: keyof typeof stageKinds, params: JsonObject, inputs: Record<string, StageNode>) =>
  stageNode(kind, stageKinds[kind].version, params, inputs);

/** Features from sound records and, with the same fit, from test cases that were corrupted. */
async function both(modality: Modality, params: JsonObject, fit: 'train' | 'all' = 'train') {
  const folder = tempFolder('stress-features');
  const { nodes, kinds } = made(folder);
  const poor = corruptNode(modality, params, nodes);
  const { cases, split: parts } = nodes as Record<'cases' | 'split', StageNode>;
  const source = nodes[records[modality]]!;
  const chain: StageNode[] = [];
  const push = (one: StageNode) => {
    chain.push(one);
    return one;
  };
  const chainOf = (corrupted: boolean): StageNode => {
    if (modality !== 'log') {
      const inputs = {
        [records[modality]]: source,
        cases,
        split: parts,
        ...(corrupted ? { poor } : {}),
      };
      return push(
        node(`features.${modality}`, { steps: steps[modality] as unknown as JsonObject[], fit }, inputs),
      );
    }
    const learnt = push(node('drain', { ...drain, fit }, { lines: source, cases, split: parts }));
    const embed = push(node('embed', { embedder: { kind: 'hashed', dim: 8 } }, { drain: learnt }));
    const counts = corrupted ? push(node('drain.match', {}, { drain: learnt, lines: poor, cases })) : learnt;
    const weigh = [
      { op: 'weigh', args: {} },
      { op: 'weighted_sum', args: {} },
    ];
    return push(node('features.log', { steps: weigh }, { drain: counts, embed, cases }));
  };
  const [first, second] = [chainOf(false), chainOf(true)];
  const ran = await runStages([...Object.values(nodes), poor, ...chain], folder, { kinds });
  const of = (one: StageNode) => ({
    x: ran.artefact(one).array<Float32Array>('x'),
    axes: ran.artefact(one).json<FeatureAxes>('axes'),
  });
  return { sound: of(first), poor: of(second), notices: ran.notices };
}

const rowOf = ({ data, shape }: { data: NumberArray; shape: readonly number[] }, index: number) => {
  const row = data.length / shape[0]!;
  return [...data.slice(index * row, (index + 1) * row)];
};
const others = [...split.train, ...split.valid];

describe.each(['log', 'metric', 'trace'] as const)('%s', (modality) => {
  describe.each(['train', 'all'] as const)('fitted on %s', (fit) => {
    test('losing nothing changes nothing, to the bit', async () => {
      const { sound, poor } = await both(modality, { drop: 0 }, fit);
      expect(poor).toEqual(sound);
      expect(sound.x.data.some((value) => value !== 0)).toBe(true);
    });

    test('a drop changes the test cases and no others', async () => {
      const { sound, poor } = await both(modality, { drop: 0.7 }, fit);
      expect(poor.x.shape).toEqual(sound.x.shape);
      for (const index of others) expect(rowOf(poor.x, index)).toEqual(rowOf(sound.x, index));
      expect(split.test.some((index) => rowOf(poor.x, index).join() !== rowOf(sound.x, index).join())).toBe(
        true,
      );
    });

    test('an absent modality is 0 with coverage 0, and said', async () => {
      const { sound, poor, notices } = await both(modality, { drop: 1 }, fit);
      for (const index of split.test) {
        expect(rowOf(poor.x, index).every((value) => value === 0)).toBe(true);
        expect(poor.axes.coverage[index]).toBe(0);
      }
      for (const index of others) expect(rowOf(poor.x, index)).toEqual(rowOf(sound.x, index));
      const { coverage, ...axes } = poor.axes;
      expect(axes).toEqual({ ...sound.axes, coverage: undefined });
      expect(poor.x.data.every(Number.isFinite)).toBe(true);
      expect(notices.filter(({ code }) => code === 'MED3108').map(({ count }) => count)).toEqual([2]);
    });
  });
});
