/** A curve in one line of text. */

const bars = '▁▂▃▄▅▆▇█';

/** At most `width` bars from the least to the largest value; neighbours are averaged where there are more values than bars. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0 || width <= 0) return '';
  const shown = Math.min(width, values.length);
  const means = Array.from({ length: shown }, (_, i) => {
    const part = values.slice(
      Math.floor((i * values.length) / shown),
      Math.floor(((i + 1) * values.length) / shown),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [least, largest] = [Math.min(...means), Math.max(...means)];
  const range = largest - least;
  return means
    .map(
      (value) =>
        bars[range > 0 ? Math.min(bars.length - 1, Math.floor(((value - least) / range) * bars.length)) : 3],
    )
    .join('');
}
