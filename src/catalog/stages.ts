/**
 * The kinds of stages, with versions: the plan and the stages read the same table. Raise a version when the same
 * parameters and inputs would give another artefact; it is part of every hash.
 */
export type StageEntry = { readonly version: number; readonly cost: 'light' | 'train'; readonly doc: string };

export const stageKinds = {
  simulate: { version: 1, cost: 'light', doc: 'Simulates a dataset.' },
  cases: { version: 2, cost: 'light', doc: 'Reads the injections and cuts their intervals.' },
  lines: { version: 3, cost: 'light', doc: 'Reads the log lines of the cases.' },
  samples: { version: 2, cost: 'light', doc: 'Reads the metric samples of the cases.' },
  spans: { version: 3, cost: 'light', doc: 'Reads the spans of the cases.' },
  events: { version: 1, cost: 'light', doc: 'Reads the extracted events of the cases.' },
  describe: { version: 1, cost: 'light', doc: 'Counts what a dataset holds.' },
  inspect: { version: 2, cost: 'light', doc: 'Looks for problems in raw telemetry and labels.' },
  'corrupt.log': { version: 2, cost: 'light', doc: 'Corrupts log lines.' },
  'corrupt.metric': { version: 1, cost: 'light', doc: 'Corrupts metric samples.' },
  'corrupt.trace': { version: 2, cost: 'light', doc: 'Corrupts spans.' },
  split: { version: 1, cost: 'light', doc: 'Divides the cases.' },
  drain: { version: 2, cost: 'light', doc: 'Parses log lines into templates.' },
  'drain.match': { version: 1, cost: 'light', doc: 'Finds the templates of corrupted log lines.' },
  embed: { version: 2, cost: 'light', doc: 'Gives every template a vector.' },
  'features.log': { version: 1, cost: 'light', doc: 'Log features per window.' },
  'features.metric': { version: 2, cost: 'light', doc: 'Metric features per window.' },
  'features.trace': { version: 3, cost: 'light', doc: 'Trace features per window.' },
  'features.events': { version: 1, cost: 'light', doc: 'Counts of extracted events per window.' },
  'events.find': { version: 1, cost: 'light', doc: 'Finds events in raw telemetry.' },
  search: { version: 1, cost: 'train', doc: 'Tries settings of a training on its validation cases.' },
  train: { version: 1, cost: 'train', doc: 'Trains and answers the test cases.' },
  predict: { version: 1, cost: 'light', doc: 'Answers test cases with a trained model.' },
  audit: { version: 1, cost: 'light', doc: 'Looks for leaks and confounded types.' },
  detect: { version: 3, cost: 'light', doc: 'Times a trained model on single cases, from their records.' },
  'baseline.majority': { version: 1, cost: 'light', doc: 'Answers the most frequent class.' },
  'baseline.stratified_random': { version: 1, cost: 'light', doc: 'Draws classes by their frequency.' },
  'baseline.logreg': { version: 1, cost: 'light', doc: 'Logistic regression on summary features.' },
  'baseline.random_forest': { version: 2, cost: 'light', doc: 'Random forest on summary features.' },
  'baseline.isquad': { version: 3, cost: 'light', doc: 'Compares the patterns of metrics.' },
  'baseline.dejavu': { version: 2, cost: 'train', doc: 'Scores instances and types by recurrent features.' },
  'baseline.diagmlp': {
    version: 1,
    cost: 'train',
    doc: 'One hidden layer on concatenated summary features.',
  },
  'baseline.logcluster': { version: 1, cost: 'light', doc: 'LogCluster: clusters of template counts.' },
  'baseline.cloud19': { version: 2, cost: 'light', doc: 'Cloud19: regressions on exception lines.' },
  'baseline.diagfusion': {
    version: 1,
    cost: 'train',
    doc: 'Sentences of events, fastText and graph convolutions.',
  },
  'baseline.microcbr': { version: 1, cost: 'light', doc: 'Compares fingerprints of cases.' },
  'baseline.tvdiag': {
    version: 1,
    cost: 'train',
    doc: 'Alerts, fastText, GraphSAGE and contrastive losses.',
  },
  'baseline.mepfl': { version: 1, cost: 'light', doc: 'MEPFL: a random forest on single traces.' },
  'baseline.cloudrca': { version: 1, cost: 'light', doc: 'CloudRCA: a Bayesian network of symptoms.' },
  'baseline.art': { version: 1, cost: 'train', doc: 'Deviations from predicted windows, and a cut tree.' },
} as const satisfies Readonly<Record<string, StageEntry>>;

export type StageKindName = keyof typeof stageKinds;
