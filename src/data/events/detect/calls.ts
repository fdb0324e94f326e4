/**
 * Calls (caller, callee, operation) as TVDiag looks at them: per 30 s their mean duration and how many answered with 4xx and
 * with another failure. An isolation forest over the windows before the fault of the training cases tells which of those
 * after the fault are set apart. One event per case, call and kind (`PD`, `400`, `500`), at its first such window.
 *
 * The forest is the caller's (`learn`). Equal numbers cannot be isolated: where training never varies, whatever is larger is
 * an event, where a forest alone would find nothing.
 */
import type { SpanAxes } from '../../../stages/contracts.ts';
import type { Database } from '../../database.ts';
import type { ExtractedEvent } from '../../readers/reader.ts';
import { isFailure } from '../../windows/status.ts';
import type { Found } from './metric.ts';
import { type DetectPlace, learntFrom, lookedAt, type Records } from './reference.ts';
import { isService } from './trace.ts';

/** Learns from numbers, and tells whether another one is set apart from them. */
export type FitOutlier = (values: readonly number[]) => (value: number) => boolean;

const slotMs = 30_000;
const kinds = ['PD', '400', '500'] as const;

/** One call in 30 s: values by kind. */
interface Slot {
  readonly index: number;
  readonly window: number;
  readonly time: number;
  readonly call: string;
  readonly fields: readonly [caller: string, callee: string, operation: string];
  readonly spans: number;
  readonly values: readonly number[];
}

export async function detectCalls(
  db: Database,
  records: Records,
  axes: SpanAxes,
  place: DetectPlace,
  learn: FitOutlier,
): Promise<Found> {
  const usual = new Map<string, number[][]>();
  await readSlots(db, learntFrom(records, place), axes, place, ({ window, call, values }) => {
    if (window >= place.usual) return;
    const own = usual.get(call) ?? kinds.map(() => []);
    usual.set(call, own);
    for (const [kind, value] of values.entries()) own[kind]?.push(value);
  });
  const detectors = new Map(
    [...usual].map(([call, lists]) => [call, lists.map((list) => outlier(list, learn))]),
  );

  const events: ExtractedEvent[][] = place.table.cases.map(() => []);
  const unseen = new Map<string, number>();
  const told = new Set<string>();
  await readSlots(db, lookedAt(records), axes, place, (slot) => {
    if (slot.window < place.after) return;
    const [caller, callee, operation] = slot.fields;
    const own = detectors.get(slot.call);
    if (!own) {
      const name = `${caller} -> ${callee}: ${operation}`;
      unseen.set(name, (unseen.get(name) ?? 0) + slot.spans);
      return;
    }
    kinds.forEach((kind, k) => {
      const key = `${slot.index} ${slot.call} ${kind}`;
      if (told.has(key) || !own[k]?.(slot.values[k] ?? 0)) return;
      told.add(key);
      events[slot.index]?.push({
        modality: 'trace',
        fields: [isService(caller) ? caller : '', callee, operation, kind],
        time: slot.time,
        count: 1,
      });
    });
  });
  return { events, unseen };
}

function outlier(values: readonly number[], learn: FitOutlier): (value: number) => boolean {
  const [first = 0] = values;
  return values.every((value) => value === first) ? (value) => value > first : learn(values);
}

/** Every call in every 30 s of its case, case by case. */
async function readSlots(
  db: Database,
  from: string,
  { services, operations, statuses }: SpanAxes,
  { table }: DetectPlace,
  each: (slot: Slot) => void,
): Promise<void> {
  const starts = table.cases.map(({ start }) => start);
  const kindOf = statuses.map((status) => (/^4\d\d$/.test(status) ? 1 : isFailure(status) ? 2 : 0));
  let key = '';
  let codes: readonly number[] = [];
  let [sum, spans, wrong] = [0, 0, [0, 0, 0]];
  const close = () => {
    const [index = 0, window = 0, slot = 0, caller = 0, callee = 0, operation = 0] = codes;
    if (spans === 0) return;
    const fields = [services[caller] ?? '', services[callee] ?? '', operations[operation] ?? ''] as const;
    const call = `${caller} ${callee} ${operation}`;
    const time = (starts[index] ?? 0) + slot * slotMs;
    const values = [sum / spans, wrong[1] ?? 0, wrong[2] ?? 0];
    each({ index, window, time, call, fields, spans, values });
  };
  // The order makes the sums the same, to the bit.
  const query = `SELECT "case", "window", CAST(floor((time - [${starts.join(', ')}]["case" + 1]) / ${slotMs}) AS INTEGER) AS slot,
    caller, callee, operation, status, CAST(duration_us AS DOUBLE) AS d FROM ${from} WHERE d IS NOT NULL ORDER BY ALL`;
  await db.stream(query, (columns, rows) => {
    const durations = columns[7]?.doubles();
    const statusOf = columns[6]?.ints();
    const parts = columns.slice(0, 6).map((column) => column.ints());
    if (!durations || !statusOf) return;
    for (let row = 0; row < rows; row++) {
      const at = parts.map((part) => part[row] as number);
      const name = at.join(' ');
      if (name !== key) {
        close();
        [key, codes, sum, spans, wrong] = [name, at, 0, 0, [0, 0, 0]];
      }
      sum += durations[row] as number;
      spans++;
      const kind = kindOf[statusOf[row] as number] ?? 0;
      wrong[kind] = (wrong[kind] ?? 0) + 1;
    }
  });
  close();
}
