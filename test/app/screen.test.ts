import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { openScreen } from '../../src/app/ui/app.tsx';
import { createPlainRenderer } from '../../src/app/ui/plain.ts';
import { screenLines } from '../../src/app/ui/screen.ts';
import { applyEvent, createView, runSecondsLeft } from '../../src/app/ui/view.ts';
import type { RunEvent, RunEventBody, StageEvent } from '../../src/run/events.ts';

// Ink looks at these once, when it is loaded, and draws nothing but the last frame on a build server.
vi.hoisted(() => {
  process.env.CI = 'false';
  process.env.CONTINUOUS_INTEGRATION = 'false';
});

const begin = Date.parse('2026-11-22T19:44:55.000Z');
const event = (seconds: number, body: RunEventBody): RunEvent => ({
  ...body,
  at: new Date(begin + seconds * 1000).toISOString(),
});
const hashOf = (row: string, seed: number, fold?: number) => `${row}/${seed}/${fold ?? '-'}`;

function started(rows: readonly string[], seeds: number, folds?: number): RunEventBody {
  const jobsOf = (row: string) =>
    Array.from({ length: seeds }, (_, s) =>
      folds === undefined
        ? [{ seed: s + 1, hash: hashOf(row, s + 1) }]
        : Array.from({ length: folds }, (_, fold) => ({ seed: s + 1, fold, hash: hashOf(row, s + 1, fold) })),
    ).flat();
  const jobs = rows.flatMap(jobsOf).length;
  return {
    type: 'started',
    run: 'd3_ablation-20261122-194455-k3f9',
    medx: '0.1.0',
    file: 'experiments/d3-ablation.med',
    store: '/s',
    jobs: 2,
    experiments: [
      {
        name: 'd3_ablation',
        data: 'd3',
        simulated: true,
        standIns: [],
        notes: [],
        engine: 'onnx on cpu, 1 thread',
        rows: rows.map((name) => ({ name, kind: 'variant', jobs: jobsOf(name) })),
      },
    ],
    stages: { total: jobs + 2, cached: 0, toRun: jobs + 2 },
  };
}

const stage = (hash: string, state: StageEvent['state'], seconds?: number): RunEventBody => ({
  type: 'stage',
  hash,
  kind: hash.includes('/') ? 'train' : 'drain',
  label: hash.includes('/') ? `train ${hash}` : `${hash} d3 seed 1`,
  cost: hash.includes('/') ? 'train' : 'light',
  state,
  ...(seconds === undefined ? {} : { seconds }),
});

const diverged = { code: 'MED5201', severity: 'error', message: 'the training diverged' } as const;
const rows = ['full', 'only_metric', 'only_log', 'only_trace', 'no_mao'];
const story: readonly RunEvent[] = [
  event(0, started(rows, 5)),
  event(0, stage('drain', 'running')),
  event(1, {
    type: 'notice',
    hash: 'drain',
    code: 'MED3901',
    message: 'log: 4 cases have no line',
    count: 4,
  }),
  event(2, stage('drain', 'done', 2)),
  event(2, stage(hashOf('full', 1), 'running')),
  event(2, stage(hashOf('full', 2), 'running')),
  event(12, {
    type: 'progress',
    hash: hashOf('full', 1),
    step: 50,
    steps: 50,
    losses: { train: 0.1, valid: 0.2 },
  }),
  event(12, stage(hashOf('full', 1), 'done', 10)),
  event(12, stage(hashOf('full', 3), 'running')),
  event(13, { ...stage(hashOf('full', 2), 'failed'), diagnostics: [diverged] } as RunEventBody),
  event(13, stage(hashOf('full', 4), 'running')),
  event(17, {
    type: 'progress',
    hash: hashOf('full', 3),
    step: 25,
    steps: 50,
    losses: { valid: 1.23456, train: 0.98765, 'train.log': 3 },
  }),
];

function viewOf(events: readonly RunEvent[]) {
  const view = createView();
  for (const one of events) applyEvent(view, one);
  return view;
}

const textOf = (events: readonly RunEvent[], columns: number, height: number, at: number) =>
  screenLines(viewOf(events), { columns, rows: height }, begin + at * 1000).map((line) =>
    line.map((segment) => segment.text).join(''),
  );

test('the screen shows jobs by variant and seed, epoch, losses, time left and notices', () => {
  expect(textOf(story, 80, 24, 17).map((line) => line.trimEnd())).toEqual([
    'medx experiments/d3-ablation.med  d3 (simulated)  onnx on cpu, 1 thread',
    '███░░░░░░░░░░░░░░░░░░░░░░░ 3 of 27 stages, 17 s, about 1 min 52 s left  1 failed',
    '',
    'seed         1   2   3   4   5',
    'full         ✓   ✗   ▸   ▸   ·',
    'only_metric  ·   ·   ·   ·   ·',
    'only_log     ·   ·   ·   ·   ·',
    'only_trace   ·   ·   ·   ·   ·',
    'no_mao       ·   ·   ·   ·   ·',
    '',
    '▸ full seed 3   epoch 25/50  5.0 s left    train 0.9877  valid 1.235',
    '▸ full seed 4   4.0 s',
    '',
    '! log: 4 cases have no line',
  ]);
});

test('folds are counted per seed', () => {
  const events = [
    event(0, started(['full'], 2, 5)),
    ...[0, 1, 2].map((fold) => event(1, stage(hashOf('full', 1, fold), 'done', 1))),
    event(1, stage(hashOf('full', 1, 3), 'running')),
  ];
  const text = textOf(events, 80, 24, 2);
  expect(text[4]!.trimEnd()).toBe('full    3/5  0/5');
  expect(text[6]).toContain('full seed 1 fold 3');
});

test('the time left goes by what has finished and by the number of slots', () => {
  // 21 trainings of 10 s and a light stage of 2 s wait, two trainings have 5 s and 6 s left; two slots.
  expect(runSecondsLeft(viewOf(story), begin + 17_000)).toBeCloseTo((210 + 2 + 5 + 6) / 2, 6);
  expect(runSecondsLeft(viewOf(story.slice(0, 2)), begin + 1000)).toBeUndefined();
});

const many = Array.from({ length: 81 }, (_, i) => `full mao.alpha=${i / 100}`);
const long = [
  event(0, started(many, 12, 5)),
  ...many.slice(0, 40).flatMap((row) => [event(1, stage(hashOf(row, 1, 0), 'running'))]),
  ...many.map((_, i) =>
    event(2, { type: 'notice', code: `MED${i}`, message: `notice ${i} ${'long '.repeat(40)}` }),
  ),
];

test.each([
  [80, 24],
  [40, 10],
  [20, 6],
  [200, 60],
  [5, 3],
])('everything stays inside a window of %i × %i', (columns, height) => {
  for (const events of [story, long, story.slice(0, 1)]) {
    const lines = textOf(events, columns, height, 20);
    expect(lines.length).toBeLessThan(Math.max(5, height));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('rows that do not fit are counted', () => {
  const text = textOf(long, 80, 24, 20).join('\n');
  expect(text).toMatch(/… \d+ more rows \(0 above, \d+ below\)/);
});

/** A terminal that remembers what was written to it. */
function fakeTerminal(columns: number, height: number) {
  const stream = Object.assign(new PassThrough(), { columns, rows: height, isTTY: true });
  let written = '';
  stream.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  return { stdout: stream as unknown as NodeJS.WriteStream, text: () => written };
}

test('Ink draws the screen, without colours where none are wanted, and clears it at the end', async () => {
  const terminal = fakeTerminal(80, 24);
  const screen = openScreen(terminal.stdout, false);
  for (const one of story) screen.onEvent(one);
  await expect.poll(terminal.text, { timeout: 5000 }).toContain('▸ full seed 3   epoch 25/50');
  const drawn = terminal.text();
  expect(drawn).toContain('only_metric');
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`);
  expect(drawn).not.toMatch(colours);
  await screen.close();
  expect(terminal.text().slice(drawn.length)).toContain(`${String.fromCharCode(27)}[`);
});

test('without a terminal: a line per stage that ends, nothing per epoch unless it takes long', () => {
  const lines: string[] = [];
  const renderer = createPlainRenderer((line) => lines.push(line));
  for (const one of story) renderer(one);
  renderer(event(60, { type: 'progress', hash: hashOf('full', 3), step: 26, steps: 50 }));
  expect(lines).toEqual([
    'run d3_ablation-20261122-194455-k3f9: 27 stages to run; 2 at a time',
    'notice: log: 4 cases have no line',
    '[ 1/27] drain d3 seed 1: done in 2.0 s',
    '[ 2/27] full seed 1: done in 10 s, train 0.1000  valid 0.2000',
    '[ 3/27] full seed 2: failed: the training diverged',
    expect.stringMatching(/^\[ 3\/27\] full seed 3: step 26 of 50, .* 1 more running, about .* left$/),
  ]);
});
