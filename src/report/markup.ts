/**
 * HTML and SVG as values. Every text and every attribute is escaped where it is written down, so that a name out of a
 * stranger's data stays a name; markup comes from `element` alone.
 */
import { visible } from '../text/visible.ts';

/** A piece of finished markup. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | undefined | readonly Content[];
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** HTML elements that have neither content nor an end. */
const empty = new Set(['meta', 'br']);

export function element(tag: string, attributes: Attributes, ...content: readonly Content[]): Markup {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeMarkup(printed(value ?? ''))}"`)
    .join('');
  return { markup: empty.has(tag) ? `<${tag}${given}>` : `<${tag}${given}>${written(content)}</${tag}>` };
}

function written(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string' || typeof content === 'number') return escapeMarkup(printed(content));
  return 'markup' in content ? content.markup : content.map(written).join('');
}

/** Hundredths of a pixel are enough. */
const printed = (value: string | number) =>
  typeof value === 'number' ? String(Number(value.toFixed(2))) : value;

/** Controls, also those that turn letters around, become visible signs; half characters become `�`. */
export function escapeMarkup(text: string): string {
  return visible(text)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
