/** How often each template occurs, as the methods that count templates read it: inputs `drain` and `counts`. */
import type { Templates } from '../drain.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput } from '../telemetry.ts';

export interface TemplateCounts {
  /** Texts, by row. */
  readonly templates: readonly string[];
  /** Lines of each template in the case, by row; within some windows where they are given: from `first`, before `end`. */
  readonly count: (index: number, first?: number, end?: number) => Float64Array;
}

export function readTemplateCounts(context: StageContext): TemplateCounts {
  const templates = requireInput(context, 'drain')
    .json<Templates>('templates')
    .map(({ template }) => template);
  const { data } = requireInput(context, 'counts').array<Int32Array>('counts');
  const { cases } = readCases(context);
  // Rows of `counts` (case, window, template, count) by case.
  const rowsOf: number[][] = cases.map(() => []);
  for (let at = 0; at < data.length; at += 4) rowsOf[data[at] as number]?.push(at);
  return {
    templates,
    count: (index, first = 0, end = Number.POSITIVE_INFINITY) => {
      const counts = new Float64Array(templates.length);
      for (const at of rowsOf[index] ?? []) {
        const [window, template] = [data[at + 1] as number, data[at + 2] as number];
        if (window >= first && window < end)
          counts[template] = (counts[template] as number) + (data[at + 3] as number);
      }
      return counts;
    },
  };
}

/** Per template: in how many of the cases it occurs. */
export function documentCounts(counts: TemplateCounts, cases: readonly number[]): Float64Array {
  const found = new Float64Array(counts.templates.length);
  for (const index of cases)
    counts.count(index).forEach((n, template) => {
      if (n > 0) found[template] = (found[template] as number) + 1;
    });
  return found;
}
