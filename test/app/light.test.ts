/** `medx check` answers at once: what it loads, followed import by import, holds none of the heavy packages. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../src');

/** Packages that files import when they are loaded, and those files. Imports of types alone load nothing. */
function loaded(entries: readonly string[]): { readonly files: string[]; readonly packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, type, target] of text.matchAll(
      /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm,
    )) {
      if (type) continue;
      if (target!.startsWith('.')) visit(resolve(dirname(file), target!));
      else if (!target!.startsWith('node:')) packages.add(target!);
    }
  };
  for (const entry of entries) visit(resolve(root, entry));
  return { files: [...files].map((file) => relative(root, file)), packages: [...packages].sort() };
}

test('medx check loads commander and Chevrotain and nothing else', () => {
  // `main.ts` with every command's registration, and what the action of `check` imports.
  const { files, packages } = loaded(['app/cli/main.ts', 'app/cli/spec.ts']);
  expect(files).toContain('spec/resolve.ts');
  // Chevrotain is loaded as one bundled file by `syntax/chevrotain.ts`.
  expect(packages).toEqual(['commander']);
});
