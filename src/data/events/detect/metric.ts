/**
 * KPIs that leave their range, by three deviations (DiagFusion, MicroCBR and TVDiag): an event is the first such sample of a
 * series after the fault, with its direction.
 *
 * A sample is held against the mean of the up to 60 samples before it in its case, by the deviation of the series around such
 * means in the training cases. The authors look at 60 samples, the fewest they take: cases here may have as many only where
 * samples are seconds apart. With fewer than five samples before it, it is held against the mean and deviation of all samples
 * of the series in the training cases. A series that no training case has gives no events.
 */
import type { Database } from '../../database.ts';
import type { MetricAxes } from '../../features/metric.ts';
import type { ExtractedEvent } from '../../readers/reader.ts';
import {
  type DetectPlace,
  deviationsFrom,
  learntFrom,
  lookedAt,
  Moments,
  type Records,
  sigmas,
} from './reference.ts';

const span = 60;
const fewest = 5;

/** What is usual of a series: all its samples, and squares of their distance to the mean of those before. */
interface Usual {
  readonly all: Moments;
  squares: number;
  distances: number;
}

export interface Found {
  /** Per case. */
  readonly events: readonly (readonly ExtractedEvent[])[];
  /** Series or links that cases have and no training case has: names, and records. */
  readonly unseen: ReadonlyMap<string, number>;
}

export async function detectMetric(
  db: Database,
  records: Records,
  { instances, kpis }: MetricAxes,
  place: DetectPlace,
): Promise<Found> {
  const { table } = place;
  const usual = new Map<number, Usual>();
  const seriesOf = (instance: number, kpi: number) => instance * kpis.length + kpi;
  const nameOf = (series: number) => [
    instances[Math.floor(series / kpis.length)] ?? '',
    kpis[series % kpis.length] ?? '',
  ];
  await readSeries(db, learntFrom(records, place), place, seriesOf, ({ series, window, value, before }) => {
    if (window >= place.usual) return;
    const own = usual.get(series) ?? { all: new Moments(), squares: 0, distances: 0 };
    usual.set(series, own);
    own.all.add(value);
    if (before.count < fewest) return;
    own.squares += (value - before.mean) ** 2;
    own.distances++;
  });

  const events: ExtractedEvent[][] = table.cases.map(() => []);
  const unseen = new Map<string, number>();
  let [lastCase, lastSeries] = [-1, -1];
  await readSeries(
    db,
    lookedAt(records),
    place,
    seriesOf,
    ({ index, series, window, time, value, before }) => {
      if (window < place.after || (index === lastCase && series === lastSeries)) return;
      const [instance = '', kpi = ''] = nameOf(series);
      const own = usual.get(series);
      if (!own) {
        unseen.set(`${instance} ${kpi}`, (unseen.get(`${instance} ${kpi}`) ?? 0) + 1);
        return;
      }
      const rolling = before.count >= fewest && own.distances > 0;
      const off = rolling
        ? deviationsFrom(value, before.mean, Math.sqrt(own.squares / own.distances))
        : deviationsFrom(value, own.all.mean, own.all.deviation);
      if (Math.abs(off) <= sigmas) return;
      [lastCase, lastSeries] = [index, series];
      events[index]?.push({
        modality: 'metric',
        fields: [instance, '', kpi, off > 0 ? 'up' : 'down'],
        time,
        count: 1,
      });
    },
  );
  return { events, unseen };
}

interface Sample {
  readonly index: number;
  readonly series: number;
  readonly window: number;
  readonly time: number;
  readonly value: number;
  /** Of the samples before it in its case, the last 60 at most. */
  readonly before: { readonly count: number; readonly mean: number };
}

/** Every sample, series by series within a case, in order of time. */
async function readSeries(
  db: Database,
  from: string,
  { table: { cases, windows, windowMs } }: DetectPlace,
  seriesOf: (instance: number, kpi: number) => number,
  each: (sample: Sample) => void,
): Promise<void> {
  const last = new Float64Array(span);
  let [lastCase, lastSeries, count] = [-1, -1, 0];
  const query = `SELECT "case", instance, kpi, time, value FROM ${from} ORDER BY "case", instance, kpi, time, value`;
  await db.stream(query, ([c, instance, kpi, t, v], rows) => {
    if (!c || !instance || !kpi || !t || !v) return;
    const [caseOf, instances, kpis] = [c.ints(), instance.ints(), kpi.ints()];
    const [times, values] = [t.doubles(), v.doubles()];
    for (let row = 0; row < rows; row++) {
      const index = caseOf[row] as number;
      const series = seriesOf(instances[row] as number, kpis[row] as number);
      if (index !== lastCase || series !== lastSeries) [lastCase, lastSeries, count] = [index, series, 0];
      const [time, value] = [times[row] as number, values[row] as number];
      const held = Math.min(count, span);
      let sum = 0;
      for (let i = 0; i < held; i++) sum += last[i] as number;
      const window = Math.floor((time - (cases[index]?.start ?? 0)) / windowMs);
      const before = { count: held, mean: held > 0 ? sum / held : 0 };
      each({ index, series, window: Math.min(window, windows - 1), time, value, before });
      last[count % span] = value;
      count++;
    }
  });
}
