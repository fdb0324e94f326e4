/** Draws the findings of `medx data check` for a terminal. Pure. */
import type { Finding } from '../../stages/findings.ts';
import { wrap } from '../text.ts';

const colors = { error: '1;31', warning: '1;33', notice: '1;36' } as const;

export function renderFindings(
  findings: readonly Finding[],
  { width, color }: { readonly width: number; readonly color: boolean },
): string[] {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  for (const { code, severity, message, example, notes = [], fix } of findings) {
    const tag = `${severity} ${code}`;
    const [head = '', ...rest] = wrap(`${tag}: ${message}`, width, '', '  ');
    lines.push(`${paint(colors[severity], tag)}${head.slice(tag.length)}`, ...rest);
    if (example) lines.push(...wrap(`for example ${example}`, width, '    ', '    '));
    for (const note of notes) lines.push(...wrap(note, width, '    ', '    '));
    if (fix) lines.push(...wrap(`→ ${fix}`, width, '    ', '      ').map((line) => paint('2', line)));
  }
  return lines;
}

/** `1 error, 3 warnings, 2 notices.` */
export function countFindings(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const n = findings.filter((one) => one.severity === severity).length;
    return n > 0 ? [`${n} ${severity}${n === 1 ? '' : 's'}`] : [];
  });
  return parts.length > 0 ? `${parts.join(', ')}.` : 'No problems.';
}
