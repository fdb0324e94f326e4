/**
 * Optional packages: where they are, which version, and loading them. Looked for beside medx first, then in the working
 * directory, so that a medx installed globally finds what a project has installed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute path of the module that an import would load. */
  readonly main: string;
}

/** Undefined if the package is not installed. Nothing is loaded. */
export function findPackage(name: string): FoundPackage | undefined {
  for (const from of [import.meta.filename, join(process.cwd(), 'package.json')]) {
    try {
      const main = createRequire(from).resolve(name);
      return { name, version: versionOf(main, name), main };
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}

function versionOf(main: string, name: string): string {
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name && manifest.version) return manifest.version;
    } catch {
      // No manifest in this folder.
    }
  }
  return 'unknown';
}

export async function importPackage(found: FoundPackage): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(found.main).href)) as Readonly<Record<string, unknown>>;
}
