/** Runs stages in this process over a store, inputs first. For tests of one stage or of a short chain of them. */
import { hashStage } from '../../src/graph/hash.ts';
import type { StageNode } from '../../src/graph/plan.ts';
import { runStage } from '../../src/run/run-stage.ts';
import { openArtefact, openStore } from '../../src/run/store.ts';
import { type StageRegistry, stageRegistry } from '../../src/stages/registry.ts';
import type { ArtefactReader, JsonObject, Notice, Progress } from '../../src/stages/stage.ts';

/** A plan's stage by hand: `stageNode('drain', 1, params, { lines, cases, split })`. */
export function stageNode(
  kind: string,
  version: number,
  params: JsonObject,
  inputs: Readonly<Record<string, StageNode>> = {},
  cost: 'light' | 'train' = 'light',
): StageNode {
  const hashes = Object.fromEntries(Object.entries(inputs).map(([name, node]) => [name, node.hash]));
  const hash = hashStage({ kind, version, params, inputs: hashes });
  return { hash, kind, version, params, inputs: hashes, cost, label: `${kind} ${hash.slice(0, 6)}` };
}

export interface RanStages {
  artefact(node: StageNode): ArtefactReader;
  readonly notices: readonly Notice[];
  readonly progress: readonly Progress[];
}

/** Stages already in the store are not run again. Throws what the first failing stage throws. */
export async function runStages(
  nodes: readonly StageNode[],
  storeDir: string,
  options: { readonly dataRoot?: string; readonly kinds?: StageRegistry } = {},
): Promise<RanStages> {
  const store = openStore(storeDir);
  const notices: Notice[] = [];
  const progress: Progress[] = [];
  for (const node of nodes) {
    await runStage(node, {
      store,
      dataRoot: options.dataRoot ?? storeDir,
      kinds: options.kinds ?? stageRegistry,
      onNotice: (notice) => notices.push(notice),
      onProgress: (step) => progress.push(step),
    });
  }
  return { artefact: (node) => openArtefact(store, node.hash), notices, progress };
}
