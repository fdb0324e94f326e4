/**
 * How long `medx compare` takes over many runs: `npm run bench:compare [RUNS]`. One small experiment is run (six rows, five seeds,
 * 25 test cases each, as `experiments/d3-ablation.med` has); the others are copies of its record, each with one answer in twenty
 * changed, so that no two tell the same. The last line is one JSON object, times in seconds.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersOf } from '../src/report/answers.ts';
import { writeAnswers } from '../src/run/answers.ts';
import {
  listRecords,
  type RunRecord,
  readRecordFile,
  recordPath,
  runFolder,
  writeRecord,
} from '../src/run/record.ts';
import { openStore, type Store } from '../src/run/store.ts';
import { medxIn, smallShop } from './small.ts';

const runs = Number(process.argv[2] ?? 1000);
const rounds = 5;
const folder = mkdtempSync(join(tmpdir(), 'medx-compare-'));

const spec = `med 1
${smallShop}
train quick { epochs = 5  batch = 8 }
experiment compared {
  data = shop   train = quick   seeds = 1..5
  variant small = small
  sweep small each { train.dropout = [0.3] }
  baselines = [majority, stratified_random, logreg, random_forest]
}
`;

const medx = medxIn(folder);

/** True for one in twenty of whatever is named. */
const chosen = (name: string) => (createHash('md5').update(name).digest()[0] ?? 0) % 20 === 0;

function copyRecord(store: Store, record: RunRecord, run: string): void {
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    rows: experiment.rows.map((row) => ({
      ...row,
      jobs: row.jobs.map((job) => ({
        ...job,
        ...(job.test && {
          test: job.test.map((one) =>
            chosen(`${run} ${row.name} ${job.seed} ${one.id}`)
              ? { ...one, answer: (one.answer + 1) % experiment.classes.length }
              : one,
          ),
        }),
      })),
    })),
  }));
  mkdirSync(runFolder(store, run));
  writeRecord(store, { ...record, run, experiments });
  writeAnswers(store, answersOf({ run, experiments }));
}

try {
  writeFileSync(join(folder, 'compared.med'), spec);
  const store = openStore(join(folder, '.medx'));
  const made = medx('run', 'compared.med', '--offline', '--quiet');
  const [first] = listRecords(store);
  if (made.status !== 0 || first === undefined) throw new Error(made.stderr);
  const record = readRecordFile(recordPath(store, first));
  const copies = Array.from({ length: runs - 1 }, (_, i) => `${first}-${String(i + 2).padStart(4, '0')}`);
  for (const run of copies) copyRecord(store, record, run);
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const { status, stdout, stderr } = medx('compare', first, ...copies);
    seconds.push(Number(((performance.now() - began) / 1000).toFixed(2)));
    if (status !== 0 || !stdout.includes(`#${runs}`)) throw new Error(stderr);
    process.stdout.write(`round ${round + 1}: ${seconds.at(-1)} s\n`);
  }
  const [experiment] = record.experiments;
  const answers = experiment?.rows.flatMap(({ jobs }) => jobs.flatMap(({ test }) => test ?? [])).length;
  process.stdout.write(
    `${JSON.stringify({ runs, rows: runs * (experiment?.rows.length ?? 0), answers: runs * (answers ?? 0), seconds })}\n`,
  );
  if (process.argv[3] === 'keep') process.stdout.write(`${folder}\n`);
} finally {
  if (process.argv[3] !== 'keep') rmSync(folder, { recursive: true, force: true });
}
