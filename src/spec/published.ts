/**
 * `paper = table3`: which rows of an experiment a publication has numbers of. A method is found by its name, a variant by what
 * is left of Medicine in it: its modalities, its fusion, MAO. Corrupted rows were never published, nor were sweeps but figure
 * 10's.
 */
import { modalities } from '../catalog/modalities.ts';
import { type PublishedNumbers, publishedTables } from '../catalog/published/index.ts';
import { publishedCodes } from '../diagnostics/codes/published.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { SourceSpan } from '../text/source.ts';
import type { Context } from './context.ts';
import type { ResolvedBaseline, ResolvedDataset, ResolvedPaper, ResolvedVariant } from './resolved.ts';

/** Undefined where something was reported, or nothing is asked for. */
export function resolvePaper(
  name: string | undefined,
  experiment: {
    readonly data: ResolvedDataset | undefined;
    readonly variants: readonly ResolvedVariant[];
    readonly baselines: readonly ResolvedBaseline[];
  },
  span: SourceSpan,
  context: Context,
): ResolvedPaper | undefined {
  const table = publishedTables.find((one) => one.name === name);
  const { data, variants, baselines } = experiment;
  if (!table || !data) return undefined;
  const sets = Object.keys(table.sets);
  const numbers = data.paper === undefined ? undefined : table.sets[data.paper];
  const about = { table: table.name, data: data.name, sets };
  if (data.paper === undefined) {
    context.problems.add(report(publishedCodes, 'MED1510', about, { span }));
    return undefined;
  }
  if (!numbers) {
    context.problems.add(report(publishedCodes, 'MED1511', { ...about, set: data.paper }, { span }));
    return undefined;
  }
  const rows: Record<string, PublishedNumbers> = {};
  for (const [row, key] of [
    ...variants.map((one) => [one.name, keyOfVariant(one)] as const),
    ...baselines.map((one) => [one.name, keyOfBaseline(one)] as const),
  ]) {
    const found = key === undefined ? undefined : numbers[key];
    if (found) rows[row] = found;
  }
  if (Object.keys(rows).length === 0) {
    const known = Object.keys(numbers);
    context.problems.add(report(publishedCodes, 'MED1512', { ...about, set: data.paper, known }, { span }));
    return undefined;
  }
  return { source: `${table.source}, on ${data.paper}`, rows };
}

const paperFusions = ['channel_attention', 'reference'];

function keyOfVariant({ model, corrupt, point }: ResolvedVariant): string | undefined {
  if (Object.keys(corrupt).length > 0) return undefined;
  if (point) {
    const [setting, more] = Object.entries(point.settings);
    return setting && !more ? `${setting[0]}=${String(setting[1])}` : undefined;
  }
  const read = modalities.filter((one) => model.encoders[one]);
  if (read.length === 1) return `only_${read[0]}`;
  if (read.length !== modalities.length || !paperFusions.includes(model.fuse)) return undefined;
  return model.balance.kind === 'mao' ? 'medicine' : 'without_mao';
}

function keyOfBaseline({ method, corrupt, point }: ResolvedBaseline): string | undefined {
  return point || Object.keys(corrupt).length > 0 ? undefined : method;
}
