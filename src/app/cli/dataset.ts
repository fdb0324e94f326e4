/**
 * What the `medx data` commands share: the dataset that was named, the stages that read it, and running them one after
 * another in this process over the normal store, so that a second call and a later `medx run` find them done.
 */
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { StageNode } from '../../graph/plan.ts';
import type { Telemetry } from '../../graph/telemetry.ts';
import type { World } from '../../graph/world.ts';
import type { Store } from '../../run/store.ts';
import type { ResolvedCall, ResolvedDataset } from '../../spec/resolved.ts';
import type { ArtefactReader } from '../../stages/stage.ts';
import type { GlobalOptions } from './options.ts';
import { printDiagnostics } from './print.ts';

export interface NamedDataset {
  readonly dataset: ResolvedDataset;
  /** The source that is taken: the first that is here. */
  readonly source: ResolvedCall;
  readonly telemetry: Telemetry;
  readonly graph: GraphBuilder;
  readonly store: Store;
}

/** Throws MedxError with every mistake of what was given, or if none of its sources is here. */
export async function openNamed(
  given: string,
  sets: readonly string[],
  { store: storeDir, dataRoot, color }: GlobalOptions,
): Promise<NamedDataset> {
  const dataset = await readNamed(given, sets, color);
  const { datasetNeed } = await import('../../graph/world.ts');
  const { planTelemetry } = await import('../../graph/telemetry.ts');
  const { createGraphBuilder } = await import('../../graph/builder.ts');
  const { openStore } = await import('../../run/store.ts');
  const { datasetStatus, refuseOutside } = await import('../world.ts');
  const { join } = await import('node:path');
  const datasets: World['datasets'][number][] = [];
  let source: ResolvedCall | undefined;
  const needs = dataset.from.flatMap((call) => datasetNeed(call) ?? []);
  // Whoever types a source may name any place; a file may not.
  if (/\.med(#|$)/.test(given))
    refuseOutside(
      needs.map(({ root }) => ['the folder', root] as const),
      dataRoot,
    );
  for (const call of dataset.from) {
    const need = datasetNeed(call);
    if (need)
      datasets.push({ ...need, status: await datasetStatus(need, dataRoot, join(storeDir, 'cache')) });
    source ??= !need || datasets.at(-1)?.status.present ? call : undefined;
  }
  const graph = createGraphBuilder();
  const telemetry = planTelemetry(dataset, { datasets, models: [], engines: [] }, graph, undefined);
  if ('code' in telemetry || !source)
    throw new MedxError(
      dataset.from.length === 1 ? await absent(dataset.from, dataRoot) : 'code' in telemetry ? telemetry : [],
    );
  const store = openStore(storeDir);
  const { useStore } = await import('../../run/in-use.ts');
  await useStore(store);
  return { dataset, source, telemetry, graph, store };
}

/** The dataset as the language reads it; warnings are printed. */
export async function readNamed(
  given: string,
  sets: readonly string[],
  color: boolean,
): Promise<ResolvedDataset> {
  const { resolveSource } = await import('../../spec/source.ts');
  const { diskHost } = await import('./spec.ts');
  const { dataset, diagnostics } = resolveSource(given, diskHost, sets);
  if (!dataset) throw new MedxError(diagnostics);
  if (diagnostics.length > 0) printDiagnostics(diagnostics, { color });
  return dataset;
}

/** One source that is not here is explained by its reader: where it was looked for, and what. */
async function absent(from: readonly ResolvedCall[], dataRoot: string) {
  const { findDataset } = await import('../../data/dataset.ts');
  return from.flatMap(({ call, args: { root, ...options } }) => {
    const location = findDataset(dataRoot, call, String(root), options);
    return location.found ? [] : [location.diagnostic];
  });
}

export type RunNodes = (hash: string) => Promise<ArtefactReader>;

/** Runs what is missing below a stage and opens its artefact. What goes on is told on stderr where that is a terminal. */
export function createRunner({ graph, store }: NamedDataset, dataRoot: string): RunNodes {
  return async (hash) => {
    const { openArtefact, readMeta, writeNode } = await import('../../run/store.ts');
    const { runStage } = await import('../../run/run-stage.ts');
    const { stageRegistry: kinds } = await import('../../stages/registry.ts');
    const nodes = new Map(graph.stages().map((node) => [node.hash, node]));
    const run = async (node: StageNode): Promise<void> => {
      if (readMeta(store, node.hash)) return;
      for (const input of Object.values(node.inputs)) await run(nodes.get(input) as StageNode);
      writeNode(store, node);
      tell(`${node.label} …`);
      try {
        await runStage(node, { store, dataRoot, kinds });
      } finally {
        tell('');
      }
    };
    const wanted = nodes.get(hash);
    if (wanted) await run(wanted);
    return openArtefact(store, hash);
  };
}

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
