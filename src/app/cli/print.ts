/** Prints diagnostics to the terminal: reads the source files they point into and chooses colours. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { summarise } from '../../diagnostics/summary.ts';
import { renderDiagnostic } from '../../diagnostics/terminal.ts';
import { createSourceFile, type SourceFile } from '../../text/source.ts';

export interface PrintOptions {
  /** False after `--no-color`. */
  readonly color: boolean;
  /** Said after the count, for example `No run was started.` */
  readonly closing?: string;
  readonly to?: NodeJS.WriteStream;
  /** Texts that diagnostics point into; files on disk by default. */
  readonly source?: (name: string) => SourceFile | undefined;
}

/** A file that is no `.med` file at all has a mistake in every line. */
const mostShown = 200;

/** Finds the text a span points into. An option of the command line is its own source: its name is its text. */
export function readSource(name: string): SourceFile | undefined {
  if (name.startsWith('--')) return createSourceFile(name, name);
  try {
    return createSourceFile(name, readFileSync(name, 'utf8'));
  } catch {
    return undefined;
  }
}

export function printDiagnostics(diagnostics: readonly Diagnostic[], options: PrintOptions): void {
  const stream = options.to ?? process.stderr;
  const color = wantsColor(stream, options.color);
  const sources = new Map<string, SourceFile | undefined>();
  const source = (name: string) => {
    if (!sources.has(name)) sources.set(name, options.source?.(name) ?? readSource(name));
    return sources.get(name);
  };
  for (const diagnostic of diagnostics.slice(0, mostShown))
    stream.write(`${renderDiagnostic(diagnostic, { source, color })}\n\n`);
  if (diagnostics.length > mostShown)
    stream.write(`… and ${diagnostics.length - mostShown} more; \`medx check --json\` lists all.\n\n`);
  const closing = options.closing ? ` ${options.closing}` : '';
  stream.write(`${summarise(diagnostics)}${closing}\n`);
}

/** True where colours help: a terminal, no `--no-color`, no NO_COLOR (https://no-color.org). */
export function wantsColor(stream: NodeJS.WriteStream, wanted: boolean): boolean {
  return wanted && !process.env.NO_COLOR && (stream.isTTY === true || Boolean(process.env.FORCE_COLOR));
}
