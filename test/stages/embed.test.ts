import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { embedTfidf, fitIdf } from '../../src/data/embedding/tfidf.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { given } from './given.ts';

const templates = ['user <:*:> in', 'disk <:IP:> full', 'out of memory'];
const texts = ['user in', 'disk IP full', 'out of memory'];

async function embed(train: readonly number[] | undefined) {
  const { nodes, kinds } = given({
    cases: (out) => out.json('cases', { cases: [{}, {}, {}], windows: 1 }),
    drain: (out) => {
      out.json(
        'templates',
        templates.map((template, id) => ({ id, size: 1, template })),
      );
      // Case 0 has templates 0 and 1, case 1 template 0, case 2 template 2.
      const rows = [0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 2, 0, 2, 1];
      out.array('counts', { shape: [4, 4], data: Int32Array.from(rows) });
    },
    ...(train && { split: (out) => out.json('split', { train, valid: [], test: [] }) }),
  });
  const node = stageNode('embed', stageKinds.embed.version, { embedder: { kind: 'tfidf', dim: 16 } }, nodes);
  const ran = await runStages([...Object.values(nodes), node], tempFolder('embed'), { kinds });
  return ran.artefact(node).array('vectors');
}

test('tfidf knows the words of the training cases alone', async () => {
  const { shape, data } = await embed([0, 1]);
  expect(shape).toEqual([3, 16]);
  expect(data).toEqual(embedTfidf(texts, fitIdf(texts, [[0, 1], [0]]), 16));
  expect(data.subarray(32).every((value) => value === 0)).toBe(true);
});

test('without a split it is fitted on all cases', async () => {
  const { data } = await embed(undefined);
  expect(data).toEqual(embedTfidf(texts, fitIdf(texts, [[0, 1], [0], [2]]), 16));
});
