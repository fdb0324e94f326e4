/** Stage `search` and the training behind it, over a store: what is chosen, by whom, and that nothing of it is lost or leaked. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, workPath } from '../../src/run/store.ts';
import type { Predictions, SearchParams, SearchResult, TrainParams } from '../../src/stages/contracts.ts';
import type { TrainingData } from '../../src/stages/medicine/features.ts';
import { type StageRegistry, stageRegistry } from '../../src/stages/registry.ts';
import type { Json, JsonObject, StageKind } from '../../src/stages/stage.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';
import { paramsFor, synthetic } from './medicine/synthetic.ts';

const folder = tempFolder('medx-search');
const data = synthetic({ cases: 48, modalities: ['trace'] });
const base = paramsFor(['trace']);

const axes: SearchParams['search']['axes'] = [
  {
    path: 'train.optimiser.lr',
    range: { kind: 'range', low: 1e-6, high: 1e-2, log: true, whole: false },
    at: ['train', 'optimiser', 'lr'],
  },
  {
    path: 'train.dropout',
    items: [
      { value: 0, changes: [{ at: ['train', 'dropout'], value: 0 }] },
      { value: 0.1, changes: [] },
    ],
  },
];
const tpe = { method: { kind: 'tpe', points: 6, startup: 3, seed: 1 }, axes } as const;

/** Stages that hand out `data` instead of making it; with `stopAfter`, the process dies behind so many trials. */
function registryOf(given: TrainingData): StageRegistry {
  const made: StageKind = {
    kind: 'made',
    version: 1,
    cost: 'light',
    async run({ what }, { out }) {
      if (what === 'cases') out.json('cases', given.table);
      else if (what === 'split') out.json('split', given.split);
      else
        out.array('x', {
          shape: [given.table.cases.length, ...given.shapes.trace!],
          data: given.features.trace!,
        });
    },
  };
  return { ...stageRegistry, made: async () => made };
}

function nodesOf(search: SearchParams['search'], params: TrainParams = base, tag = '') {
  const inputs = Object.fromEntries(
    ['cases', 'split', 'trace'].map((what) => [what, stageNode('made', 1, { what, tag })]),
  );
  const searching = stageNode('search', 1, { ...params, search } as unknown as JsonObject, inputs, 'train');
  const train = stageNode(
    'train',
    1,
    params as unknown as JsonObject,
    { ...inputs, search: searching },
    'train',
  );
  return { inputs: Object.values(inputs), searching, train };
}

async function run(search: SearchParams['search'], given: TrainingData = data, store = newStore()) {
  const { inputs, searching, train } = nodesOf(search);
  const ran = await runStages([...inputs, searching, train], store, { kinds: registryOf(given) });
  return {
    ...ran,
    found: ran.artefact(searching).json<SearchResult>('search'),
    trained: ran.artefact(train),
  };
}

const newStore = () => mkdtempSync(join(folder, 'store-'));

describe('a search', () => {
  test('tries as many points as asked, takes the least validation loss, and trains with it', async () => {
    const { found, trained, progress } = await run(tpe);
    expect(found.tried).toHaveLength(6);
    const losses = found.tried.map(({ loss }) => loss!);
    expect(losses[found.chosen]).toBe(Math.min(...losses));
    const { settings } = found.tried[found.chosen]!;
    expect(found.params.train.optimiser.lr).toBe(settings['train.optimiser.lr']);
    expect(found.params.train.dropout).toBe(settings['train.dropout']);
    // The training behind it comes to the loss that the trial had.
    const { valid } = trained.json<Predictions>('predictions');
    const nats = valid.map(({ truth, probabilities }) => -Math.log(probabilities[truth]!));
    expect(nats.reduce((sum, one) => sum + one, 0) / nats.length).toBe(losses[found.chosen]);
    expect(progress.filter(({ steps }) => steps === 6).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('is the same to the bit elsewhere, and whatever the test cases are', async () => {
    const { found } = await run(tpe);
    const blind: TrainingData = {
      ...data,
      table: {
        ...data.table,
        cases: data.table.cases.map((one, i) =>
          data.split.test.includes(i) ? { ...one, label: (one.label + 1) % 3 } : one,
        ),
      },
    };
    expect((await run(tpe, blind)).found).toEqual(found);
  });

  test('killed after some trials it goes on with the next, and ends the same', async () => {
    const whole = await run(tpe);
    const storeDir = newStore();
    const { inputs, searching } = nodesOf(tpe);
    const seen: number[] = [];
    const kinds = registryOf(data);
    const dying: StageRegistry = {
      ...kinds,
      search: async () => {
        const stage = await kinds.search!();
        return {
          ...stage,
          run: (params, context) =>
            stage.run(params, {
              ...context,
              progress: (one) => {
                seen.push(one.step);
                if (seen.length === 4) throw new Error('killed');
              },
            }),
        };
      },
    };
    await expect(runStages([...inputs, searching], storeDir, { kinds: dying })).rejects.toThrow('killed');
    const work = workPath(openStore(storeDir), searching.hash);
    expect(readdirSync(work)).toEqual(['tried.json']);
    expect(
      (JSON.parse(readFileSync(join(work, 'tried.json'), 'utf8')) as { tried: Json[] }).tried,
    ).toHaveLength(4);
    const rest = await run(tpe, data, storeDir);
    expect(rest.progress.filter(({ steps }) => steps === 6).map(({ step }) => step)).toEqual([5, 6]);
    expect(rest.found).toEqual(whole.found);
  });

  test('halving trains the first points for few epochs and the last one for all', async () => {
    const { found } = await run({ method: { kind: 'halving', points: 4, eta: 2, seed: 1 }, axes });
    expect(found.tried.map(({ epochs }) => epochs)).toEqual([3, 3, 3, 3, 6, 6, 12]);
    expect(found.chosen).toBe(6);
  });

  test('without validation cases there is nothing to choose by', async () => {
    const { valid, ...rest } = data.split;
    const params = { ...base, train: { ...base.train, select: 'last' } } as TrainParams;
    const none = { ...data, split: { ...rest, train: [...rest.train, ...valid], valid: [] } };
    const { inputs, searching } = nodesOf(tpe, {
      ...params,
      model: { ...params.model, balance: { kind: 'none' } },
    });
    const failed = runStages([...inputs, searching], newStore(), { kinds: registryOf(none) });
    await expect(failed).rejects.toThrow(/no validation cases to choose settings by/);
  });
});
