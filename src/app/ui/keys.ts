/** Keys by name, the line of keys at the foot of a pane, and the help that lists them. Pure. */
import { wrap } from '../../report/text.ts';
import { type ScreenLine, seg } from './lines.ts';

/** A character as typed, or one of `up down left right enter escape tab backspace pageup pagedown home end ctrl-c`. */
export type KeyName = string;

export interface KeyHelp {
  /** Names of the keys that do it. */
  readonly keys: readonly KeyName[];
  /** One or two words for the foot of the pane; absent where help is enough. */
  readonly label?: string;
  readonly doc: string;
}

/** How many lines a key goes by, where a page has so many; endless for the first and the last. Undefined for other keys. */
export function linesBy(key: KeyName, page: number): number | undefined {
  const steps: Readonly<Record<KeyName, number>> = {
    up: -1,
    down: 1,
    pageup: -page,
    pagedown: page,
    home: Number.NEGATIVE_INFINITY,
    end: Number.POSITIVE_INFINITY,
  };
  return steps[key];
}

const signs: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'enter',
  escape: 'esc',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};
export const signOf = (key: KeyName): string => signs[key] ?? key;

/** What Ink says of a key, as it matters here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
}

/** Names of what was pressed; pasted text is a key per character. */
export function keyNames(input: string, key: InkKey): KeyName[] {
  const named: readonly (readonly [boolean, KeyName])[] = [
    [key.upArrow, 'up'],
    [key.downArrow, 'down'],
    [key.leftArrow, 'left'],
    [key.rightArrow, 'right'],
    [key.pageDown, 'pagedown'],
    [key.pageUp, 'pageup'],
    [key.home, 'home'],
    [key.end, 'end'],
    [key.return, 'enter'],
    [key.escape, 'escape'],
    [key.tab, 'tab'],
    // Most terminals send what Ink calls delete for the backspace key.
    [key.backspace || key.delete, 'backspace'],
    [key.ctrl, `ctrl-${input}`],
  ];
  const found = named.find(([pressed]) => pressed);
  if (found) return [found[1]];
  return [...input].map((one) => (one === '\r' || one === '\n' ? 'enter' : one));
}

/** `↑↓ move  enter job  ? help`: as many as the window takes, the last one (help) always. */
export function footLine(keys: readonly KeyHelp[], columns: number): ScreenLine {
  const texts = keys.flatMap(({ keys: names, label }) =>
    label === undefined ? [] : [[names.map(signOf).join(''), label] as const],
  );
  const width = (n: number) =>
    [...texts.slice(0, n), ...texts.slice(-1)].reduce(
      (sum, [key, label]) => sum + key.length + label.length + 3,
      0,
    );
  let shown = Math.max(0, texts.length - 1);
  while (shown > 0 && width(shown) > columns) shown -= 1;
  return [...texts.slice(0, shown), ...texts.slice(-1)].flatMap(([key, label]) => [
    seg(key, 'bold'),
    seg(` ${label}  `, 'dim'),
  ]);
}

export interface HelpSection {
  readonly title: string;
  readonly keys: readonly KeyHelp[];
}

/** Every key that fits the search, by section; what is said of it goes on below itself where the window is narrow. */
export function helpLines(sections: readonly HelpSection[], search: string, columns: number): ScreenLine[] {
  const wanted = search.toLowerCase();
  const lines = sections.flatMap(({ title, keys }) => {
    const found = keys.filter((one) =>
      `${title} ${one.keys.map(signOf).join(' ')} ${one.label ?? ''} ${one.doc}`
        .toLowerCase()
        .includes(wanted),
    );
    if (found.length === 0) return [];
    const rows = found.flatMap((one): ScreenLine[] => {
      const names = `  ${one.keys.map(signOf).join(' ').padEnd(16)}`;
      const room = Math.max(20, columns - names.length);
      return wrap(one.doc, room, '', '').map((text, i) => [
        seg(i === 0 ? names : ' '.repeat(names.length), 'bold'),
        seg(text),
      ]);
    });
    return [[seg(title, 'bold')], ...rows, []];
  });
  return lines.length > 0 ? lines : [[seg(`no key has to do with \`${search}\``, 'dim')]];
}
