/** Texts of others on a terminal: what would steer it is shown as a sign instead. */

/** Controls, and marks that show letters in another order than they are read in. */
const controls = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;
const allControls = new RegExp(controls, 'gu');

/** The first of them, or undefined. Tabs and line ends do not count. */
export function findControl(text: string): { readonly at: number; readonly name: string } | undefined {
  const found = controls.exec(text.replace(/[\t\n\r]/g, ' '));
  if (!found) return undefined;
  const code = found[0].codePointAt(0) ?? 0;
  return { at: found.index, name: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` };
}

/** The text with controls as signs: ESC as `␛`, those that have no sign as in JSON, `\u009b`. Lines and tabs stay. */
export function visible(text: string): string {
  return text.replace(allControls, (sign) => {
    if (sign === '\n' || sign === '\t') return sign;
    const code = sign.codePointAt(0) ?? 0;
    return code < 32 ? String.fromCodePoint(0x2400 + code) : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Of a text that medx itself has coloured: colours stay, and every other control becomes a sign. */
export function visibleButColours(text: string): string {
  if (!controls.test(text.replaceAll('\n', ' '))) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what sets a colour begins with one
  const parts = text.split(/(\u001b\[[0-9;]*m)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : visible(part))).join('');
}
