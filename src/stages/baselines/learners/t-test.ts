/** Student's t-test of two samples with a common variance. */
import jstat from 'jstat';

/** t of the means of `a` and `b`, its standard error held to `floor` or more. NaN where either is empty or both have one value. */
export function pooledT(a: readonly number[], b: readonly number[], floor = 0): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  const freedom = a.length + b.length - 2;
  const deviation = Math.max(floor, Math.sqrt((one.squares + other.squares) / freedom));
  return (one.mean - other.mean) / (deviation * Math.sqrt(1 / a.length + 1 / b.length));
}

/** |t| beyond which a difference is significant at this level, two-sided. */
export function criticalT(significance: number, freedom: number): number {
  return jstat.jStat.studentt.inv(1 - significance / 2, freedom);
}

/** Mean, and the sum of squared differences from it. */
function momentsOf(values: readonly number[]): { readonly mean: number; readonly squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}
