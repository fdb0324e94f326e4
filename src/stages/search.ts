/**
 * Stage `search`: tries settings of a training, one after the other, and says which had the least loss on the validation cases →
 * json `search` (`SearchResult`). It is given no test case. The training itself, with what was chosen, is stage `train`'s.
 * Which point comes next is `src/search`'s; finished trials are kept in the work folder, so a killed search goes on.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stageKinds } from '../catalog/stages.ts';
import { spaceCodes } from '../diagnostics/codes/sweeps.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../disk/write.ts';
import { chooseTrial, countTrials, nextTrials, type Trial, type Tried } from '../search/method.ts';
import type { SearchParams, SearchResult, TrainParams } from './contracts.ts';
import { openEngine } from './engine.ts';
import { meanLoss } from './loss.ts';
import { readTrainingData, type TrainingData } from './medicine/features.ts';
import { fitMedicine } from './medicine/fit.ts';
import { paramsAt, settingsAt, spaceOf } from './medicine/searched.ts';
import type { StageContext, StageKind } from './stage.ts';

const { version, cost } = stageKinds.search;
const checkpointEvery = 10_000;

export const stage: StageKind<SearchParams> = {
  kind: 'search',
  version,
  cost,
  async run(params, context) {
    const { method, axes } = params.search;
    const { epochs } = params.train;
    const data = withoutTest(readTrainingData(params, context.inputs));
    const engine = await openEngine(params.engine);
    const space = spaceOf(axes);
    const total = countTrials(method, epochs);
    const memory = openMemory(context, params);
    let tried = memory.read();
    for (let next = nextTrials(method, space, tried, epochs); next.length > 0; ) {
      for (const trial of next) {
        const at = paramsAt(params, axes, trial.point);
        const train = trainOf(at, trial, epochs);
        const folder = join(context.workDir, `trial-${tried.length}`);
        makeFolder(folder);
        const loss = await lossOf(async () => {
          const key = `${memory.key} ${tried.length}`;
          const options = { workDir: folder, key, checkpointEvery, progress: () => undefined };
          const { predictions } = await fitMedicine(engine, { ...at, train }, data, options);
          return meanLoss(predictions.valid);
        });
        tried = [...tried, { ...trial, loss }];
        memory.write(tried);
        rmSync(folder, { recursive: true, force: true });
        tell(context, params, tried, total);
      }
      next = nextTrials(method, space, tried, epochs);
    }
    const chosen = chooseTrial(tried);
    if (chosen === undefined) throw new MedxError(report(spaceCodes, 'MED1434', { count: tried.length }));
    const { model, train } = paramsAt(params, axes, tried[chosen]!.point);
    const result: SearchResult = {
      tried: tried.map((trial) => ({
        settings: settingsAt(axes, trial.point),
        epochs: trainOf(paramsAt(params, axes, trial.point), trial, epochs).epochs,
        loss: trial.loss,
      })),
      chosen,
      params: { model, train },
    };
    context.out.json('search', result);
  },
};

/** An axis may set the epochs; a rung of halving gives less than all of them. */
function trainOf({ train }: TrainParams, trial: Trial, all: number): TrainParams['train'] {
  return trial.epochs < all ? { ...train, epochs: trial.epochs } : train;
}

/** Test cases cannot choose what they are not shown. */
function withoutTest(data: TrainingData): TrainingData {
  if (data.split.valid.length === 0) throw new MedxError(report(spaceCodes, 'MED1433', {}));
  return { ...data, split: { ...data.split, test: [] } };
}

/** Null for a training whose numbers are not finite: its settings are bad, not the search. */
async function lossOf(train: () => Promise<number>): Promise<number | null> {
  try {
    return await train();
  } catch (error) {
    if (error instanceof MedxError && error.diagnostics.every(({ code }) => code === 'MED5201')) return null;
    throw error;
  }
}

function tell(context: StageContext, params: SearchParams, tried: readonly Tried[], steps: number): void {
  const { point, loss } = tried.at(-1)!;
  const settings = Object.entries(settingsAt(params.search.axes, point)).map(
    ([path, value]) => `${path}=${value}`,
  );
  const best = chooseTrial(tried);
  context.progress({
    step: tried.length,
    steps,
    ...(loss === null ? {} : { losses: { valid: loss } }),
    note: `${settings.join(' ')}${best === tried.length - 1 ? ', best so far' : ''}`,
  });
}

/** Finished trials in the work folder, of this very search. */
function openMemory({ workDir, inputs }: StageContext, params: SearchParams) {
  const hashes = Object.keys(inputs)
    .sort()
    .map((name) => [name, inputs[name]?.hash]);
  const key = createHash('sha256')
    .update(JSON.stringify([version, params, hashes]))
    .digest('hex');
  const file = join(workDir, 'tried.json');
  return {
    key,
    read(): readonly Tried[] {
      if (!existsSync(file)) return [];
      const kept = JSON.parse(readFileSync(file, 'utf8')) as { key: string; tried: readonly Tried[] };
      return kept.key === key ? kept.tried : [];
    },
    write(tried: readonly Tried[]): void {
      writeBeside(file, JSON.stringify({ key, tried }));
    },
  };
}
