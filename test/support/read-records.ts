/** Reads a dataset through the stages `cases`, `lines`, `samples`, `spans`, from the text of its source in a `.med` file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stageKinds } from '../../src/catalog/stages.ts';
import type { CaseTable } from '../../src/stages/contracts.ts';
import type { JsonObject } from '../../src/stages/stage.ts';
import { resolveText } from '../spec/support.ts';
import { runStages, stageNode } from './run-stages.ts';
import { tempFolder } from './temp.ts';

/** `microservo("d3")` → the parameters that a plan gives the stages. */
export function sourceParams(source: string): JsonObject {
  const { experiments } = resolveText(`med 1
dataset d { from = ${source} }
model m { encode log = drain -> weigh(by: fluctuation) -> hashed(dim: 32) -> weighted_sum -> pool(mean) }
train t { epochs = 1 }
experiment e { data = d   train = t   seeds = 1   variant full = m }
`);
  const { root, ...options } = experiments[0]?.data.from[0]?.args ?? {};
  const format = experiments[0]?.data.from[0]?.call ?? '';
  return { format, root: String(root), ...(Object.keys(options).length > 0 ? { options } : {}) };
}

const kinds = { log: 'lines', metric: 'samples', trace: 'spans' } as const;
export type RecordFiles = Partial<Record<keyof typeof kinds, string>>;

export interface ReadRecords {
  readonly cases: CaseTable['cases'];
  readonly counts: Readonly<Record<string, { readonly rows: number; readonly refused: number }>>;
  /** The files of records, byte for byte (base64). */
  readonly records: RecordFiles;
  readonly notices: readonly string[];
}

export async function readRecords(
  dataRoot: string,
  source: string,
  window: JsonObject = { window_ms: 60_000, before_ms: 120_000, after_ms: 120_000 },
  modalities: readonly (keyof typeof kinds)[] = ['log', 'metric', 'trace'],
): Promise<ReadRecords> {
  const params = sourceParams(source);
  const cases = stageNode('cases', stageKinds.cases.version, { ...params, ...window });
  const nodes = modalities.map((name) =>
    stageNode(kinds[name], stageKinds[kinds[name]].version, params, { cases }),
  );
  const ran = await runStages([cases, ...nodes], join(tempFolder('records'), 'store'), { dataRoot });
  const bytes = nodes.map((node, i) => [
    modalities[i],
    readFileSync(ran.artefact(node).path(`${node.kind}.parquet`)).toString('base64'),
  ]);
  return {
    cases: ran.artefact(cases).json<CaseTable>('cases').cases,
    counts: ran.artefact(cases).json<{ files: ReadRecords['counts'] }>('telemetry').files,
    records: Object.fromEntries(bytes),
    notices: ran.notices.map(({ code, message }) => `${code} ${message}`),
  };
}
