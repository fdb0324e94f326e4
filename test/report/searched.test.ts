/** What a reader is told of a search: how many points, what was chosen, by which loss. */
import { expect, test } from 'vitest';
import { renderSearches } from '../../src/report/searched.ts';
import type { RunAnswers } from '../../src/run/answers.ts';

const trial = (alpha: number, loss: number | null, epochs = 9) => {
  return { settings: { 'mao.alpha': alpha, fuse: 'sum' }, epochs, loss };
};
const answers = (search?: { tried: ReturnType<typeof trial>[]; chosen: number }): RunAnswers => ({
  run: 'r',
  experiments: [
    {
      name: 'e',
      data: 'd',
      simulated: false,
      standIns: [],
      notes: [],
      engine: 'onnx on cpu',
      cases_stage: '',
      classes: [],
      cases: 0,
      refused: [],
      notices: [],
      tests: [],
      rows: [
        {
          name: 'full tpe(4)',
          kind: 'variant',
          jobs: [{ seed: 2, fold: 0, hash: '', ...(search ? { search } : {}) }],
        },
      ],
    },
  ],
});

test('names the chosen settings with their loss, among those that trained as long', () => {
  const tried = [trial(0.1, 5, 3), trial(0.2, 1.5), trial(0.3, 0.25), trial(0.4, null)];
  expect(renderSearches(answers({ tried, chosen: 2 }), false)).toEqual([
    [
      'e: full tpe(4), chosen on validation cases',
      '    seed 2 fold 1  4 tried, 1 not finite, loss 0.250 (worst 1.500)  mao.alpha=0.3 fuse=sum',
    ],
  ]);
});

test('says nothing of rows without a search', () => {
  expect(renderSearches(answers(), false)).toEqual([]);
});
