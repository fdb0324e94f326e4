/** Good programs: text in, every value with its origin and the plan out. `UPDATE_GOLDEN=1` writes the output anew. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderPlan } from '../../src/app/cli/show-plan.ts';
import { renderValues } from '../../src/app/cli/show-values.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { emptyWorld } from '../graph/support.ts';
import { folderHost, render } from './support.ts';

const folder = join(import.meta.dirname, 'good');

test.each(readdirSync(folder).filter((name) => name.endsWith('.med')))('%s', (name) => {
  const result = resolveSpec(name, { host: folderHost(folder) });
  expect(result.spec, render(result)).toBeDefined();
  const spec = result.spec!;
  const plan = planSpec(spec, emptyWorld(spec, { datasets: ['nezha-trainticket', 'tvdiag/gaia'] }));
  const labels = plan.stages.map((stage) => `${stage.kind}: ${stage.label}`).join('\n');
  const output = [renderValues(spec), renderPlan(plan, () => false), labels, ''].join('\n');
  const golden = join(folder, name.replace(/\.med$/, '.expected.txt'));
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, output);
  expect(existsSync(golden), `${golden} is missing`).toBe(true);
  expect(output).toBe(readFileSync(golden, 'utf8'));
});
