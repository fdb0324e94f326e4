/** Turns of phrase that several codes share. */
import { listWords } from './nearest.ts';

/** The label that offers the word that was meant. */
export function meant(nearest: string | undefined): { readonly label?: string } {
  return nearest ? { label: `did you mean \`${nearest}\`?` } : {};
}

/** Words as code. */
export function code(words: readonly string[]): string[] {
  return words.map((word) => `\`${word}\``);
}

/** A note that lists what there is, or none where there is nothing. */
export function known(owner: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${owner} ${listWords(names, 'and')}.`] : [];
}

/** `an alerts`, `a gaia`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

export function capital(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
