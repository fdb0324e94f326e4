/**
 * Log lines as events: per case, instance and template one, standing for all its lines after the fault, at the time of the
 * first. Which of them tell anything (rare ones, a sample, those that became more) is the method's business; `usual` has what
 * it needs for that. A line without a template is no event.
 */

import type { Database } from '../../database.ts';
import type { Drain } from '../../drain/drain.ts';
import type { ExtractedEvent } from '../../readers/reader.ts';
import { type DetectPlace, learntFrom, lookedAt, type Records } from './reference.ts';

export interface FoundLines {
  readonly events: readonly (readonly ExtractedEvent[])[];
  /** Template → its lines per case in the windows to learn from, scaled to the windows after the fault. */
  readonly usual: { readonly [template: string]: number };
}

/** `names` has the name of an instance as the other modalities have it. */
export async function detectLog(
  db: Database,
  records: Records,
  drain: Drain,
  names: Readonly<Record<string, string>>,
  place: DetectPlace,
): Promise<FoundLines> {
  const { table, fitted, after } = place;
  const lines = new Map<string, number>();
  await readLines(db, learntFrom(records, place), drain, ({ window, template }) => {
    if (window < place.usual) lines.set(template, (lines.get(template) ?? 0) + 1);
  });
  const cases = Math.max(1, fitted.filter((yes) => yes).length);
  const scale = (table.windows - after) / place.usual / cases;
  const usual = Object.fromEntries(
    drain.templates().map(({ id }) => [String(id), (lines.get(String(id)) ?? 0) * scale]),
  );

  const found = table.cases.map(
    () => new Map<string, { instance: string; template: string; time: number; count: number }>(),
  );
  await readLines(db, lookedAt(records), drain, ({ index, window, time, instance, template }) => {
    if (window < after) return;
    const where = names[instance] ?? instance;
    const own = found[index];
    const key = `${template} ${where}`;
    const known = own?.get(key);
    if (!known) own?.set(key, { instance: where, template, time, count: 1 });
    else {
      known.time = Math.min(known.time, time);
      known.count++;
    }
  });
  return {
    usual,
    events: found.map((own) =>
      [...own.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { instance, template, time, count }]) => ({
          modality: 'log',
          fields: [instance, template],
          time,
          count,
        })),
    ),
  };
}

interface Line {
  readonly index: number;
  readonly window: number;
  readonly time: number;
  readonly instance: string;
  readonly template: string;
}

/** Every line that has a template, in any order. */
async function readLines(
  db: Database,
  from: string,
  drain: Drain,
  each: (line: Line) => void,
): Promise<void> {
  const query = `SELECT "case", "window", time, instance, message FROM ${from}`;
  await db.stream(query, ([c, w, t, at, message], rows) => {
    if (!c || !w || !t || !at || !message) return;
    const [cases, windows, times] = [c.ints(), w.ints(), t.doubles()];
    for (let row = 0; row < rows; row++) {
      const template = drain.match(message.text(row));
      if (template === undefined) continue;
      each({
        index: cases[row] as number,
        window: windows[row] as number,
        time: times[row] as number,
        instance: at.text(row),
        template: String(template),
      });
    }
  });
}
