/** Draws the checks of `medx doctor` by section, and counts the problems. */
import { plural } from '../format.ts';
import type { Check } from './check.ts';

const marks: Readonly<Record<Check['state'], readonly [mark: string, color: string]>> = {
  ok: ['✓', '32'],
  absent: ['-', '2'],
  problem: ['✗', '31'],
};

export function renderChecks(checks: readonly Check[], color: boolean): string[] {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = Math.max(...checks.map((check) => check.name.length));
  const lines: string[] = [];
  let section: Check['section'] | undefined;
  for (const check of checks) {
    if (check.section !== section) lines.push(...(section ? [''] : []), paint('1', check.section));
    section = check.section;
    const [mark, code] = marks[check.state];
    lines.push(`  ${paint(code, mark)} ${check.name.padEnd(width)}  ${check.found}`);
    if (check.mend) lines.push(`    ${' '.repeat(width)}  ${paint('36', `→ ${check.mend}`)}`);
  }
  const problems = checks.filter((check) => check.state === 'problem').length;
  lines.push('', problems === 0 ? 'No problems.' : `${plural(problems, 'problem')}.`);
  return lines;
}
