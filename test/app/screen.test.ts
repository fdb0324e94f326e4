import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { appendLog, type LogEntry } from '../../src/app/ui/live/log.ts';
import { openLiveScreen } from '../../src/app/ui/live/open.ts';
import { screenLines, sizesOf } from '../../src/app/ui/live/screen.ts';
import { firstState, type LiveState, pressKey } from '../../src/app/ui/live/state.ts';
import { createPlainRenderer } from '../../src/app/ui/plain.ts';
import { sparkline } from '../../src/app/ui/spark.ts';
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

function screenOf(events: readonly RunEvent[], keys: readonly string[] = []) {
  const view = createView();
  const log: LogEntry[] = [];
  for (const one of events) {
    applyEvent(view, one);
    appendLog(log, view, one);
  }
  const at = (columns: number, rows: number, seconds: number, shown = false) => {
    const window = { columns, rows };
    const now = begin + seconds * 1000;
    let state: LiveState = firstState;
    for (const key of keys) state = pressKey(state, key, sizesOf({ view, log, state }, window, now));
    return screenLines({ view, log, state, keys: shown }, window, now).map((line) =>
      line.map((segment) => segment.text).join(''),
    );
  };
  return { at };
}

const textOf = (events: readonly RunEvent[], columns: number, height: number, at: number) =>
  screenOf(events).at(columns, height, at);

/** Without the empty lines at its end. */
const paneText = (events: readonly RunEvent[], keys: readonly string[], columns = 80, rows = 24) =>
  screenOf(events, keys)
    .at(columns, rows, 17)
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();

test('the screen shows jobs by variant and seed, epoch, losses, time left and notices', () => {
  expect(paneText(story, []).split('\n')).toEqual([
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
    for (const keys of [[], ['down', 'enter'], ['l'], ['?'], ['l', '/', 'x']]) {
      const lines = screenOf(events, keys).at(columns, height, 20, true);
      expect(lines.length).toBeLessThan(Math.max(5, height));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }
  }
});

test('rows that do not fit are counted', () => {
  const text = textOf(long, 80, 24, 20).join('\n');
  expect(text).toMatch(/… \d+ more rows \(0 above, \d+ below\)/);
});

const curves = { theta: { log: 0.2, metric: 0.8 }, factors: { 'update.metric': 0.6, 'feature.log': 1.24 } };
const studied = [
  ...story,
  event(18, {
    type: 'progress',
    hash: hashOf('full', 3),
    step: 26,
    steps: 50,
    losses: { train: 0.5, valid: 1.5, 'train.log': 2, 'valid.log': 2.5 },
    ...curves,
  }),
];

test('a job shows its losses, θ and factors as curves', () => {
  expect(paneText(studied, ['down', 'enter', 'up'], 70, 40)).toBe(
    paneText(studied, ['down', 'enter'], 70, 40),
  );
  expect(paneText(studied, ['down', 'enter'], 70, 40).split('\n').slice(3)).toEqual([
    'full seed 3',
    '▸ running, epoch 26 of 50, 5.0 s, about 4.6 s left, 5.2 epochs/s',
    '',
    'loss of the model',
    '  train             0.9877 → 0.5000     █▁',
    '  valid             1.235 → 1.500       ▁█',
    '',
    'loss of each modality alone',
    '  log train         3.000 → 2.000       █▁',
    '  log valid         2.500 → 2.500       ▄',
    '',
    'θ: share of the progress',
    '  log               0.2000 → 0.2000     ▄',
    '  metric            0.8000 → 0.8000     ▄',
    '',
    'factor on the updates of the encoder',
    '  metric            0.6000 → 0.6000     ▄',
    '',
    'factor on the features',
    '  log               1.240 → 1.240       ▄',
  ]);
  // The next seed, whose training has said nothing yet, and one that waits.
  expect(paneText(studied, ['down', 'enter', 'right'])).toMatch(
    /full seed 4\n▸ running, 4.0 s\n\nno epoch yet/,
  );
  expect(paneText(studied, ['down', 'enter', 'right', 'right'])).toContain('full seed 5\nwaits');
});

test('the log says what ended, notices and failures, and can be searched', () => {
  expect(paneText(story, ['l']).split('\n').slice(3)).toEqual([
    '19:44:56  MED3901: log: 4 cases have no line',
    '19:44:57  drain d3 seed 1: done in 2.0 s',
    '19:45:07  full seed 1: done in 10 s, train 0.1000  valid 0.2000',
    '19:45:08  full seed 2: failed: the training diverged',
  ]);
  expect(
    paneText(story, ['l', '/', 'F', 'a', 'x', 'backspace', 'i', 'l', 'enter']).split('\n').slice(3),
  ).toEqual(['19:45:08  full seed 2: failed: the training diverged']);
  expect(paneText(story, ['l', '/', 'z', 'z', 'enter'])).toContain('nothing says `zz`');
  // A long log shows its end, until it is scrolled.
  expect(paneText(long, ['l'])).toContain('↑ 62 above   ↓ 0 below');
  expect(paneText(long, ['l', 'home'])).toContain('↑ 0 above   ↓ 62 below');
  expect(paneText(long, ['l', 'home', 'pagedown', 'end'])).toBe(paneText(long, ['l']));
});

test('help lists every key and can be searched; keys stand at the foot', () => {
  expect(paneText(story, ['?'], 80, 60)).toMatch(/Everywhere[\s\S]*Grid[\s\S]*Job[\s\S]*Log/);
  expect(paneText(story, ['?', '/', 's', 't', 'o', 'p'])).toMatch(
    /^[\s\S]*Everywhere\n {2}ctrl-c +stop the run/,
  );
  expect(paneText(story, ['?', 'escape'])).toBe(paneText(story, []));
  const foot = (columns: number) => screenOf(story).at(columns, 24, 17, true).at(-1)?.trimEnd();
  expect(foot(80)).toBe('↑↓←→ choose  enter job  l log  ctrl-c stop  ? help');
  expect(foot(30)).toBe('↑↓←→ choose  ? help');
});

test('names and messages cannot steer the terminal', () => {
  const evil = event(14, { type: 'notice', code: 'MED1', message: 'log: \u001b[2J\u0007gone\nhere' });
  for (const keys of [[], ['l']]) {
    const text = screenOf([...story, evil], keys)
      .at(80, 24, 17)
      .join('');
    expect(text).toContain('log: ␛[2J␇gone here');
    expect(text).not.toMatch(/\p{Cc}/u);
  }
});

test('a curve of many values is one of as many bars as there is room for', () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 80)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([1, 1, 3, 3, 8, 8], 3)).toBe('▁▃█');
  expect(sparkline([2, 2], 5)).toBe('▄▄');
  expect(sparkline([], 5)).toBe('');
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
  const stdin = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.ReadStream;
  const screen = openLiveScreen({ stdout: terminal.stdout, stdin, color: false, onStop: () => undefined });
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
