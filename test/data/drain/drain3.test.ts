import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createDrain, type DrainOptions } from '../../../src/data/drain/drain.ts';
import { medicineMasks } from '../../../src/data/drain/masks.ts';
import { sharedPath } from '../../support/shared.ts';

const options: DrainOptions = {
  similarity: 0.5,
  depth: 3,
  children: 100,
  clusters: 1024,
  delimiters: '_',
  masks: medicineMasks,
};

function rows(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').replace(/\n$/, '').split('\n');
}

for (const name of ['trainticket', 'microservo']) {
  const lines = sharedPath('data/drain3-expected', `${name}.lines.txt.gz`);
  test.skipIf(!lines)(`answers as drain3 does on every line of the ${name} sample`, () => {
    const file = (part: string): string[] => rows(lines!.replace('lines.txt', `${part}.tsv`));
    const drain = createDrain(options);
    const says = { created: 'cluster_created', changed: 'cluster_template_changed', none: 'none' };
    const answers = rows(lines!).map((line) => {
      const { cluster, change } = drain.fit(line);
      return `${cluster}\t${says[change]}`;
    });
    expect(answers).toEqual(file('assigned'));
    expect(drain.templates().map(({ id, size, template }) => `${id}\t${size}\t${template}`)).toEqual(
      file('templates'),
    );
  });
}
