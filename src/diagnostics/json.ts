/** Diagnostics as plain JSON, with lines and columns for tools that have not read the file. */
import { positionAt, type SourceFile, type SourceSpan } from '../text/source.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface JsonRange {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export function diagnosticToJson(
  diagnostic: Diagnostic,
  source: (name: string) => SourceFile | undefined,
): Readonly<Record<string, unknown>> {
  const { span, related, ...rest } = diagnostic;
  return {
    ...rest,
    ...(span ? { range: rangeOf(span, source) } : {}),
    ...(related
      ? { related: related.map((r) => ({ range: rangeOf(r.span, source), message: r.message })) }
      : {}),
  };
}

function rangeOf(span: SourceSpan, source: (name: string) => SourceFile | undefined): JsonRange {
  const file = source(span.file);
  if (!file) return { file: span.file };
  const start = positionAt(file, span.start);
  const end = positionAt(file, span.end);
  return {
    file: span.file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
