/** The line under a list of diagnostics: `2 errors, 1 warning.` */
import type { Diagnostic, Severity } from './diagnostic.ts';

const order: readonly Severity[] = ['error', 'warning', 'notice'];

export function summarise(diagnostics: readonly Diagnostic[]): string {
  const parts = order.flatMap((severity) => {
    const count = diagnostics.filter((d) => d.severity === severity).length;
    return count > 0 ? [`${count} ${severity}${count === 1 ? '' : 's'}`] : [];
  });
  return parts.length > 0 ? `${parts.join(', ')}.` : 'No errors.';
}
