/** Collects stages by hash, each once, inputs before users. */
import { type StageKindName, stageKinds } from '../catalog/stages.ts';
import type { JsonObject } from '../stages/stage.ts';
import { hashStage } from './hash.ts';
import type { StageNode } from './plan.ts';

export interface GraphBuilder {
  /** Adds the stage if it is new, and gives its hash. Inputs that are undefined are left out. */
  add(
    kind: StageKindName,
    params: JsonObject,
    inputs: Readonly<Record<string, string | undefined>>,
    label: string,
  ): string;
  readonly stages: () => readonly StageNode[];
}

export function createGraphBuilder(): GraphBuilder {
  const stages = new Map<string, StageNode>();
  return {
    add(kind, params, given, label) {
      const { version, cost } = stageKinds[kind];
      const inputs: Record<string, string> = {};
      for (const [name, hash] of Object.entries(given)) if (hash !== undefined) inputs[name] = hash;
      const hash = hashStage({ kind, version, params, inputs });
      if (!stages.has(hash)) stages.set(hash, { hash, kind, version, params, inputs, cost, label });
      return hash;
    },
    stages: () => [...stages.values()],
  };
}
