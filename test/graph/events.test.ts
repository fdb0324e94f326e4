/** Plans over extracted events: which stages, what they share, and what is said where the data is absent. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { planSpec } from '../../src/graph/plan-spec.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { render, textHost } from '../spec/support.ts';
import { emptyWorld } from './support.ts';

const root = resolve(import.meta.dirname, '../../experiments');
const files = {
  'main.med': readFileSync(join(root, 'alerts.med'), 'utf8'),
  'lib/medicine-events.med': readFileSync(join(root, 'lib/medicine-events.med'), 'utf8'),
};
const roots = [
  'tvdiag/gaia',
  'tvdiag/sockshop',
  'rca-llm-alerts/MicroSS',
  'rca-llm-alerts/Online-Boutique-cloudbed-1',
];

function planned(datasets: readonly string[], sets: readonly string[] = []) {
  const result = resolveSpec('main.med', { host: textHost(files), sets });
  if (!result.spec) throw new Error(render(result));
  return planSpec(result.spec, emptyWorld(result.spec, { datasets }));
}

test('events are read once per set, and no stage asks for records', () => {
  const { stages } = planned(roots);
  const count = (kind: string) => stages.filter((stage) => stage.kind === kind).length;
  expect([count('cases'), count('events')]).toEqual([4, 4]);
  expect(['lines', 'samples', 'spans', 'drain', 'embed'].map(count)).toEqual([0, 0, 0, 0, 0]);
  const splits = stages.filter((stage) => stage.kind === 'split').map(({ params }) => params);
  expect(splits).toContainEqual({ kind: 'published', valid: 0.2, seed: 2, groups: 'together' });
  const features = stages.filter((stage) => stage.kind === 'features.events');
  expect(features[0]?.params).toEqual({
    modality: 'log',
    fit: 'train',
    steps: [
      { op: 'events', args: { by: ['instance', 'template'] } },
      { op: 'log1p', args: {} },
      { op: 'idf', args: {} },
    ],
  });
  expect(Object.keys(features[0]?.inputs ?? {})).toEqual(['events', 'cases', 'split']);
});

test('absent data is the plan’s normal error, without a stand-in that could not fit', () => {
  const error = (() => {
    try {
      planned(roots.slice(1));
    } catch (thrown) {
      return thrown;
    }
  })();
  const found = error instanceof MedxError ? error.diagnostics : [];
  expect(found.map(({ code, message, fix }) => [code, message, fix])).toEqual([
    [
      'MED1601',
      'the data of `gaia_events` is not here',
      'Get it with `medx data fetch tvdiag`, put it there or give another `--data-root`.',
    ],
  ]);
});
