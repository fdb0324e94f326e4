/**
 * Log features of one case: template counts per window → one vector per window (paper equations 1–3 and 5).
 * Reading artefacts, and what is said about cases without logs, is left to `src/stages/features-log.ts`.
 */
import type { Step } from '../../stages/contracts.ts';
import { type FluctuationForm, fluctuationWeights, paperFluctuation } from '../fluctuation.ts';

/** Counts of one case. */
export interface CaseCounts {
  /** Rows of the template vectors that occur in the case, ascending. */
  readonly templates: readonly number[];
  /** `[templates, windows]`, row-major. */
  readonly counts: Float64Array;
}

/**
 * Rows of a `counts` array [n, 4] (case, window, template, count; sorted) by case.
 */
export function countsByCase(rows: Int32Array, cases: number, windows: number): CaseCounts[] {
  const bounds = new Int32Array(cases + 1);
  for (let i = 0; i < rows.length; i += 4) {
    const at = (rows[i] as number) + 1;
    bounds[at] = (bounds[at] as number) + 1;
  }
  for (let i = 1; i <= cases; i++) bounds[i] = (bounds[i] as number) + (bounds[i - 1] as number);
  return Array.from({ length: cases }, (_, k) => {
    const own = rows.subarray(4 * (bounds[k] as number), 4 * (bounds[k + 1] as number));
    const present = new Set<number>();
    for (let i = 2; i < own.length; i += 4) present.add(own[i] as number);
    const templates = [...present].sort((a, b) => a - b);
    const placeOf = new Map(templates.map((template, place) => [template, place] as const));
    const counts = new Float64Array(templates.length * windows);
    for (let i = 0; i < own.length; i += 4) {
      const place = placeOf.get(own[i + 2] as number) as number;
      counts[place * windows + (own[i + 1] as number)] = own[i + 3] as number;
    }
    return { templates, counts };
  });
}

/** Weights of the templates of a case: by fluctuation (equations 1–3), or, without a form, all the same. Sum 1. */
export function templateWeights(
  { templates, counts }: CaseCounts,
  windows: number,
  form: FluctuationForm | undefined,
): Float64Array {
  if (form) return fluctuationWeights(counts, templates.length, windows, form);
  return new Float64Array(templates.length).fill(1 / templates.length);
}

/**
 * Equation 5 over the templates that are present in a window: r_j = Σ w_i h_i over i with c_ij > 0. (Over all templates,
 * as printed, r_j would be the same in every window.) Writes `[windows, dim]` at `offset` of `into`.
 */
export function writeWeightedSum(
  { templates, counts }: CaseCounts,
  weights: Float64Array,
  vectors: Float32Array,
  dim: number,
  windows: number,
  into: Float32Array,
  offset: number,
): void {
  const sum = new Float64Array(dim);
  for (let window = 0; window < windows; window++) {
    sum.fill(0);
    const present = templates.flatMap((template, place) =>
      counts[place * windows + window] === 0 ? [] : [{ base: template * dim, weight: weights[place] ?? 0 }],
    );
    // Four templates in one pass over the sum: three times as fast, and each number adds up in the same order.
    let next = 0;
    for (; next + 4 <= present.length; next += 4) {
      const [first, second, third, fourth] = present.slice(next, next + 4) as [Term, Term, Term, Term];
      const [a, b, c, e] = [first.base, second.base, third.base, fourth.base];
      const [wa, wb, wc, we] = [first.weight, second.weight, third.weight, fourth.weight];
      for (let d = 0; d < dim; d++)
        sum[d] =
          (sum[d] as number) +
          wa * (vectors[a + d] as number) +
          wb * (vectors[b + d] as number) +
          wc * (vectors[c + d] as number) +
          we * (vectors[e + d] as number);
    }
    for (const { base, weight } of present.slice(next))
      for (let d = 0; d < dim; d++) sum[d] = (sum[d] as number) + weight * (vectors[base + d] as number);
    into.set(sum, offset + window * dim);
  }
}

/** A template in the sum of a window: where its vector begins, and its weight. */
interface Term {
  readonly base: number;
  readonly weight: number;
}

/** What the values of one case are multiplied with so that their root mean square is `rms`; zeros stay zeros. */
export function factorToRms(values: Float32Array, rms: number): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return squares === 0 ? 1 : rms / Math.sqrt(squares / values.length);
}

export function scaleToRms(values: Float32Array, rms: number): void {
  const factor = factorToRms(values, rms);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
}

/** Windows in which some template occurs. */
export function coveredWindows({ templates, counts }: CaseCounts, windows: number): number {
  let covered = 0;
  for (let window = 0; window < windows; window++) {
    if (templates.some((_, place) => (counts[place * windows + window] as number) > 0)) covered++;
  }
  return covered;
}

/** What the fixed steps of the log pipeline say. */
export interface LogForm {
  /** The form of the weights; undefined = all templates alike. */
  readonly form: FluctuationForm | undefined;
  /** Of each case; undefined = as it comes. */
  readonly rms: number | undefined;
}

/** Step lists are checked when the file is. */
export function parseLogSteps(steps: readonly Step[]): LogForm {
  const names = steps.map(({ op }) => op).join(' -> ');
  if (!/^(weigh -> )?weighted_sum( -> scale)?$/.test(names))
    throw new Error(`features.log cannot run the steps ${names}`);
  const scale = steps.find(({ op }) => op === 'scale');
  const weigh = steps.find(({ op }) => op === 'weigh');
  const { log, epsilon, first } = weigh?.args ?? {};
  return {
    rms: scale && Number(scale.args.rms ?? 3),
    form: weigh && {
      log: log === 'ln' ? 'ln' : paperFluctuation.log,
      epsilon: typeof epsilon === 'number' ? epsilon : paperFluctuation.epsilon,
      first: first === 'drop' ? 'drop' : paperFluctuation.first,
    },
  };
}
