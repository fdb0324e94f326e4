/** Inputs of a stage under test: a stage that writes what the test gives it. */
import type { StageNode } from '../../src/graph/plan.ts';
import { type StageRegistry, stageRegistry } from '../../src/stages/registry.ts';
import type { ArtefactWriter } from '../../src/stages/stage.ts';
import { stageNode } from '../support/run-stages.ts';

export interface Given {
  readonly nodes: Readonly<Record<string, StageNode>>;
  readonly kinds: StageRegistry;
}

/** One input stage per name, beside every real kind of stage. */
export function given(write: Readonly<Record<string, (out: ArtefactWriter) => void | Promise<void>>>): Given {
  const names = Object.keys(write);
  return {
    nodes: Object.fromEntries(names.map((name) => [name, stageNode(`given.${name}`, 1, {})])),
    kinds: {
      ...stageRegistry,
      ...Object.fromEntries(
        names.map((name) => [
          `given.${name}`,
          async () => ({
            kind: `given.${name}`,
            version: 1,
            cost: 'light' as const,
            run: async (_: unknown, { out }: { out: ArtefactWriter }) => write[name]?.(out),
          }),
        ]),
      ),
    },
  };
}
