/** Reads a `.med` file from disk for a command: every mistake at once as a MedxError, warnings printed. */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../spec/load.ts';
import { longestText } from '../../spec/refusal.ts';
import { type ResolveResult, resolveSpec } from '../../spec/resolve.ts';
import type { ResolvedSpec } from '../../spec/resolved.ts';
import type { FileOptions } from './options.ts';
import { printDiagnostics } from './print.ts';

export const diskHost: Host = {
  read(path) {
    try {
      const { size } = statSync(path);
      // Four bytes are the most that a character takes.
      if (size > 4 * longestText) return { reason: `it has ${size.toLocaleString('en')} bytes` };
      return { text: readFileSync(path, 'utf8') };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT') return { missing: true };
      return {
        reason:
          code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'it may not be read' : String(code),
      };
    }
  },
};

/** Paths in messages are relative to the working folder where that is shorter. */
export function checkFile(
  file: string,
  { set, experiment }: Partial<FileOptions>,
  host: Host = diskHost,
): ResolveResult {
  const near = relative(process.cwd(), file);
  const shown = isAbsolute(file) && !near.startsWith('..') ? near : file;
  return resolveSpec(shown, { host, sets: set ?? [], experiments: experiment ?? [] });
}

/** The spec of a file, or a MedxError with every mistake. */
export function loadSpec(file: string, asked: Partial<FileOptions>, color: boolean): ResolvedSpec {
  const { spec, diagnostics } = checkFile(file, asked);
  if (!spec) throw new MedxError(diagnostics);
  if (diagnostics.length > 0) printDiagnostics(diagnostics, { color });
  return spec;
}
