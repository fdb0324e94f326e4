/** Interprets the fixed steps of a metric or trace pipeline on series. The list of steps is data from the plan. */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Modality, Step } from '../../stages/contracts.ts';
import type { FluctuationForm } from '../fluctuation.ts';
import { daysOf, inTime, type TimedCase, unfittedDay } from './days.ts';
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
  windowMean,
} from './series.ts';
import { weighByDay, weighByFluctuation } from './weigh.ts';

export interface AppliedSteps {
  readonly windows: Windows;
  /** Series without spread in the fitted cases. */
  readonly constant: readonly number[];
  /** What was taken from the fitted cases, one per `standardize`: with it the steps can be applied to another case. */
  readonly scalings: readonly Scaling[];
}

/** The cases that means and deviations are taken from, or those that were taken before. */
export type Fitting =
  | { readonly cases: readonly boolean[]; readonly rows: readonly TimedCase[] }
  | { readonly scalings: readonly Scaling[] };

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
  checkSteps(records, steps, modality, fitting);
  const days = 'rows' in fitting ? daysOf(fitting.rows) : undefined;
  let values: Records | Windows = records;
  const constant = new Set<number>();
  const scalings: Scaling[] = [];
  for (const { op, args } of steps) {
    if (op === 'standardize') {
      const form = args.form === 'printed' ? 'printed' : 'z';
      const per = args.per === 'day' ? days : undefined;
      let scaling = 'scalings' in fitting ? fitting.scalings[scalings.length] : undefined;
      if ('cases' in fitting) {
        const found: FittedScaling =
          values.level === 'records'
            ? await fitRecords(values, fitting.cases, form, per)
            : fitWindows(values, fitting.cases, form, per);
        scaling = found.scaling;
        for (const s of found.constant) constant.add(s % values.series);
      }
      if (!scaling) throw new Error('the steps were fitted with fewer `standardize` than they have');
      scalings.push(scaling);
      values =
        values.level === 'records' ? scaleRecords(values, scaling, per) : scaleWindows(values, scaling, per);
    } else if (op === 'log1p')
      values = values.level === 'records' ? log1pRecords(values) : log1pWindows(values);
    else if (op === 'difference')
      values = values.level === 'records' ? differenceRecords(values) : differenceWindows(values);
    else if (op === 'window_mean' && values.level === 'records') values = await windowMean(values);
    else if (op === 'three_sigma' && values.level === 'records')
      values = await threeSigma(
        values,
        Number(args.threshold ?? 3),
        args.sides === 'two' ? 'two' : 'one',
        args.per === 'case' ? 'case' : 'window',
      );
    else if (op === 'weigh' && values.level === 'windows') {
      const form: FluctuationForm = {
        log: args.log === 'ln' ? 'ln' : 'log2',
        epsilon: Number(args.epsilon ?? 1e-5),
        first: args.first === 'drop' ? 'drop' : 'zero',
      };
      const byDay = args.over === 'day' && days && 'rows' in fitting;
      values = byDay
        ? weighByDay(values, form, fitting.cases, days, inTime(fitting.rows))
        : weighByFluctuation(values, form);
    }
  }
  if (values.level !== 'windows') throw new Error('checkSteps lets only lists through that end in windows');
  return { windows: values, constant: [...constant].sort((a, b) => a - b), scalings };
}

function checkSteps(records: Records, steps: readonly Step[], modality: Modality, fitting: Fitting): void {
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
    if (args.per === 'day' || args.over === 'day') {
      const day = 'rows' in fitting ? unfittedDay(fitting.rows, fitting.cases) : undefined;
      if (!('rows' in fitting)) say(op, 'goes day by day: a single case has no features of its own');
      else if (day !== undefined)
        say(
          op,
          `goes day by day, but no case of ${day || 'a day without date'} is fitted on: write \`fit = all\``,
        );
    }
    if (op === 'standardize') {
      choice('form', ['z', 'printed']);
      choice('per', ['series', 'day']);
    }
    if (op === 'three_sigma') {
      positive('threshold');
      choice('sides', ['one', 'two']);
      choice('per', ['window', 'case']);
    }
    if (op === 'weigh') {
      choice('by', ['fluctuation']);
      choice('log', ['log2', 'ln']);
      choice('first', ['zero', 'drop']);
      choice('over', ['case', 'day']);
      positive('epsilon');
    }
  }
  if (wrong.length === 0 && level === 'records')
    say(steps.at(-1)?.op ?? 'features', 'is the last step, but nothing makes one value per window');
  if (wrong.length > 0) throw new MedxError(wrong);
}
