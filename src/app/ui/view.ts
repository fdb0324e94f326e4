/**
 * What a run looks like at one moment, built from its events alone. The screen and the plain lines read it; it draws nothing.
 */
import { noticeKey } from '../../report/notices.ts';
import type { ProgressEvent, RunEvent, StageEvent, StageState, StartedEvent } from '../../run/events.ts';
import type { Notice } from '../../stages/stage.ts';

export interface StageView {
  readonly hash: string;
  readonly kind: string;
  readonly label: string;
  readonly cost: 'light' | 'train';
  state: StageState;
  /** Milliseconds since the epoch. */
  startedAt: number;
  seconds?: number;
  step: number;
  steps: number;
  losses: Readonly<Record<string, number>>;
  /** What every step that was seen said: losses, `theta.MODALITY`, and factors by name. */
  readonly curves: Map<string, number[]>;
  note?: string;
}

export interface RunView {
  started?: StartedEvent;
  startedAt: number;
  /** By hash, in the order in which the events named them. */
  readonly stages: Map<string, StageView>;
  /** Hash of a scored stage → `full seed 3 fold 2`. */
  readonly jobNames: Map<string, string>;
  /** By what they say, whatever their numbers: the latest, and how many stages said it. */
  readonly notices: Map<string, Notice & { readonly stages: number }>;
  /** Stages that ended in this run, whatever their end. */
  ended: number;
  failed: number;
  finished: boolean;
}

export function createView(): RunView {
  return {
    startedAt: 0,
    stages: new Map(),
    jobNames: new Map(),
    notices: new Map(),
    ended: 0,
    failed: 0,
    finished: false,
  };
}

/** Takes one event in. */
export function applyEvent(view: RunView, event: RunEvent): void {
  const at = Date.parse(event.at);
  if (event.type === 'started') {
    view.started = event;
    view.startedAt = at;
    nameJobs(view, event);
  } else if (event.type === 'stage') applyStage(view, event, at);
  else if (event.type === 'progress') {
    const stage = view.stages.get(event.hash);
    if (!stage) return;
    stage.step = event.step;
    stage.steps = event.steps;
    if (event.losses) stage.losses = event.losses;
    extendCurves(stage, event);
    if (event.note !== undefined) stage.note = event.note;
  } else if (event.type === 'notice') {
    const key = noticeKey(event);
    const { code, message } = event;
    view.notices.set(key, { code, message, stages: (view.notices.get(key)?.stages ?? 0) + 1 });
  } else if (event.type === 'finished') view.finished = true;
}

function extendCurves(stage: StageView, { losses, theta, factors }: ProgressEvent): void {
  const add = (name: string, value: number) => {
    const curve = stage.curves.get(name);
    if (curve) curve.push(value);
    else stage.curves.set(name, [value]);
  };
  for (const [name, value] of Object.entries(losses ?? {})) add(name, value);
  for (const [name, value] of Object.entries(theta ?? {})) add(`theta.${name}`, value);
  for (const [name, value] of Object.entries(factors ?? {})) add(name, value);
}

function applyStage(view: RunView, event: StageEvent, at: number): void {
  const { hash, kind, label, cost, state } = event;
  const known = view.stages.get(hash);
  const fresh = { step: 0, steps: 0, losses: {}, curves: new Map() };
  const stage: StageView = known ?? { hash, kind, label, cost, state, startedAt: at, ...fresh };
  stage.state = state;
  if (state === 'running') stage.startedAt = at;
  if (event.seconds !== undefined) stage.seconds = event.seconds;
  if (!known) view.stages.set(hash, stage);
  const wasThere = state === 'cached' && known === undefined;
  if (state !== 'running' && !wasThere) view.ended += 1;
  if (state === 'failed') view.failed += 1;
}

function nameJobs(view: RunView, { experiments }: StartedEvent): void {
  for (const experiment of experiments) {
    for (const row of experiment.rows) {
      for (const { hash, seed, fold } of row.jobs) {
        const place = fold === undefined ? `seed ${seed}` : `seed ${seed} fold ${fold}`;
        if (!view.jobNames.has(hash)) view.jobNames.set(hash, `${row.name} ${place}`);
      }
    }
  }
}

export const nameOf = (view: RunView, stage: StageView) => view.jobNames.get(stage.hash) ?? stage.label;

/** What the steps of a stage are. */
export const unitOf = ({ kind, cost }: StageView) =>
  kind === 'search' ? 'trial' : cost === 'train' ? 'epoch' : 'step';

export const runningStages = (view: RunView) =>
  [...view.stages.values()].filter((stage) => stage.state === 'running');

/** Seconds until a running stage ends, from the steps it has made; undefined before the first. */
export function stageSecondsLeft(stage: StageView, now: number): number | undefined {
  if (stage.step <= 0 || stage.steps <= 0) return undefined;
  const elapsed = Math.max(0, now - stage.startedAt) / 1000;
  return (elapsed / stage.step) * Math.max(0, stage.steps - stage.step);
}

/**
 * Seconds until the run ends: what runs and what waits, at the pace of finished or running stages of the same cost, spread over
 * the slots. Undefined until there is a pace to go by.
 */
export function runSecondsLeft(view: RunView, now: number): number | undefined {
  if (!view.started) return undefined;
  const { jobs, stages } = view.started;
  const running = runningStages(view);
  const toRun = countByCost(view, stages.toRun);
  let work = 0;
  let longest = 0;
  for (const cost of ['light', 'train'] as const) {
    const pace = paceOf(view, cost, now);
    const here = running.filter((stage) => stage.cost === cost);
    const waiting = Math.max(0, toRun[cost] - here.length);
    if (pace === undefined && cost === 'train' && (waiting > 0 || here.length > 0)) return undefined;
    for (const stage of here) {
      const elapsed = (now - stage.startedAt) / 1000;
      const left = stageSecondsLeft(stage, now) ?? Math.max(0, (pace ?? 0) - elapsed);
      work += left;
      longest = Math.max(longest, left);
    }
    work += waiting * (pace ?? 0);
  }
  return Math.max(longest, work / Math.max(1, jobs));
}

/** Stages of each cost that have not ended. Jobs of rows are known beforehand; the rest is light. */
function countByCost(view: RunView, toRun: number): Record<'light' | 'train', number> {
  const unended = toRun - view.ended;
  let train = 0;
  for (const hash of view.jobNames.keys()) {
    const stage = view.stages.get(hash);
    if (!stage || (stage.state === 'running' && stage.cost === 'train')) train += 1;
  }
  return { train: Math.min(train, unended), light: Math.max(0, unended - train) };
}

function paceOf(view: RunView, cost: 'light' | 'train', now: number): number | undefined {
  const known: number[] = [];
  for (const stage of view.stages.values()) {
    if (stage.cost !== cost) continue;
    if (stage.state === 'done' && stage.seconds !== undefined) known.push(stage.seconds);
  }
  if (known.length === 0) {
    for (const stage of runningStages(view)) {
      const left = stage.cost === cost ? stageSecondsLeft(stage, now) : undefined;
      if (left !== undefined) known.push((now - stage.startedAt) / 1000 + left);
    }
  }
  if (known.length === 0) return undefined;
  return known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
}

export type JobState = StageState | 'waiting';

export interface JobView {
  readonly hash: string;
  readonly state: JobState;
}

export interface RowView {
  readonly experiment: string;
  readonly name: string;
  readonly kind: 'variant' | 'baseline';
  /** By seed: its jobs, one per fold. */
  readonly seeds: readonly { readonly seed: number; readonly jobs: readonly JobView[] }[];
}

export function rowsOf(view: RunView): RowView[] {
  return (view.started?.experiments ?? []).flatMap((experiment) =>
    experiment.rows.map((row) => {
      const seeds = new Map<number, JobView[]>();
      for (const { seed, hash } of row.jobs) {
        const state = view.stages.get(hash)?.state ?? 'waiting';
        seeds.set(seed, [...(seeds.get(seed) ?? []), { hash, state }]);
      }
      return {
        experiment: experiment.name,
        name: row.name,
        kind: row.kind,
        seeds: [...seeds].map(([seed, jobs]) => ({ seed, jobs })),
      };
    }),
  );
}

/** `train 1.234  valid 1.432`: the two losses that matter first, then others while there is room. */
export function lossText(losses: Readonly<Record<string, number>>, most = 2): string {
  const first = ['train', 'valid'];
  const names = Object.keys(losses).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  function rank(name: string): number {
    const at = first.indexOf(name);
    return at < 0 ? first.length : at;
  }
  return names
    .slice(0, most)
    .map((name) => `${name} ${losses[name]!.toPrecision(4)}`)
    .join('  ');
}
