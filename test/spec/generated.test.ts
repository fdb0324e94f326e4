import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../../src/spec/generated.ts';
import { resolveSpec } from '../../src/spec/resolve.ts';
import { specSchema } from '../../src/spec/schema.ts';
import { folderHost } from './support.ts';

const root = resolve(import.meta.dirname, '../..');

test.each([...generatedFiles()])('%s is what `npm run grammar` writes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text);
});

describe('the schema of a resolved file', () => {
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(specSchema());
  const resolved = (folder: string, name: string) =>
    JSON.parse(JSON.stringify(resolveSpec(name, { host: folderHost(join(root, folder)) }).spec));

  test.each([
    ['experiments', 'd3-ablation.med'],
    ['experiments', 'hello.med'],
    ['experiments', 'nezha-trainticket.med'],
    ['test/spec/good', 'patches.med'],
    ['test/spec/good', 'folds-paper.med'],
    ['test/spec/good', 'sweep.med'],
    ['test/spec/good', 'random.med'],
    ['test/spec/good', 'search.med'],
    ['test/spec/good', 'corrupt.med'],
    ['experiments', 'robustness.med'],
    ['test/spec/good', 'events.med'],
    ['experiments', 'alerts.med'],
    ['experiments', 'table4.med'],
    ['experiments', 'audit.med'],
    ['test/spec/good', 'reference.med'],
    ['test/spec/good', 'report.med'],
  ])('%s/%s', (folder, name) => {
    validate(resolved(folder, name));
    expect(validate.errors).toBeNull();
  });

  test.each([
    ['a share above 1', (spec: Mutable) => (spec.experiments[0]!.data.split.train = 2)],
    ['no variant', (spec: Mutable) => (spec.experiments[0]!.variants = [])],
    [
      'an unknown step',
      (spec: Mutable) => (spec.experiments[0]!.variants[0]!.model.encoders.log[0]!.op = 'fourier'),
    ],
    ['a setting too many', (spec: Mutable) => (spec.experiments[0]!.data.colour = 'red')],
  ])('%s is refused', (_name, damage) => {
    const spec = resolved('experiments', 'hello.med');
    damage(spec);
    expect(validate(spec)).toBe(false);
  });
});

interface Mutable {
  experiments: {
    data: { split: { train: number }; colour?: string };
    variants: { model: { encoders: { log: { op: string }[] } } }[];
  }[];
}
