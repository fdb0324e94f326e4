/**
 * Numbers for texts. DuckDB hashes every text, and a text is looked at only when its hash is new: a column of a million
 * rows has a few dozen entities. Numbers are given as texts are met; `finish` orders them by name.
 */

/** Numbers by hash (two halves). */
export interface Hashes {
  /** -1 for a hash without one. */
  find(low: number, high: number): number;
  /** For a hash without a number. */
  add(low: number, high: number, number: number): void;
}

export interface Names {
  /** Number of the name of a text. */
  numberOf(text: string): number;
  /** Names in order of code units, and for every number given its place among them. */
  finish(): { readonly names: readonly string[]; readonly placeOf: Int32Array };
}

export interface Codes extends Pick<Names, 'finish'> {
  /** Number of the name of a text with this hash. `text` is asked for if the hash is new. */
  codeOf(low: number, high: number, text: () => string): number;
}

export function createCodes(nameOf?: (text: string) => string): Codes {
  const hashes = createHashes();
  const names = createNames(nameOf);
  return {
    codeOf(low, high, text) {
      const known = hashes.find(low, high);
      if (known >= 0) return known;
      const code = names.numberOf(text());
      hashes.add(low, high, code);
      return code;
    },
    finish: names.finish,
  };
}

export function createHashes(): Hashes {
  let mask = 1023;
  let known = 0;
  // Open addressing: low half, high half, number + 1 (0: free).
  let slots = new Int32Array(3 * (mask + 1));

  const place = (table: Int32Array, low: number, high: number): number => {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    while (table[3 * slot + 2] !== 0 && (table[3 * slot] !== low || table[3 * slot + 1] !== high))
      slot = (slot + 1) & mask;
    return 3 * slot;
  };
  const grow = () => {
    const old = slots;
    mask = 2 * mask + 1;
    slots = new Int32Array(3 * (mask + 1));
    for (let i = 0; i < old.length; i += 3)
      if (old[i + 2] !== 0) slots.set(old.subarray(i, i + 3), place(slots, old[i] ?? 0, old[i + 1] ?? 0));
  };
  return {
    find: (low, high) => (slots[place(slots, low, high) + 2] as number) - 1,
    add(low, high, number) {
      slots.set([low, high, number + 1], place(slots, low, high));
      known++;
      if (2 * known > mask) grow();
    },
  };
}

/** Several texts (pods) may have one name (their service). `always` names are there in any case. */
export function createNames(
  nameOf: (text: string) => string = (text) => text,
  always: readonly string[] = [],
): Names {
  const names: string[] = [...always];
  const numbers = new Map(names.map((name, number) => [name, number]));
  return {
    numberOf(text) {
      const name = nameOf(text);
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.length);
      names.push(name);
      return names.length - 1;
    },
    finish() {
      const sorted = [...names].sort();
      const places = new Map(sorted.map((name, place) => [name, place]));
      return { names: sorted, placeOf: Int32Array.from(names, (name) => places.get(name) ?? 0) };
    },
  };
}
