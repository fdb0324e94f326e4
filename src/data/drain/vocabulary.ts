/**
 * Splits a line into tokens and turns the tokens that occur in some template into small integers, so that comparing a
 * line with a template compares integers. One pass over the characters finds the tokens, hashes them and advances the
 * masks' gate; no string is made for a token that no template holds, and such a token is never stored: memory follows
 * the templates, not the lines. What a template is, and when a token may be forgotten, is decided in `drain.ts`.
 */
import type { Gate } from './gate.ts';

/** Written for "any token" in a template; token number 0. */
export const wildcard = '<:*:>';
export const wildcardToken = 0;
/** A token of the line that occurs in no template. Equal to no template token. */
export const unknownToken = -1;

/** The tokens of the last line scanned. Reused by the next scan. */
export interface Scan {
  /** Number of tokens. */
  count: number;
  /** Token numbers, `unknownToken` where no template holds the token. */
  ids: Int32Array;
  /** Which masks may match (`Gate.bits`). */
  hits: number;
}

export interface Vocabulary {
  /** Finds the tokens of `line`; the answer is valid until the next call. */
  scan(line: string): Scan;
  /** Text of token `index` of the line scanned last. */
  token(index: number): string;
  /** The number of this token, new or known. */
  intern(token: string): number;
  text(id: number): string;
  /** Tokens stored, with those that no template needs any more. */
  readonly size: number;
  /** Forgets every token that is not in `live`. */
  keep(live: ReadonlySet<number>): void;
}

/** Unicode white space (and the four ASCII separators) ends a token, as Python's `str.split` has it. */
const spaces =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
  '\u2028\u2029\u202f\u205f\u3000';

function tokenTable(delimiters: string, gateTable: Int32Array): Int32Array {
  const table = gateTable.slice();
  for (const text of [spaces, delimiters]) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      table[code] = (table[code] as number) & 0x7fffffff;
    }
  }
  return table;
}

/** FNV-1a over UTF-16 code units. */
const seed = 0x811c9dc5 | 0;
const prime = 0x01000193;
const space = 32;
/** The table is indexed by the low bits, which FNV mixes least. */
function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

/** @param delimiters characters that separate tokens besides white space */
export function createVocabulary(delimiters: string, gate: Gate): Vocabulary {
  const { starts, loops, ends } = gate;
  /** The gate's table, its sign bit cleared for the characters that end a token: one look-up serves both. */
  const table = tokenTable(delimiters, gate.table);

  /** The line being read, as code units: far faster to read than a string that may be a slice of another. */
  let bytes = Buffer.alloc(8192);
  let units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  let tokenStarts = new Int32Array(256);
  let tokenEnds = new Int32Array(256);
  const scanned: Scan = { count: 0, ids: new Int32Array(256), hits: 0 };

  /** By token number; a forgotten number holds '' and waits in `free`. */
  const texts: string[] = [];
  let hashes = new Int32Array(1024);
  let lengths = new Int32Array(1024);
  let free: number[] = [];
  let size = 0;
  /** The characters of stored tokens, one after the other; by token number, where they begin. */
  let pool = new Uint16Array(1 << 16);
  let pooled = 0;
  let offsets = new Int32Array(1024);
  /** Open addressing: token number + 1, or 0 for an empty slot. */
  let slots = new Int32Array(4096);
  let mask = slots.length - 1;

  function load(line: string): void {
    // One more than the line: a separator is written behind it, so that the last token needs no case of its own.
    if (line.length >= units.length) {
      bytes = Buffer.alloc(line.length * 4);
      units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    }
    bytes.write(line, 0, 'utf16le');
    units[line.length] = space;
  }

  function find(read: Uint16Array, start: number, end: number, hash: number): number {
    const length = end - start;
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id < 0) return unknownToken;
      if (hashes[id] !== hash || lengths[id] !== length) continue;
      const stored = pool;
      let from = offsets[id] as number;
      let i = start;
      while (i < end && stored[from] === read[i]) {
        i++;
        from++;
      }
      if (i === end) return id;
    }
  }

  // The innermost loop of all reading of logs: what it uses lies in local variables, and every token costs one branch.
  function scan(line: string): Scan {
    load(line);
    const length = line.length;
    const read = units;
    const classes = table;
    const [first, again, last] = [starts, loops, ends];
    let { ids } = scanned;
    let count = 0;
    let state = 0;
    let hits = 0;
    let i = 0;
    for (;;) {
      const start = i;
      let hash = seed;
      let code = read[i] as number;
      let entry = classes[code] as number;
      while (entry < 0) {
        state = ((state << 1) | first | (state & again)) & entry;
        hits |= state & last;
        hash = Math.imul(hash ^ code, prime);
        code = read[++i] as number;
        entry = classes[code] as number;
      }
      if (i > start) {
        if (count === ids.length) {
          ids = scanned.ids = widened(ids);
          tokenStarts = widened(tokenStarts);
          tokenEnds = widened(tokenEnds);
        }
        ids[count] = find(read, start, i, hash);
        tokenStarts[count] = start;
        tokenEnds[count] = i;
        count++;
      }
      if (i >= length) break;
      state = ((state << 1) | first | (state & again)) & entry;
      hits |= state & last;
      i++;
    }
    scanned.count = count;
    scanned.hits = hits;
    return scanned;
  }

  function place(id: number): void {
    let slot = slotOf(hashes[id] as number, mask);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = id + 1;
  }

  function replaceAll(capacity: number): void {
    slots = new Int32Array(capacity);
    mask = capacity - 1;
    const unused = new Set(free);
    for (let id = 0; id < texts.length; id++) if (!unused.has(id)) place(id);
  }

  function store(id: number, token: string): void {
    while (pooled + token.length > pool.length) pool = widened(pool);
    offsets[id] = pooled;
    lengths[id] = token.length;
    for (let i = 0; i < token.length; i++) pool[pooled++] = token.charCodeAt(i);
  }

  function intern(token: string): number {
    let hash = seed;
    for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), prime);
    for (let slot = slotOf(hash, mask); slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (hashes[id] === hash && texts[id] === token) return id;
    }
    const id = free.pop() ?? texts.length;
    if (id === hashes.length) {
      hashes = widened(hashes);
      lengths = widened(lengths);
      offsets = widened(offsets);
    }
    texts[id] = token;
    hashes[id] = hash;
    store(id, token);
    size++;
    if (size * 2 > slots.length) replaceAll(slots.length * 2);
    else place(id);
    return id;
  }

  function keep(live: ReadonlySet<number>): void {
    free = [];
    size = 0;
    pooled = 0;
    for (let id = texts.length - 1; id >= 0; id--) {
      if (id === wildcardToken || live.has(id)) {
        store(id, texts[id] as string);
        size++;
      } else {
        texts[id] = '';
        free.push(id);
      }
    }
    replaceAll(slots.length);
  }

  intern(wildcard);
  return {
    scan,
    token: (index) =>
      bytes.toString('utf16le', 2 * (tokenStarts[index] as number), 2 * (tokenEnds[index] as number)),
    intern,
    text: (id) => texts[id] as string,
    get size() {
      return size;
    },
    keep,
  };
}

function widened<A extends Int32Array | Uint16Array>(array: A): A {
  const wider = new (array.constructor as new (length: number) => A)(array.length * 2);
  wider.set(array);
  return wider;
}
