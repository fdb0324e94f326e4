import { expect, test } from 'vitest';
import { stageKinds } from '../../src/catalog/stages.ts';
import { stageRegistry } from '../../src/stages/registry.ts';

test('the plan and the stages agree on kinds, versions and costs', async () => {
  const found: Record<string, { version: number; cost: string }> = {};
  for (const [name, load] of Object.entries(stageRegistry)) {
    const { kind, version, cost } = await load();
    expect(kind).toBe(name);
    found[kind] = { version, cost };
  }
  const planned = Object.entries(stageKinds).map(([kind, { version, cost }]) => [kind, { version, cost }]);
  expect(found).toEqual(Object.fromEntries(planned));
});
