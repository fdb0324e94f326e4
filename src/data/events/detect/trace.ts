/**
 * Links (caller, callee) that slow down: the mean duration of a window after the fault lies more than three deviations above
 * those of the training cases. One event per case and link, at its first such window. Calls that fail without being slow are
 * none: neither DiagFusion nor MicroCBR looks at their status.
 */
import type { Database } from '../../database.ts';
import type { TraceNames } from '../../features/trace.ts';
import type { CaseTopology, ExtractedEvent } from '../../readers/reader.ts';
import { client, unknown } from '../../windows/spans.ts';
import type { Found } from './metric.ts';
import {
  type DetectPlace,
  deviationsFrom,
  learntFrom,
  lookedAt,
  Moments,
  type Records,
  sigmas,
} from './reference.ts';

export interface FoundLinks extends Found {
  /** Who calls whom in the training cases. */
  readonly calls: CaseTopology;
}

export async function detectTrace(
  db: Database,
  records: Records,
  { services }: TraceNames,
  place: DetectPlace,
): Promise<FoundLinks> {
  const nameOf = (code: number) => services[code] ?? '';
  const usual = new Map<string, Moments>();
  const calls = new Map<string, readonly [string, string]>();
  await readLinks(db, learntFrom(records, place), ({ caller, callee, window, mean }) => {
    const link = `${caller} ${callee}`;
    calls.set(link, [nameOf(caller), nameOf(callee)]);
    if (window >= place.usual) return;
    const own = usual.get(link) ?? new Moments();
    usual.set(link, own);
    own.add(mean);
  });

  const events: ExtractedEvent[][] = place.table.cases.map(() => []);
  const unseen = new Map<string, number>();
  const told = new Set<string>();
  await readLinks(db, lookedAt(records), ({ index, caller, callee, window, mean, spans }) => {
    if (window < place.after) return;
    const [from, to] = [nameOf(caller), nameOf(callee)];
    const own = usual.get(`${caller} ${callee}`);
    if (!own) {
      unseen.set(`${from} -> ${to}`, (unseen.get(`${from} -> ${to}`) ?? 0) + spans);
      return;
    }
    const key = `${index} ${caller} ${callee}`;
    if (told.has(key) || deviationsFrom(mean, own.mean, own.deviation) <= sigmas) return;
    told.add(key);
    const { start = 0 } = place.table.cases[index] ?? {};
    events[index]?.push({
      modality: 'trace',
      fields: [isService(from) ? from : '', to, '', 'PD'],
      time: start + window * place.table.windowMs,
      count: 1,
    });
  });
  return { events, unseen, calls: topologyOf([...calls.values()]) };
}

/** The caller of a root span, and of one whose parent is missing, is no service. */
export function isService(name: string): boolean {
  return name !== '' && name !== client && name !== unknown;
}

function topologyOf(calls: readonly (readonly [string, string])[]): CaseTopology {
  const edges = calls
    .filter(([from, to]) => isService(from) && isService(to) && from !== to)
    .sort(([a, b], [c, d]) => (a < c || (a === c && b < d) ? -1 : 1));
  return { nodes: [...new Set(calls.flat().filter(isService))].sort(), edges };
}

interface LinkWindow {
  readonly index: number;
  readonly window: number;
  readonly caller: number;
  readonly callee: number;
  readonly mean: number;
  readonly spans: number;
}

/** Every link of every window with its mean duration, case by case and window by window. */
async function readLinks(db: Database, from: string, each: (link: LinkWindow) => void): Promise<void> {
  let key = '';
  let [index, window, caller, callee, sum, spans] = [-1, -1, -1, -1, 0, 0];
  const close = () => {
    if (spans > 0) each({ index, window, caller, callee, mean: sum / spans, spans });
  };
  // The order makes the sums the same, to the bit.
  const query = `SELECT "case", "window", caller, callee, CAST(duration_us AS DOUBLE) AS d FROM ${from} WHERE d IS NOT NULL ORDER BY ALL`;
  await db.stream(query, ([c, w, a, b, d], rows) => {
    if (!c || !w || !a || !b || !d) return;
    const [cases, windows, callers, callees, durations] = [
      c.ints(),
      w.ints(),
      a.ints(),
      b.ints(),
      d.doubles(),
    ];
    for (let row = 0; row < rows; row++) {
      const at = `${cases[row]} ${windows[row]} ${callers[row]} ${callees[row]}`;
      if (at !== key) {
        close();
        key = at;
        [index, window] = [cases[row] as number, windows[row] as number];
        [caller, callee] = [callers[row] as number, callees[row] as number];
        [sum, spans] = [0, 0];
      }
      sum += durations[row] as number;
      spans++;
    }
  });
  close();
}
