/**
 * Numbers for texts. DuckDB hashes every text, and a text is looked at only when its hash is new: a column of a million
 * rows has a few dozen entities. Numbers are given as texts are met; `finish` orders them by name.
 */

export interface Codes {
  /** Number of the name of a text with this hash (two halves). `text` is asked for if the hash is new. */
  codeOf(low: number, high: number, text: () => string): number;
  /** Names in order of code units, and for every number given its place among them. */
  finish(): { readonly names: readonly string[]; readonly placeOf: Int32Array };
}

/** Several texts (pods) may have one name (their service). `always` names are there in any case. */
export function createCodes(
  nameOf: (text: string) => string = (text) => text,
  always: readonly string[] = [],
): Codes {
  const names: string[] = [...always];
  const codes = new Map(names.map((name, code) => [name, code]));
  let mask = 1023;
  let known = 0;
  // Open addressing: low half, high half, code + 1 (0: free).
  let slots = new Int32Array(3 * (mask + 1));

  const find = (table: Int32Array, low: number, high: number): number => {
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
      if (old[i + 2] !== 0) slots.set(old.subarray(i, i + 3), find(slots, old[i] ?? 0, old[i + 1] ?? 0));
  };
  return {
    codeOf(low, high, text) {
      const at = find(slots, low, high);
      const found = slots[at + 2] ?? 0;
      if (found !== 0) return found - 1;
      const name = nameOf(text());
      let code = codes.get(name);
      if (code === undefined) {
        code = names.length;
        codes.set(name, code);
        names.push(name);
      }
      slots[at] = low;
      slots[at + 1] = high;
      slots[at + 2] = code + 1;
      known++;
      if (2 * known > mask) grow();
      return code;
    },
    finish() {
      const sorted = [...names].sort();
      const places = new Map(sorted.map((name, place) => [name, place]));
      return { names: sorted, placeOf: Int32Array.from(names, (name) => places.get(name) ?? 0) };
    },
  };
}
