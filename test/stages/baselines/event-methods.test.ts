/** DiagFusion, TVDiag and MicroCBR over hand-made events: where their ideas must win, and where nothing can be told. */
import { describe, expect, test } from 'vitest';
import { type StageKindName, stageKinds } from '../../../src/catalog/stages.ts';
import { weighItems } from '../../../src/stages/baselines/microcbr/weights.ts';
import type { CaseTable, Predictions, Split, UsualLines } from '../../../src/stages/contracts.ts';
import type { JsonObject } from '../../../src/stages/stage.ts';
import { eventOf, writeEventArtefact } from '../../support/event-artefact.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';
import { given } from '../given.ts';

const count = 60;
const classes = ['cpu', 'leak', 'network'];
/** 36 of 60 are of the first class. */
const labelOf = (i: number) => (i % 5 < 3 ? 0 : i % 5 === 3 ? 1 : 2);
const split: Split = {
  train: Array.from({ length: 40 }, (_, i) => i),
  valid: [],
  test: Array.from({ length: 20 }, (_, i) => 40 + i),
};
const services = ['cart', 'pay', 'web'];
const rootOf = (i: number) => services[Math.floor(i / 5) % 3] ?? '';
const signs = ['cpu up', 'memory up', 'packets down'];
const noiseAt = (i: number, n: number) =>
  `${services[(i * 7 + n) % 3]} ${['disk', 'io', 'gc'][(i + n * n) % 3]} up`;

interface Set {
  /** Default `labelOf`. */
  readonly label?: (i: number) => number;
  /** Events of a case, as `eventOf` reads them. */
  readonly events: (i: number) => readonly string[];
  readonly usual?: UsualLines;
  /** How many lines a log event stands for. */
  readonly lines?: (i: number) => number;
}

const sets = {
  /** The root cause shows the sign of its type; everything else happens anywhere. */
  story: {
    events: (i) => [noiseAt(i, 1), `${rootOf(i)} ${signs[labelOf(i)]}`, noiseAt(i, 2), 'web -> cart'],
  },
  /** The same at another service than in any training case. */
  elsewhere: {
    events: (i) => [`${i < 40 ? rootOf(i) : 'new'} ${signs[labelOf(i)]}`, `${i < 40 ? 'web' : 'new'} io up`],
  },
  nothing: { events: (i) => [noiseAt(i, 1), noiseAt(i * 3, 2), noiseAt(i * 5, 4)] },
  absent: { events: () => [] },
} satisfies Readonly<Record<string, Set>>;

const engine = { executor: 'onnx', device: 'cpu', threads: 1 };
const settings: Readonly<Record<string, JsonObject>> = {
  diagfusion: {
    seed: 1,
    engine,
    label: 'instance_type',
    dim: 20,
    embed_epochs: 5,
    samples: 40,
    lr: 1e-3,
    weight_decay: 1e-4,
    epochs: 400,
  },
  tvdiag: {
    seed: 1,
    engine,
    dim: 16,
    samples: 100,
    contrast: 0.1,
    temperature: 0.3,
    inactive: 0.2,
    batch: 512,
    lr: 3e-3,
    weight_decay: 1e-4,
    epochs: 200,
    patience: 10,
  },
  microcbr: { type: 'top3' },
};

async function answer(method: 'diagfusion' | 'tvdiag' | 'microcbr', set: Set, params: JsonObject = {}) {
  const table: CaseTable = {
    simulated: false,
    classes,
    windows: 1,
    windowMs: 0,
    timeless: true,
    refused: [],
    cases: Array.from({ length: count }, (_, i) => ({
      id: `case ${i}`,
      ...{ injected: 0, start: 0, end: 0, day: '', group: i },
      label: (set.label ?? labelOf)(i),
      service: rootOf(i),
      instance: `${rootOf(i)}-0`,
    })),
  };
  const events = table.cases.map((_, i) =>
    set.events(i).map((text) => {
      const event = eventOf(text);
      return event.modality === 'log' ? { ...event, count: set.lines?.(i) ?? 1 } : event;
    }),
  );
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', table),
    split: (out) => out.json('split', split),
    events: async (out) => {
      await writeEventArtefact(out, events);
      if (set.usual) out.json('usual', set.usual);
    },
  });
  const kind = `baseline.${method}` as StageKindName;
  const node = stageNode(kind, stageKinds[kind].version, { ...settings[method], ...params }, nodes);
  const ran = await runStages([...Object.values(nodes), node], tempFolder(method), { kinds });
  const { test: tested } = ran.artefact(node).json<Predictions>('predictions');
  return {
    tested,
    answers: tested.map((one) => one.answer),
    right: tested.filter((one) => one.answer === one.truth).length / tested.length,
    notices: ran.notices.map(({ code }) => code),
  };
}

test.each(['instance_type', 'type'])(
  'diagfusion reads the story of the root cause, words taught %s',
  async (label) => {
    const { right, notices } = await answer('diagfusion', sets.story, { label });
    expect(right).toBe(1);
    expect(notices).toEqual([]);
  },
);

describe('tvdiag', () => {
  test('reads the story of the root cause', async () => {
    const { right, notices } = await answer('tvdiag', sets.story);
    expect(right).toBe(1);
    expect(notices).toEqual([]);
  });

  test('puts together what no modality tells alone', async () => {
    // The KPI tells cpu from the other two, the line these two from each other: of cpu it may be either.
    const half = (i: number) => Math.floor(i / 5) % 2;
    const parts: Set = {
      events: (i) => [
        noiseAt(i, 1),
        `${rootOf(i)} ${labelOf(i) === 0 ? 'cpu' : 'memory'} up`,
        `${rootOf(i)}: ${labelOf(i) === 0 ? half(i) : labelOf(i) - 1}`,
      ],
    };
    expect((await answer('tvdiag', parts)).right).toBeGreaterThanOrEqual(0.95);
  });
});

describe.each(['diagfusion', 'tvdiag'] as const)('%s', (method) => {
  test('cannot know a service that it never saw', async () => {
    const { answers, notices } = await answer(method, sets.elsewhere);
    expect(new Set(answers)).toEqual(new Set([0]));
    expect(notices).toContain('MED3740');
  });

  test('answers near the majority where the events carry nothing', async () => {
    const { right } = await answer(method, sets.nothing);
    expect(right).toBeGreaterThan(0.3);
    expect(right).toBeLessThan(0.8);
  });

  test('answers the majority where there are no events, and says so', async () => {
    const { tested, answers, notices } = await answer(method, sets.absent);
    expect(new Set(answers)).toEqual(new Set([0]));
    expect(tested[0]?.probabilities[0]).toBeCloseTo(0.6);
    expect(notices).toContain('MED3740');
  });

  test('the same seed gives the same answers to the bit', async () => {
    const tested = async (seed: number) =>
      (await answer(method, sets.story, { seed, samples: 10, epochs: 20 })).tested;
    const one = await tested(1);
    expect(await tested(1)).toEqual(one);
    expect(await tested(2)).not.toEqual(one);
  });
});

describe('microcbr', () => {
  test('finds the type by the items it shares', async () => {
    expect((await answer('microcbr', sets.story)).right).toBe(1);
  });

  test('with all cases of a type as one, finds it where types are equally frequent, else leans to the rare ones', async () => {
    const even: Set = { label: (i) => i % 3, events: (i) => [noiseAt(i, 1), `web ${signs[i % 3]}`] };
    expect((await answer('microcbr', even, { type: 'merged' })).right).toBe(1);
    expect((await answer('microcbr', sets.story, { type: 'merged' })).right).toBeLessThan(0.6);
  });

  test('finds it at a service that no training case had: items know no instance', async () => {
    expect((await answer('microcbr', sets.elsewhere)).right).toBe(1);
  });

  test('takes of the lines of telemetry those that became more', async () => {
    const lines: Set = {
      events: (i) => [`web: ${labelOf(i)}`, 'web: 9'],
      lines: (i) => (labelOf(i) === 0 ? 30 : 31),
      usual: { 0: 10, 1: 10, 2: 10, 9: 100 },
    };
    const { answers, notices } = await answer('microcbr', lines);
    expect(answers.map((one, i) => [one, labelOf(40 + i)]).every(([a, b]) => a === b)).toBe(true);
    // Three times the usual is usual, and so is what everybody has.
    expect(notices).toContain('MED3740');
    expect((await answer('microcbr', { ...lines, usual: { 0: 99, 1: 99, 2: 99, 9: 99 } })).right).toBe(0.6);
  });

  test('answers near the majority where the events carry nothing', async () => {
    const { right } = await answer('microcbr', sets.nothing);
    expect(right).toBeLessThan(0.8);
  });

  test('answers the majority where there are no events, and says so', async () => {
    const { answers, notices } = await answer('microcbr', sets.absent);
    expect(new Set(answers)).toEqual(new Set([0]));
    expect(notices).toContain('MED3740');
  });

  test('weighs items as the formula says', () => {
    // By hand for `a` (f 3, r 2 + 4 + 2, u 4) and `f` (f 1, r 0, u 0), N 4: rel = 1 + 5/9 + 5/3 and 1 + 1 + 1/3.
    const weights = weighItems([['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'e'], ['f'], []]);
    const [a, f] = [1 + 5 / 9 + 5 / 3, 1 + 1 + 1 / 3];
    const [wa, wf] = [a / (0.75 / a + 9), f / (0.25 / f + 1)];
    expect(weights.get('f')).toBe(1);
    expect(weights.get('a')).toBeCloseTo(wa / wf, 12);
    expect(weights.get('a')).toBe(weights.get('b'));
  });
});
