/** The loss by which a sweep's points are chosen, read from the predictions of their jobs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readValidation } from '../../src/app/cli/validation.ts';
import { recordedTables } from '../../src/report/recorded.ts';
import { createWriter } from '../../src/run/artefact.ts';
import { beginArtefact, commitArtefact, openStore, type Store, writeNode } from '../../src/run/store.ts';
import type { CasePrediction } from '../../src/stages/contracts.ts';
import { recordOf } from '../report/support.ts';
import { stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

const asked = (truth: number, probabilities: readonly number[]): CasePrediction => {
  return { id: 'v', truth, answer: probabilities.indexOf(Math.max(...probabilities)), probabilities };
};

async function storeJob(store: Store, seed: number, valid: readonly CasePrediction[]): Promise<string> {
  const node = stageNode('train', 1, { seed });
  writeNode(store, node);
  const folder = beginArtefact(store, node.hash);
  const writer = createWriter(folder, node);
  writer.json('predictions', { classes: ['a', 'b'], valid, test: [] });
  await writer.finish([]);
  commitArtefact(store, node.hash, folder);
  return node.hash;
}

/** The first row, with the jobs of these hashes. */
function rowOf(hashes: readonly string[]) {
  const record = recordOf();
  const [experiment] = record.experiments;
  const [row] = experiment!.rows;
  const jobs = row!.jobs.slice(0, hashes.length).map((job, i) => ({ ...job, hash: hashes[i] ?? job.hash }));
  const rows = [{ ...row!, jobs }];
  return recordedTables([{ ...record, experiments: [{ ...experiment!, rows }] }])[0]!.rows[0]!;
}

test('means over jobs: nats per case, and the share of right answers', async () => {
  const store = openStore(join(tempFolder('validation'), 'store'));
  const first = await storeJob(store, 1, [asked(0, [0.5, 0.5]), asked(1, [0.75, 0.25])]);
  const second = await storeJob(store, 2, [asked(1, [0, 1])]);
  const found = readValidation(store, rowOf([first, second]));
  // (−ln 0.5 − ln 0.25) / 2 = 1.5 ln 2, and 0.
  expect(found).toEqual({ loss: expect.closeTo(0.75 * Math.LN2, 12), right: 0.75 });
});

test('a job that lacks, a split without validation cases, a damaged artefact: said, not left out', async () => {
  const store = openStore(join(tempFolder('validation'), 'store'));
  const [whole, empty] = [await storeJob(store, 1, [asked(0, [1, 0])]), await storeJob(store, 2, [])];
  expect(readValidation(store, rowOf([whole, 'f'.repeat(32)]))).toEqual({
    lacking: 'not all of its jobs are in this store',
  });
  expect(readValidation(store, rowOf([whole, empty]))).toEqual({
    lacking: 'its split has no validation cases',
  });
  writeFileSync(join(store.root, 'artefacts', whole, 'predictions.json'), '{}');
  expect(readValidation(store, rowOf([whole])).lacking).toContain('damaged');
});
