/** Plans and runs the stages that describe a dataset. What is shown of the answer is the command's business. */
import { modalities } from '../../catalog/modalities.ts';
import { sources } from '../../catalog/sources/index.ts';
import type { DescriptionAbout } from '../../report/data/text.ts';
import { formatValue } from '../../spec/describe.ts';
import type { ResolvedCall } from '../../spec/resolved.ts';
import type { CaseTable, Modality } from '../../stages/contracts.ts';
import type { Description } from '../../stages/description.ts';
import type { NamedDataset, RunNodes } from './dataset.ts';
import { factsOf } from './manifest.ts';

const inputNames = { log: 'lines', metric: 'samples', trace: 'spans' } as const;

export async function describeDataset(
  { dataset, source, telemetry, graph }: NamedDataset,
  run: RunNodes,
  dataRoot: string,
): Promise<{ readonly description: Description; readonly about: DescriptionAbout }> {
  const cases = await run(telemetry.cases);
  const { records } = cases.json<{ records: { [modality in Modality]?: readonly number[] } }>('telemetry');
  const inputs: Record<string, string> = { cases: telemetry.cases };
  // A modality without a record in any case has nothing to read.
  for (const modality of modalities)
    if (records[modality]?.some((n) => n > 0)) {
      const hash = telemetry.records(modality);
      // A set of extracted events has one stage for all three.
      const isEvents = graph.stages().some((node) => node.hash === hash && node.kind === 'events');
      inputs[isEvents ? 'events' : inputNames[modality]] = hash;
    }
  const described = await run(graph.add('describe', {}, inputs, `describe ${dataset.name}`));
  return {
    description: described.json<Description>('description'),
    about: { source: writeSource(source), facts: await factsOf(source, dataRoot) },
  };
}

/** What the stage `cases` counted: labels that became cases, rows that can be read, classes. */
export async function countDataset(
  { telemetry }: NamedDataset,
  run: RunNodes,
): Promise<{
  readonly counts: Readonly<Partial<Record<Modality | 'labels', number>>>;
  readonly classes: readonly string[];
}> {
  const cases = await run(telemetry.cases);
  const table = cases.json<CaseTable>('cases');
  const { files } = cases.json<{ files: { [modality in Modality]?: { rows: number; refused: number } } }>(
    'telemetry',
  );
  const counts: Partial<Record<Modality | 'labels', number>> = { labels: table.cases.length };
  for (const modality of modalities) {
    const one = files[modality];
    if (one) counts[modality] = one.rows - one.refused;
  }
  return { counts, classes: table.classes };
}

/** The call as a `.med` file has it, without what is the default: `gaia("d2", time_zone: "+00:00")`. */
export function writeSource({ call, args }: ResolvedCall): string {
  const specs = sources.find(({ name }) => name === call)?.args ?? [];
  const parts = Object.entries(args).flatMap(([name, value]) => {
    const spec = specs.find((one) => one.name === name);
    if (spec?.default !== undefined && JSON.stringify(spec.default) === JSON.stringify(value)) return [];
    const text = spec ? formatValue(spec.type, value) : JSON.stringify(value);
    const positional = name === 'root' || spec === specs[0];
    return [positional ? text : `${name}: ${text}`];
  });
  return `${call}(${parts.join(', ')})`;
}
