/** A search that is typed at the foot of a pane: `/`, letters, Enter to keep it, Escape to drop it. */
import type { KeyName } from './keys.ts';
import { type ScreenLine, seg } from './lines.ts';

export interface Search {
  readonly text: string;
  readonly typing: boolean;
}

export const noSearch: Search = { text: '', typing: false };

/** The search after a key; undefined where the key is none of its business. */
export function typeSearch(search: Search, key: KeyName): Search | undefined {
  if (!search.typing) return key === '/' ? { text: '', typing: true } : undefined;
  if (key === 'enter') return { ...search, typing: false };
  if (key === 'escape') return noSearch;
  if (key === 'backspace') return { ...search, text: [...search.text].slice(0, -1).join('') };
  // Words are keys that write nothing.
  return [...key].length === 1 ? { ...search, text: search.text + key } : search;
}

/** What stands in place of the keys while there is a search; undefined without one. */
export function searchLine({ text, typing }: Search): ScreenLine | undefined {
  if (!typing && text === '') return undefined;
  const rest = typing ? [seg('▏', 'busy'), seg('  enter keep  esc drop', 'dim')] : [seg('  esc drop', 'dim')];
  return [seg('/', 'bold'), seg(text), ...rest];
}
