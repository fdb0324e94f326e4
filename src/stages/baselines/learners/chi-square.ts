/**
 * Tests of independence between discrete variables: G² given others, and the tail of the χ² distribution. The incomplete
 * gamma function is the series below, the continued fraction above (Press et al., Numerical Recipes, 6.2). Our own: npm's
 * packages of distributions are large for this one function. `test/stages/baselines` compares both with SciPy.
 */

/** A variable as states 0, 1, … by row. */
export interface Variable {
  readonly states: number;
  readonly values: Uint8Array;
}

export interface GTest {
  readonly statistic: number;
  /** Of the tables that rows fill: a state that a stratum never shows adds none. */
  readonly freedom: number;
  readonly p: number;
}

/**
 * G² = 2 Σ n_xyz ln(n_xyz n_z / (n_xz n_yz)) of `x` and `y` given `given` (Spirtes, Glymour and Scheines, Causation,
 * Prediction, and Search, 5.5). Without freedom p is 1.
 */
export function gTest(x: Variable, y: Variable, given: readonly Variable[]): GTest {
  const strata = given.reduce((product, { states }) => product * states, 1);
  const cells = x.states * y.states;
  const counts = new Int32Array(strata * cells);
  for (let row = 0; row < x.values.length; row++) {
    let stratum = 0;
    for (const { states, values } of given) stratum = stratum * states + (values[row] as number);
    const at = stratum * cells + (x.values[row] as number) * y.states + (y.values[row] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  let [statistic, freedom] = [0, 0];
  const [perX, perY] = [new Int32Array(x.states), new Int32Array(y.states)];
  for (let from = 0; from < counts.length; from += cells) {
    perX.fill(0);
    perY.fill(0);
    let total = 0;
    for (let k = 0; k < cells; k++) {
      const n = counts[from + k] as number;
      const [i, j] = [Math.floor(k / y.states), k % y.states];
      perX[i] = (perX[i] as number) + n;
      perY[j] = (perY[j] as number) + n;
      total += n;
    }
    if (total === 0) continue;
    for (let k = 0; k < cells; k++) {
      const n = counts[from + k] as number;
      if (n === 0) continue;
      const expected = (perX[Math.floor(k / y.states)] as number) * (perY[k % y.states] as number);
      statistic += 2 * n * Math.log((n * total) / expected);
    }
    freedom += (seen(perX) - 1) * (seen(perY) - 1);
  }
  return { statistic, freedom, p: freedom > 0 ? chiSquareTail(statistic, freedom) : 1 };
}

function seen(counts: Int32Array): number {
  let found = 0;
  for (const n of counts) if (n > 0) found++;
  return found;
}

/** P(X ≥ x) of χ² with so many degrees of freedom. */
export function chiSquareTail(x: number, freedom: number): number {
  if (x <= 0) return 1;
  const [a, half] = [freedom / 2, x / 2];
  const scale = Math.exp(a * Math.log(half) - half - logGamma(a));
  if (half < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = a + 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= half / n;
      sum += term;
    }
    return Math.max(0, 1 - scale * sum);
  }
  // Lentz's way through the continued fraction.
  const tiny = 1e-300;
  let b = half + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b, tiny);
    c = nonZero(b + numerator / c, tiny);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return scale * fraction;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** ln Γ(x), x > 0, by Lanczos' approximation (g = 7, 9 terms): an error below 1e-13. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const at = x - 1;
  const sum = terms.reduce((total, term, i) => total + term / (at + i + 1), 0.9999999999998099);
  const t = at + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum);
}
