/**
 * Stage kind → module that runs it, imported only when a stage of that kind runs: DuckDB, ONNX Runtime and the like
 * stay out of commands that do not need them. Each module exports `stage`. Add one line per kind.
 */
import type { JsonObject, StageKind } from './stage.ts';

export type StageLoader = () => Promise<StageKind>;
export type StageRegistry = Readonly<Record<string, StageLoader>>;

/** The plan gives each kind the parameters of its own type, so a kind may be taken as one for any parameters. */
function loading<P extends JsonObject>(load: () => Promise<{ readonly stage: StageKind<P> }>): StageLoader {
  return async () => (await load()).stage as StageKind;
}

export const stageRegistry: StageRegistry = {
  simulate: loading(() => import('./simulate.ts')),
  cases: loading(() => import('./cases.ts')),
  lines: loading(() => import('./lines.ts')),
  samples: loading(() => import('./samples.ts')),
  spans: loading(() => import('./spans.ts')),
  events: loading(() => import('./events.ts')),
  describe: loading(() => import('./describe.ts')),
  inspect: loading(() => import('./inspect.ts')),
  'corrupt.log': loading(() => import('./corrupt-log.ts')),
  'corrupt.metric': loading(() => import('./corrupt-metric.ts')),
  'corrupt.trace': loading(() => import('./corrupt-trace.ts')),
  split: loading(() => import('./split.ts')),
  drain: loading(() => import('./drain.ts')),
  'drain.match': loading(() => import('./drain-match.ts')),
  embed: loading(() => import('./embed.ts')),
  'features.log': loading(() => import('./features-log.ts')),
  'features.metric': loading(() => import('./features-metric.ts')),
  'features.trace': loading(() => import('./features-trace.ts')),
  'features.events': loading(() => import('./features-events.ts')),
  'events.find': loading(() => import('./events-find.ts')),
  search: loading(() => import('./search.ts')),
  train: loading(() => import('./train.ts')),
  predict: loading(() => import('./predict.ts')),
  audit: loading(() => import('./audit.ts')),
  detect: loading(() => import('./detect.ts')),
  'baseline.majority': loading(() => import('./baselines/majority.ts')),
  'baseline.stratified_random': loading(() => import('./baselines/stratified-random.ts')),
  'baseline.logreg': loading(() => import('./baselines/logreg.ts')),
  'baseline.random_forest': loading(() => import('./baselines/random-forest.ts')),
  'baseline.isquad': loading(() => import('./baselines/isquad.ts')),
  'baseline.dejavu': loading(() => import('./baselines/dejavu.ts')),
  'baseline.diagmlp': loading(() => import('./baselines/diagmlp.ts')),
  'baseline.logcluster': loading(() => import('./baselines/logcluster.ts')),
  'baseline.cloud19': loading(() => import('./baselines/cloud19.ts')),
  'baseline.diagfusion': loading(() => import('./baselines/diagfusion.ts')),
  'baseline.microcbr': loading(() => import('./baselines/microcbr.ts')),
  'baseline.tvdiag': loading(() => import('./baselines/tvdiag.ts')),
  'baseline.mepfl': loading(() => import('./baselines/mepfl.ts')),
  'baseline.cloudrca': loading(() => import('./baselines/cloudrca.ts')),
  'baseline.art': loading(() => import('./baselines/art.ts')),
};
