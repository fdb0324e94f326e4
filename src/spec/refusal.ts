/**
 * Why a text is not even parsed: files come from strangers, and one that would exhaust the parser or steer the terminal in which
 * its mistakes are shown is refused as a whole.
 */
import { findControl } from '../text/visible.ts';

/** Characters. The longest experiment has a few thousand. */
export const longestText = 2 ** 18;

/** Brackets within brackets. The language needs five. */
const deepest = 64;

/** The reason in words, or undefined. */
export function whyRefused(text: string): string | undefined {
  if (text.length > longestText) return `it has more than ${longestText.toLocaleString('en')} characters`;
  // Bytes that are not UTF-8 were read as U+FFFD.
  if (text.includes('\0') || text.includes('\uFFFD')) return 'it is not text in UTF-8';
  const odd = findControl(text);
  if (odd) return `line ${text.slice(0, odd.at).split('\n').length} has the control character ${odd.name}`;
  const line = lineTooDeep(text);
  return line === undefined ? undefined : `more than ${deepest} brackets are open in line ${line}`;
}

/** The line in which too many brackets are open. Those in strings and comments do not count. */
function lineTooDeep(text: string): number | undefined {
  let depth = 0;
  let line = 1;
  const signs = /"[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*"?|#[^\n]*|[\n{([\])}]/g;
  for (const [sign] of text.matchAll(signs)) {
    if (sign === '\n') line += 1;
    else if (sign === '{' || sign === '(' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ')' || sign === ']') depth -= 1;
    if (depth > deepest) return line;
  }
  return undefined;
}
