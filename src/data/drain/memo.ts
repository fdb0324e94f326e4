/**
 * Remembers to which cluster lines went, by their token numbers: services write the same lines over and over, and what differs
 * between two lines of a template is mostly tokens that no template holds. Exact: all numbers are compared. Whoever changes the
 * tree or the vocabulary must clear it.
 */
import type { Cluster } from './tree.ts';
import type { Scan } from './vocabulary.ts';

export interface Memo {
  /** The cluster of a line with the same tokens, undefined if none was remembered. */
  find(scan: Scan): Cluster | undefined;
  /** Remembers the line that `find` was last asked for. */
  keep(scan: Scan, cluster: Cluster): void;
  clear(): void;
}

/** Lines that are remembered at most; then all are forgotten. */
const room = 8192;
const slots = 4 * room;

export function createMemo(): Memo {
  /** Open addressing: entry + 1, or 0 for an empty slot. */
  const table = new Int32Array(slots);
  const clusters: Cluster[] = [];
  let numbers = new Int32Array(1 << 16);
  /** Entry i has `numbers` from `ends[i − 1]` to `ends[i]`. */
  const ends = new Int32Array(room);
  let place = 0;
  /** Where entries stand in the table, so that forgetting few of them is quick. */
  const places = new Int32Array(room);
  const clear = () => {
    for (let entry = 0; entry < clusters.length; entry++) table[places[entry] as number] = 0;
    clusters.length = 0;
  };
  return {
    find({ count, ids }) {
      let hash = count;
      for (let i = 0; i < count; i++) hash = Math.imul(hash ^ (ids[i] as number), 0x9e3779b1);
      place = (hash ^ (hash >>> 15)) & (slots - 1);
      for (;;) {
        const entry = (table[place] as number) - 1;
        if (entry < 0) return undefined;
        const from = entry === 0 ? 0 : (ends[entry - 1] as number);
        if ((ends[entry] as number) - from === count) {
          let i = 0;
          while (i < count && numbers[from + i] === ids[i]) i++;
          if (i === count) return clusters[entry];
        }
        place = (place + 1) & (slots - 1);
      }
    },
    keep({ count, ids }, cluster) {
      if (clusters.length === room) {
        clear();
        return;
      }
      const entry = clusters.push(cluster) - 1;
      const from = entry === 0 ? 0 : (ends[entry - 1] as number);
      while (from + count > numbers.length) {
        const wider = new Int32Array(2 * numbers.length);
        wider.set(numbers);
        numbers = wider;
      }
      for (let i = 0; i < count; i++) numbers[from + i] = ids[i] as number;
      ends[entry] = from + count;
      places[entry] = place;
      table[place] = entry + 1;
    },
    clear,
  };
}
