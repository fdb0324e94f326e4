/** Speed of Drain on one core: lines per second on a file of log lines, one message a line, plain or gzip. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createDrain, type DrainOptions } from '../src/data/drain/drain.ts';
import { medicineMasks } from '../src/data/drain/masks.ts';

export interface DrainBench {
  readonly lines: number;
  readonly clusters: number;
  /** Median over the repeats; reading and unpacking the file is not counted. */
  readonly lines_per_s: number;
  readonly match_lines_per_s: number;
}

const options: DrainOptions = {
  similarity: 0.5,
  depth: 3,
  children: 100,
  clusters: 1024,
  delimiters: '_',
  masks: medicineMasks,
};

/** Every repeat learns the whole file with a fresh tree, then matches it against that tree. */
export function benchDrain(path: string, repeats = 5): DrainBench {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const fit: number[] = [];
  const match: number[] = [];
  let clusters = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const drain = createDrain(options);
    const began = performance.now();
    for (const line of lines) drain.fit(line);
    const fitted = performance.now();
    for (const line of lines) drain.match(line);
    match.push(performance.now() - fitted);
    fit.push(fitted - began);
    clusters = drain.templates().length;
  }
  const perSecond = (times: number[]): number => {
    const sorted = times.toSorted((a, b) => a - b);
    return Math.round((lines.length / (sorted[sorted.length >> 1] ?? Number.NaN)) * 1000);
  };
  return {
    lines: lines.length,
    clusters,
    lines_per_s: perSecond(fit),
    match_lines_per_s: perSecond(match),
  };
}
