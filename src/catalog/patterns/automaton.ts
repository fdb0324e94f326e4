/**
 * A regular expression as a position automaton (Glushkov, 1961): one state per character class, and between two classes
 * as many edges as there are ways for a backtracking matcher to get from one to the other. Assertions take no characters;
 * what stands in a lookaround is an automaton of its own.
 */
import { classEnd, groupHead } from './scan.ts';

export interface Automaton {
  /** Whether it matches without taking a character. */
  readonly empty: boolean;
  /** Per position: the characters that it takes, over `alphabet`. */
  readonly classes: readonly (readonly boolean[])[];
  /** Per position: the positions after it, repeated where several ways lead there. */
  readonly follow: readonly (readonly number[])[];
}

export type Refusal = 'backreference' | 'too large' | 'unreadable';
export class UnfitPattern extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/** Repeats are written out, so that `{2,40}` is forty positions. */
const mostPositions = 3000;

interface Part {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}
const nothing: Part = { nullable: true, first: [], last: [] };

/** The automaton of the pattern and those of its lookarounds. The pattern has to compile. */
export function automataOf(pattern: string): Automaton[] {
  const alphabet = alphabetOf(pattern);
  const lookarounds: string[] = [];
  const classes: boolean[][] = [];
  const follow: number[][] = [];

  function position(charClass: string): Part {
    if (classes.length >= mostPositions) throw new UnfitPattern('too large');
    const holds = new RegExp(`^(?:${charClass})$`, 's');
    const dot = charClass === '.';
    const at = classes.push(alphabet.map((c) => (dot ? !/[\n\r\u2028\u2029]/.test(c) : holds.test(c)))) - 1;
    follow.push([]);
    return { nullable: false, first: [at], last: [at] };
  }
  function link(from: readonly number[], to: readonly number[]): void {
    for (const p of from) follow[p]?.push(...to);
  }
  function inTurn(a: Part, b: Part): Part {
    link(a.last, b.first);
    return {
      nullable: a.nullable && b.nullable,
      first: a.nullable ? [...a.first, ...b.first] : a.first,
      last: b.nullable ? [...a.last, ...b.last] : b.last,
    };
  }

  /** Reads alternatives up to the end or an unmatched `)`. */
  function alternatives(from: number): { readonly part: Part; readonly next: number } {
    let whole: Part | undefined;
    let at = from;
    for (;;) {
      let part = nothing;
      while (at < pattern.length && pattern[at] !== ')' && pattern[at] !== '|') {
        const item = repeated(at);
        part = inTurn(part, item.part);
        at = item.next;
      }
      whole = whole
        ? {
            nullable: whole.nullable || part.nullable,
            first: [...whole.first, ...part.first],
            last: [...whole.last, ...part.last],
          }
        : part;
      if (pattern[at] !== '|') return { part: whole, next: at };
      at++;
    }
  }

  /** An atom with its repeats; the atom is read again for every copy, so that each has positions of its own. */
  function repeated(at: number): { readonly part: Part; readonly next: number } {
    const once = atom(at);
    const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(once.next));
    if (!found) return once;
    const next = once.next + found[0].length;
    const [, sign, least, comma, most] = found;
    const from = sign === undefined ? Number(least) : sign === '+' ? 1 : 0;
    const to =
      sign === undefined
        ? comma === ''
          ? from
          : most === ''
            ? Number.POSITIVE_INFINITY
            : Number(most)
        : sign === '?'
          ? 1
          : Number.POSITIVE_INFINITY;
    if (to === 0) return { part: nothing, next };
    const copies = Math.max(from, to === Number.POSITIVE_INFINITY ? 1 : to);
    if (copies > mostPositions) throw new UnfitPattern('too large');
    const parts = [once.part, ...Array.from({ length: copies - 1 }, () => atom(at).part)];
    const final = parts.length - 1;
    if (to === Number.POSITIVE_INFINITY) {
      const looped = parts[final] as Part;
      link(looped.last, looped.first);
    }
    // x{1,3} is x(x(x)?)?: one way for every number of copies.
    let part = nothing;
    for (let i = final; i >= 0; i--) {
      const longer = inTurn(parts[i] as Part, part);
      part = i >= from ? { ...longer, nullable: true } : longer;
    }
    return { part, next };
  }

  function atom(at: number): { readonly part: Part; readonly next: number } {
    const first = pattern[at] as string;
    const one = (end: number) => ({ part: position(pattern.slice(at, end)), next: end });
    if (first === '^' || first === '$') return { part: nothing, next: at + 1 };
    if (first === '\\') {
      const letter = pattern[at + 1] ?? '';
      if (letter === 'b' || letter === 'B') return { part: nothing, next: at + 2 };
      if (/[1-9k]/.test(letter)) throw new UnfitPattern('backreference');
      const escaped = /^\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[A-Za-z]|.)/s.exec(pattern.slice(at));
      return one(at + (escaped?.[0].length ?? 2));
    }
    if (first === '[') return one(classEnd(pattern, at));
    if (first === '(') {
      const head = groupHead(pattern, at);
      if (head === undefined) throw new UnfitPattern('unreadable');
      const kept = [classes.length, follow.length] as const;
      const inner = alternatives(at + head.length);
      const next = inner.next + 1;
      if (!/[=!]$/.test(head)) return { part: inner.part, next };
      [classes.length, follow.length] = kept;
      lookarounds.push(pattern.slice(at + head.length, inner.next));
      return { part: nothing, next };
    }
    return one(at + 1);
  }

  const empty = alternatives(0).part.nullable;
  return [{ empty, classes, follow }, ...[...new Set(lookarounds)].flatMap(automataOf)];
}

/** ASCII, some characters beyond it, and those that the pattern names. */
function alphabetOf(pattern: string): string[] {
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  return [...new Set([...ascii, 'é', 'ß', '中', '：', '\u3000', '\u2028', ...pattern])];
}
