/** Dividing cases into training, validation and test, or into folds: stratified by class, seeded, groups kept together. */
import { eventCodes } from '../diagnostics/codes/events.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import type { Split, SplitParams, SplitPart } from '../stages/contracts.ts';
import { shuffledIndices } from './random.ts';
import { fillParts, impossible, mergeGroups, requireGroups, splitByTime } from './split-kinds.ts';

export interface SplitCase {
  readonly label: number;
  /** Cases of one group are never divided if `groups` is `together`. */
  readonly group: number;
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  readonly day: string;
  /** Epoch milliseconds; 0 where the labels have no times. */
  readonly start: number;
  readonly end: number;
  /** Where the set itself marks the case. */
  readonly part?: SplitPart;
}

/** Streams of random numbers: the folds, the division of what is left, and a plain split draw independently. */
const streams = { plain: 1, folds: 2, valid: 3, published: 4 } as const;

/**
 * Every part lists its cases in ascending order. With folds, fold `fold` is the test part; the same seed gives the same
 * folds whichever of them is asked for. Throws `MedxError` if the numbers ask for the impossible.
 */
export function splitCases(cases: readonly SplitCase[], params: SplitParams): Split {
  if (params.kind === 'published') return publishedSplit(cases, params);
  if ('folds' in params) checkFolds(cases.length, params);
  if (params.kind === 'random')
    return drawSplit(
      cases.map((one) => ({ ...one, label: 0 })),
      params,
    );
  if (params.kind === 'temporal') return checked(splitByTime(cases, params));
  if (params.kind === 'grouped') {
    const merged = mergeGroups(cases, params.by);
    requireGroups(merged, params);
    return drawSplit(merged, params);
  }
  return drawSplit(cases, params);
}

type DrawnParams = Extract<SplitParams, { kind: 'stratified' | 'random' | 'grouped' }>;

function drawSplit(cases: readonly SplitCase[], params: DrawnParams): Split {
  const all = cases.map((_, i) => i);
  const deal = (members: readonly number[], shares: readonly number[], seed: number, stream: number) => {
    const parts = divide(members, cases, shares, seed, stream, params.groups);
    return params.kind === 'grouped' ? fillParts(parts, cases) : parts;
  };
  if (!('folds' in params)) {
    const shares = [params.train, params.valid, params.test];
    const total = shares.reduce((a, b) => a + b, 0);
    if (shares.some((share) => !(share >= 0)) || Math.abs(total - 1) > 1e-9)
      throw impossible(
        `the shares add up to ${Number(total.toFixed(6))}`,
        'shares of at least 0 that add up to 1',
      );
    const [train = [], valid = [], test = []] = deal(all, shares, params.seed, streams.plain);
    return checked({ train, valid, test });
  }
  const { folds, fold, valid: share, repeat = 0 } = params;
  // Beyond what folds add to it below.
  const seed = params.seed + repeat * 2 ** 42;
  const equal = new Array<number>(folds).fill(1 / folds);
  const test = deal(all, equal, seed, streams.folds)[fold] ?? [];
  const rest = all.filter((i) => !test.includes(i));
  const [train = [], valid = []] = deal(rest, [1 - share, share], seed + fold * 2 ** 32, streams.valid);
  return checked({ train, valid, test });
}

function checkFolds(cases: number, { folds, fold }: Extract<SplitParams, { folds: number }>): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > cases)
    throw impossible(`${folds} folds of ${cases} cases`, 'between 2 folds and one per case');
  if (!Number.isInteger(fold) || fold < 0 || fold >= folds)
    throw impossible(`fold ${fold} of ${folds}`, 'a fold from 0 on, below their number');
}

/** The set's own marks. Throws `MedxError` unless every case is marked. */
function publishedSplit(
  cases: readonly SplitCase[],
  params: Extract<SplitParams, { kind: 'published' }>,
): Split {
  const unmarked = cases.filter(({ part }) => part === undefined);
  const first = unmarked[0]?.id ?? '';
  if (unmarked.length > 0)
    throw new MedxError(
      report(eventCodes, 'MED3053', { cases: cases.length, unmarked: unmarked.length, first }),
    );
  const marked = (name: SplitPart) => cases.flatMap(({ part }, i) => (part === name ? [i] : []));
  const test = marked('test');
  const own = marked('valid');
  if (own.length > 0) return checked({ train: marked('train'), valid: own, test });
  const shares = [1 - params.valid, params.valid];
  const [train = [], valid = []] = divide(
    marked('train'),
    cases,
    shares,
    params.seed,
    streams.published,
    params.groups,
  );
  return checked({ train, valid, test });
}

/** Test cases that share a group with a training or validation case: a published split may not have looked. */
export function overlappingTests(cases: readonly SplitCase[], split: Split): number {
  const learnt = new Set([...split.train, ...split.valid].map((i) => cases[i]?.group));
  return split.test.filter((i) => learnt.has(cases[i]?.group)).length;
}

/**
 * Deals groups to parts, the largest first, then class by class in random order: each goes to the part that lacks most of
 * its classes, then to the one that lacks most cases at all, so that what is left over of one class evens out another's.
 */
function divide(
  members: readonly number[],
  cases: readonly SplitCase[],
  shares: readonly number[],
  seed: number,
  stream: number,
  groups: 'together' | 'apart',
): number[][] {
  const byGroup = new Map<number, number[]>();
  for (const i of members) {
    const key = groups === 'together' ? (cases[i]?.group ?? i) : i;
    byGroup.set(key, [...(byGroup.get(key) ?? []), i]);
  }
  const units = [...byGroup.values()];
  const rank = shuffledIndices(units.length, seed, stream);
  const labelOf = (unit: number) => cases[units[unit]?.[0] ?? 0]?.label ?? 0;
  const order = rank.sort(
    (a, b) => (units[b]?.length ?? 0) - (units[a]?.length ?? 0) || labelOf(a) - labelOf(b),
  );
  const labels = members.map((i) => cases[i]?.label ?? 0);
  const classes = Math.max(0, ...labels) + 1;
  const want = shares.map((share) => {
    const perClass = new Array<number>(classes).fill(0);
    for (const label of labels) perClass[label] = (perClass[label] ?? 0) + share;
    return perClass;
  });
  const parts: number[][] = shares.map(() => []);
  for (const at of order) {
    const unit = units[at] ?? [];
    let best = 0;
    let bestNeed = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;
    shares.forEach((share, part) => {
      if (share <= 0) return;
      const perClass = want[part] ?? [];
      const need = unit.reduce((sum, i) => sum + (perClass[cases[i]?.label ?? 0] ?? 0), 0);
      const overall = perClass.reduce((sum, n) => sum + n, 0);
      const closer = need > bestNeed[0] + 1e-9;
      const tied = Math.abs(need - bestNeed[0]) <= 1e-9 && overall > bestNeed[1] + 1e-9;
      if (closer || tied) {
        best = part;
        bestNeed = [need, overall];
      }
    });
    for (const i of unit) {
      const label = cases[i]?.label ?? 0;
      const perClass = want[best];
      if (perClass) perClass[label] = (perClass[label] ?? 0) - 1;
      parts[best]?.push(i);
    }
  }
  return parts.map((part) => part.sort((a, b) => a - b));
}

function checked(split: Split): Split {
  if (split.train.length === 0) throw impossible('no case is left to train on', 'at least one training case');
  if (split.test.length === 0) throw impossible('no case is left to test on', 'at least one test case');
  return split;
}

/** Classes of which a part that should have cases has none. */
export function missingClasses(
  cases: readonly SplitCase[],
  split: Split,
  classes: readonly string[],
): { type: string; cases: number; parts: string[] }[] {
  return classes.flatMap((type, label) => {
    const of = (part: readonly number[]) => part.filter((i) => cases[i]?.label === label).length;
    const parts = (['train', 'valid', 'test'] as const).filter(
      (name) => split[name].length > 0 && of(split[name]) === 0,
    );
    return parts.length === 0 ? [] : [{ type, cases: cases.filter((c) => c.label === label).length, parts }];
  });
}
