/**
 * A cheap necessary condition for regular expressions: a run of character classes that every match must contain, looked
 * for in all patterns at once while a line's characters are read anyway. `\d{1,3}\.\d{1,3}\.…` needs digits, a dot,
 * digits, a dot, …; a line without such a run is never shown to the expression.
 *
 * The runs of all patterns share 31 bits of one word, advanced by one shift per character (the shift-and method:
 * Baeza-Yates and Gonnet, "A new approach to text searching", CACM 1992; loops: Navarro and Raffinot, 2002).
 * A condition may hold without a match, never the other way round.
 */
import { classEnd, groupHead } from '../../catalog/patterns/scan.ts';

/** One step per character c: `state = ((state << 1) | starts | (state & loops)) & table[c]; hits |= state & ends`. */
export interface Gate {
  /**
   * By UTF-16 code unit: the bits whose class holds the character. Every bit for characters beyond ASCII. The sign bit
   * belongs to no run: it is set everywhere, and left to the reader of tokens.
   */
  readonly table: Int32Array;
  readonly starts: number;
  readonly loops: number;
  readonly ends: number;
  /** Per pattern: the bit of `hits` that says it may match; 0 = no run was found in it, it must always be tried. */
  readonly bits: readonly number[];
}

/** One required character; `loop`: it may be followed by more of its class. */
interface Item {
  readonly charClass: string;
  readonly loop: boolean;
}
/** Between two runs: anything may stand here. */
const gap = 'gap';
type Part = Item | typeof gap;

/** Beyond what is read here: then the pattern has no gate. */
class Unreadable extends Error {}

export function createGate(patterns: readonly string[]): Gate {
  const runs = patterns.map(longestRun);
  const order = runs
    .map((run, pattern) => ({ run, pattern }))
    .filter(({ run }) => run.length > 0)
    .sort((a, b) => a.run.length - b.run.length || a.pattern - b.pattern);
  const bits = patterns.map(() => 0);
  const table = new Int32Array(65536).fill(-1);
  table.fill(1 << 31, 0, 128);
  let [starts, loops, ends, used] = [0, 0, 0, 0];
  order.forEach(({ run, pattern }, index) => {
    const share = Math.floor((31 - used) / (order.length - index));
    const items = run.slice(0, share);
    if (items.length === 0) return;
    items.forEach(({ charClass, loop }, place) => {
      const bit = 1 << (used + place);
      if (place === 0) starts |= bit;
      if (loop) loops |= bit;
      const holds = new RegExp(`^${charClass}$`);
      for (let code = 0; code < 128; code++) {
        if (holds.test(String.fromCharCode(code))) table[code] = (table[code] as number) | bit;
      }
    });
    used += items.length;
    const end = 1 << (used - 1);
    ends |= end;
    bits[pattern] = end;
  });
  return { table, starts, loops, ends, bits };
}

/** The longest run of characters that every match of the pattern contains; empty if none is found. */
function longestRun(pattern: string): readonly Item[] {
  let parts: Part[];
  try {
    const read = readSequence(pattern, 0);
    parts = read.parts;
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
  let best: Item[] = [];
  let run: Item[] = [];
  for (const part of [...parts, gap] as const) {
    if (part !== gap) {
      run.push(part);
      continue;
    }
    if (run.length > best.length) best = run;
    run = [];
  }
  return best;
}

interface Read {
  readonly parts: Part[];
  /** Where reading goes on. */
  readonly next: number;
}

/** Reads alternatives up to the end or to an unmatched `)`. Several alternatives are a gap, or nothing if all are empty. */
function readSequence(pattern: string, from: number): Read {
  const alternatives: Part[][] = [];
  let parts: Part[] = [];
  let at = from;
  while (at < pattern.length && pattern[at] !== ')') {
    if (pattern[at] === '|') {
      alternatives.push(parts);
      parts = [];
      at++;
      continue;
    }
    const atom = readAtom(pattern, at);
    const repeated = readRepeats(pattern, atom.next, atom.parts);
    parts.push(...repeated.parts);
    at = repeated.next;
  }
  alternatives.push(parts);
  if (alternatives.length === 1) return { parts, next: at };
  return { parts: alternatives.every((one) => one.length === 0) ? [] : [gap], next: at };
}

/** A character, a class, a group or an assertion. An assertion takes no room: it only forbids some matches. */
function readAtom(pattern: string, at: number): Read {
  const one = (end: number): Read => ({
    parts: [{ charClass: pattern.slice(at, end), loop: false }],
    next: end,
  });
  const first = pattern[at] as string;
  if (first === '^' || first === '$') return { parts: [], next: at + 1 };
  if (first === '\\') {
    const letter = pattern[at + 1] ?? '';
    if (letter === 'b' || letter === 'B') return { parts: [], next: at + 2 };
    if (/[a-zA-Z0-9]/.test(letter) && !/[dDwWsStnrfv]/.test(letter)) throw new Unreadable();
    return one(at + 2);
  }
  if (first === '[') return one(classEnd(pattern, at));
  if (first === '(') {
    const head = groupHead(pattern, at);
    if (head === undefined) throw new Unreadable();
    const inner = readSequence(pattern, at + head.length);
    const assertion = /[=!]$/.test(head);
    return { parts: assertion ? [] : inner.parts, next: inner.next + 1 };
  }
  return one(at + 1);
}

function readRepeats(pattern: string, at: number, parts: Part[]): Read {
  const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(at));
  if (!found) return { parts, next: at };
  const [text, sign, least, comma] = found;
  const next = at + text.length;
  const times = sign === undefined ? Number(least) : sign === '+' ? 1 : 0;
  const more = sign === undefined ? comma === ',' : sign === '+';
  if (parts.length === 0) return { parts, next };
  if (times === 0) return { parts: [gap], next };
  const repeated = Array.from({ length: Math.min(times, 32) }, () => parts).flat();
  const last = repeated.at(-1) as Part;
  if (times > 32) return { parts: [...repeated, gap], next };
  if (!more) return { parts: repeated, next };
  if (parts.length > 1 || last === gap) return { parts: [...repeated, gap], next };
  return { parts: [...repeated.slice(0, -1), { ...last, loop: true }], next };
}
