/** Interprets the fixed steps of a metric or trace pipeline on series. The list of steps is data from the plan. */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Modality, Step } from '../../stages/contracts.ts';
import {
  differenceRecords,
  differenceWindows,
  type FittedScaling,
  fitRecords,
  fitWindows,
  log1pRecords,
  log1pWindows,
  type Records,
  type Scaling,
  scaleRecords,
  scaleWindows,
  threeSigma,
  type Windows,
  weighByFluctuation,
  windowMean,
} from './series.ts';

export interface AppliedSteps {
  readonly windows: Windows;
  /** Series without spread in the fitted cases. */
  readonly constant: readonly number[];
  /** What was taken from the fitted cases, one per `standardize`: with it the steps can be applied to another case. */
  readonly scalings: readonly Scaling[];
}

/** The cases that means and deviations are taken from, or those that were taken before. */
export type Fitting = { readonly cases: readonly boolean[] } | { readonly scalings: readonly Scaling[] };

type Level = 'records' | 'windows';

interface StepRule {
  /** Level after the step; undefined if it cannot be applied to values of this level. */
  readonly gives: (level: Level, records: Records) => Level | undefined;
  readonly needs: string;
}

const toWindows = (level: Level): Level | undefined => (level === 'records' ? 'windows' : undefined);
const same = (level: Level): Level => level;

const rules: Readonly<Record<string, StepRule>> = {
  standardize: { gives: same, needs: '' },
  log1p: { gives: same, needs: '' },
  difference: {
    gives: (level, records) => (level === 'records' && !records.ordered ? undefined : level),
    needs: 'needs values in order of time: put it after the step that makes one value per window',
  },
  window_mean: { gives: toWindows, needs: 'needs single records, but there is one value per window already' },
  three_sigma: { gives: toWindows, needs: 'needs single records, but there is one value per window already' },
  weigh: {
    gives: (level) => (level === 'windows' ? 'windows' : undefined),
    needs: 'needs counts per window: put it after `three_sigma` or `window_mean`',
  },
};

/**
 * Runs the steps. Throws `MedxError` naming every step that is unknown, out of place, or has a wrong argument, before
 * anything is computed.
 */
export async function applySteps(
  records: Records,
  steps: readonly Step[],
  fitting: Fitting,
  modality: Modality,
): Promise<AppliedSteps> {
  checkSteps(records, steps, modality);
  let values: Records | Windows = records;
  const constant = new Set<number>();
  const scalings: Scaling[] = [];
  for (const { op, args } of steps) {
    if (op === 'standardize') {
      const form = args.form === 'printed' ? 'printed' : 'z';
      let scaling = 'scalings' in fitting ? fitting.scalings[scalings.length] : undefined;
      if ('cases' in fitting) {
        const found: FittedScaling =
          values.level === 'records'
            ? await fitRecords(values, fitting.cases, form)
            : fitWindows(values, fitting.cases, form);
        scaling = found.scaling;
        for (const s of found.constant) constant.add(s);
      }
      if (!scaling) throw new Error('the steps were fitted with fewer `standardize` than they have');
      scalings.push(scaling);
      values = values.level === 'records' ? scaleRecords(values, scaling) : scaleWindows(values, scaling);
    } else if (op === 'log1p')
      values = values.level === 'records' ? log1pRecords(values) : log1pWindows(values);
    else if (op === 'difference')
      values = values.level === 'records' ? differenceRecords(values) : differenceWindows(values);
    else if (op === 'window_mean' && values.level === 'records') values = await windowMean(values);
    else if (op === 'three_sigma' && values.level === 'records')
      values = await threeSigma(values, Number(args.threshold ?? 3), args.sides === 'two' ? 'two' : 'one');
    else if (op === 'weigh' && values.level === 'windows')
      values = weighByFluctuation(values, {
        log: args.log === 'ln' ? 'ln' : 'log2',
        epsilon: Number(args.epsilon ?? 1e-5),
        first: args.first === 'drop' ? 'drop' : 'zero',
      });
  }
  if (values.level !== 'windows') throw new Error('checkSteps lets only lists through that end in windows');
  return { windows: values, constant: [...constant].sort((a, b) => a - b), scalings };
}

function checkSteps(records: Records, steps: readonly Step[], modality: Modality): void {
  const wrong: Diagnostic[] = [];
  const list = steps.map(({ op }) => op).join(' -> ') || 'none';
  const say = (step: string, problem: string) =>
    wrong.push(report(dataCodes, 'MED3011', { modality, step, problem, steps: list }));
  let level: Level = 'records';
  for (const { op, args } of steps) {
    const rule = Object.hasOwn(rules, op) ? rules[op] : undefined;
    if (!rule) {
      say(op, 'is not a feature step here');
      continue;
    }
    const gives = rule.gives(level, records);
    if (gives === undefined) say(op, rule.needs);
    else level = gives;
    const choice = (name: string, words: readonly string[]) => {
      const value = args[name];
      if (value !== undefined && !(typeof value === 'string' && words.includes(value)))
        say(op, `has ${name} ${JSON.stringify(value)}, expected ${words.join(' or ')}`);
    };
    const positive = (name: string) => {
      const value = args[name];
      if (value !== undefined && !(typeof value === 'number' && value > 0))
        say(op, `has ${name} ${JSON.stringify(value)}, expected a number above 0`);
    };
    if (op === 'standardize') choice('form', ['z', 'printed']);
    if (op === 'three_sigma') {
      positive('threshold');
      choice('sides', ['one', 'two']);
    }
    if (op === 'weigh') {
      choice('by', ['fluctuation']);
      choice('log', ['log2', 'ln']);
      choice('first', ['zero', 'drop']);
      positive('epsilon');
    }
  }
  if (wrong.length === 0 && level === 'records')
    say(steps.at(-1)?.op ?? 'features', 'is the last step, but nothing makes one value per window');
  if (wrong.length > 0) throw new MedxError(wrong);
}
