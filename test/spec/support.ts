/** Resolves texts and fixture folders as `medx check` would, with paths relative to a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from '../../src/diagnostics/summary.ts';
import { renderDiagnostic } from '../../src/diagnostics/terminal.ts';
import type { Host } from '../../src/spec/load.ts';
import { type ResolveResult, resolveSpec } from '../../src/spec/resolve.ts';
import type { ResolvedSpec } from '../../src/spec/resolved.ts';
import { createSourceFile } from '../../src/text/source.ts';

export function folderHost(folder: string): Host {
  return {
    read(path) {
      try {
        return { text: readFileSync(join(folder, path), 'utf8') };
      } catch {
        return { missing: true };
      }
    },
  };
}

export function textHost(files: Readonly<Record<string, string>>): Host {
  return {
    read: (path) => {
      const text = files[path];
      return text === undefined ? { missing: true } : { text };
    },
  };
}

/** What a terminal would show. */
export function render({ diagnostics, sources }: ResolveResult): string {
  const source = (name: string) => (name.startsWith('--') ? createSourceFile(name, name) : sources.get(name));
  const parts = diagnostics.map((one) => renderDiagnostic(one, { source, color: false }));
  return `${[...parts, summarise(diagnostics)].join('\n\n')}\n`;
}

/** The spec of a text that has no mistakes; fails with the rendered mistakes otherwise. */
export function resolveText(text: string, sets: readonly string[] = []): ResolvedSpec {
  const result = resolveSpec('main.med', { host: textHost({ 'main.med': text }), sets });
  if (!result.spec) throw new Error(render(result));
  return result.spec;
}
