import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Folder → folders it may import, besides itself. `types` marks folders of which only types may be imported. */
const allowed: Record<string, { values: string[]; types?: string[] }> = {
  text: { values: [] },
  disk: { values: [] },
  diagnostics: { values: ['text'] },
  syntax: { values: ['text', 'diagnostics'] },
  catalog: { values: [], types: ['stages', 'diagnostics'] },
  search: { values: ['data'] },
  spec: { values: ['syntax', 'catalog', 'search', 'diagnostics', 'text'], types: ['stages'] },
  graph: { values: ['spec', 'catalog', 'diagnostics'], types: ['stages', 'syntax'] },
  data: { values: ['catalog', 'diagnostics', 'disk'], types: ['stages'] },
  tensor: { values: ['catalog', 'diagnostics'] },
  stages: { values: ['data', 'tensor', 'search', 'catalog', 'diagnostics', 'disk'] },
  run: { values: ['graph', 'stages', 'diagnostics', 'disk'] },
  report: { values: ['diagnostics', 'text'], types: ['run', 'stages', 'graph', 'catalog'] },
};

const root = resolve(import.meta.dirname, '../src');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );
}

test('data goes one way: every import points where ARCHITECTURE.md allows', () => {
  const wrong: string[] = [];
  for (const file of sources(root)) {
    const from = relative(root, file).split('/')[0]!;
    if (from === 'app') continue;
    const rule = allowed[from];
    if (!rule) {
      wrong.push(`${relative(root, file)}: folder \`${from}\` is not in the table`);
      continue;
    }
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(
      /(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g,
    )) {
      const target = relative(root, resolve(dirname(file), match[2] ?? match[3]!)).split('/')[0]!;
      if (target === from || rule.values.includes(target)) continue;
      if (match[1] && rule.types?.includes(target)) continue;
      wrong.push(`${relative(root, file)} → ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});
