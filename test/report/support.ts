/** A small run record with two experiments' worth of rows, made by arithmetic. */
import { answersOf } from '../../src/report/answers.ts';
import { summariseResults } from '../../src/report/summary.ts';
import { type Table, tablesOf } from '../../src/report/table.ts';
import type { ExperimentResult, JobResult, RunRecord } from '../../src/run/record.ts';

const classes = ['cpu', 'http/grpc', 'memory'];

function jobs(rightOf: (seed: number, i: number) => boolean): JobResult[] {
  return [1, 2, 3].map((seed) => ({
    seed,
    hash: `${seed}`.repeat(32),
    test: Array.from({ length: 12 }, (_, i) => {
      const truth = i % 3;
      const answer = rightOf(seed, i) ? truth : (truth + 1) % 3;
      return {
        id: `case ${i}`,
        truth,
        answer,
        probabilities: [0, 1, 2].map((k) => (k === answer ? 0.8 : 0.1)),
      };
    }),
  }));
}

/** As `medx compare` makes them where nothing lies beside the record. */
export const tablesOfRecord = (record: RunRecord): Table[] => tablesOf(answersOf(record));

/** The third job of `no_mao` failed if `broken`. */
export function recordOf(options: { readonly broken?: boolean; readonly run?: string } = {}): RunRecord {
  const withoutMao = jobs((seed, i) => (i * 7 + seed) % (2 + seed) !== 0);
  const { test: _, ...failed } = withoutMao[2]!;
  const experiment: ExperimentResult = {
    name: 'd3_ablation',
    data: 'd3',
    simulated: true,
    standIns: ['no microservo data under the data root: simulated Online Boutique, 119 cases, seed 2024'],
    notes: [],
    engine: 'onnx on cpu, 1 thread',
    cases_stage: 'c'.repeat(32),
    classes,
    cases: 60,
    refused: [
      { id: 'case 61', reason: 'no telemetry' },
      { id: 'case 62', reason: 'no telemetry' },
    ],
    notices: [
      { code: 'MED3901', message: 'log: 4 cases have no line', count: 4, stages: 1 },
      { code: 'MED3901', message: 'log: 6 cases have no line', count: 6, stages: 2 },
      { code: 'MED3901', message: 'trace: 1 case has no span', count: 1, stages: 3 },
      { code: 'MED3902', message: 'metric: 2 KPIs are constant', count: 2, stages: 1 },
    ],
    rows: [
      { name: 'full', kind: 'variant', jobs: jobs((seed, i) => (i + seed) % (4 + seed) !== 0) },
      {
        name: 'no_mao',
        kind: 'variant',
        jobs: options.broken ? [...withoutMao.slice(0, 2), failed] : withoutMao,
      },
      {
        name: 'full mao.alpha=0.3',
        kind: 'variant',
        point: { 'mao.alpha': 0.3 },
        jobs: jobs((_, i) => i % 5 !== 0),
      },
      { name: 'majority', kind: 'baseline', provenance: 'sanity', jobs: jobs((_, i) => i % 3 === 0) },
    ],
  };
  const machine = { platform: 'linux', arch: 'x64', release: '6', cpu: 'a cpu', cores: 2, memory_gib: 8 };
  return {
    format: 1,
    run: options.run ?? 'd3_ablation-20261122-194455-k3f9',
    state: options.broken ? 'failed' : 'finished',
    started: '2026-11-22T19:44:55.000Z',
    finished: '2026-11-22T19:50:55.000Z',
    seconds: 360,
    versions: { medx: '0.1.0', node: 'v20.19.0', packages: {} },
    machine,
    about: { file: 'd3-ablation.med', sources: {}, set: [], resolved: {}, device: 'cpu' },
    jobs: 2,
    stages: [],
    experiments: [experiment],
    rows: summariseResults([experiment]).rows,
    failures: [],
  };
}
