/**
 * Metric samples of all cases in one scan: rows are sorted into cases as they are read, then averaged case by case.
 * Standardising and averaging per window are steps of the features.
 */
import { join } from 'node:path';
import type { CaseTable } from '../../stages/contracts.ts';
import type { Database, Feed } from '../database.ts';
import type { Relation } from '../readers/reader.ts';
import { createCodes } from './codes.ts';
import { orderByCode, orderByValues } from './order.ts';
import { createReach } from './reach.ts';
import { createSpool, type Spool } from './spool.ts';
import { writeParquet } from './stage.ts';

export interface SampleCounts {
  readonly records: number;
  /** Records whose value is absent or not finite: left out. */
  readonly gaps: number;
  /** Records left out because one entity's sample is there twice. */
  readonly copies: number;
  readonly samples: number;
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
}

/**
 * Writes case, instance, kpi (codes into the sorted names), time (epoch ms), value. Records of one instance, KPI and time
 * (the pods of a service) are averaged, summed in ascending order so that the same bits come out every time. Copies of a row
 * (same entity, KPI, time and value) count once: an average of pods must not lean to the one that was written twice.
 *
 * Memory grows with the largest case, not with the number of cases or records.
 */
export async function writeSamples(
  db: Database,
  relation: Relation,
  table: CaseTable,
  path: string,
): Promise<SampleCounts> {
  const spool = createSpool(join(db.folder, 'samples.spool'), table.cases.length, { doubles: 2, ints: 2 });
  try {
    const found = await sortIntoCases(db, relation, table, spool);
    const means = createMeans(table, spool, found);
    await db.feed('means', means.feed);
    await writeParquet(db, 'SELECT * FROM means()', path);
    const { records, gaps, instances, kpis } = found;
    return { records, gaps, ...means.counts(), instances, kpis };
  } finally {
    spool.close();
  }
}

interface Sorted {
  readonly records: number;
  readonly gaps: number;
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
  /** Series by their number in the spool: their place in order of (instance, kpi). */
  readonly placeOf: Int32Array;
  /** Codes of the series at a place. */
  readonly seriesAt: readonly { readonly instance: number; readonly kpi: number }[];
}

/** Reads every record and puts time, value and series into the parts of the cases that hold it. */
async function sortIntoCases(
  db: Database,
  relation: Relation,
  table: CaseTable,
  spool: Spool,
): Promise<Sorted> {
  const reach = createReach(
    Float64Array.from(table.cases, ({ start }) => start),
    Float64Array.from(table.cases, ({ end }) => end),
  );
  const entities = createCodes(relation.nameOf);
  const kpiNames = createCodes();
  const pods = createCodes();
  /** Instance → KPI → number of the series + 1. */
  const numbers: number[][] = [];
  const series: { readonly instance: number; readonly kpi: number }[] = [];
  let [records, gaps] = [0, 0];
  await db.scan(
    `SELECT r.time, CASE WHEN r.entity IS NULL OR r.kpi IS NULL THEN 'NaN'::DOUBLE ELSE coalesce(r.value, 'NaN'::DOUBLE) END,
      hash(r.entity), hash(r.kpi), r.entity, r.kpi
    FROM (${relation.records}) r WHERE r.time >= ${reach.first} AND r.time < ${reach.end}`,
    ([timeColumn, valueColumn, entityHash, kpiHash, entity, kpi], rows) => {
      if (!timeColumn || !valueColumn || !entityHash || !kpiHash || !entity || !kpi) return;
      const [times, values] = [timeColumn.doubles(), valueColumn.doubles()];
      const [entityHalves, kpiHalves] = [entityHash.halves(), kpiHash.halves()];
      let row = 0;
      let [number, pod] = [-1, 0];
      const entityText = () => entity.text(row);
      const kpiText = () => kpi.text(row);
      const add = (index: number) => {
        records++;
        if (number < 0) {
          gaps++;
          return;
        }
        const block = spool.open(index);
        const at = block.count++;
        (block.doubles[0] as Float64Array)[at] = times[row] as number;
        (block.doubles[1] as Float64Array)[at] = values[row] as number;
        (block.ints[0] as Int32Array)[at] = number;
        (block.ints[1] as Int32Array)[at] = pod;
      };
      const seriesOf = () => {
        const i = entities.codeOf(
          entityHalves[2 * row] as number,
          entityHalves[2 * row + 1] as number,
          entityText,
        );
        const k = kpiNames.codeOf(kpiHalves[2 * row] as number, kpiHalves[2 * row + 1] as number, kpiText);
        numbers[i] ??= [];
        const own = numbers[i];
        const known = own[k];
        if (known !== undefined) return known;
        own[k] = series.length;
        series.push({ instance: i, kpi: k });
        return series.length - 1;
      };
      for (; row < rows; row++) {
        const time = times[row] as number;
        if (!reach.holds(time)) continue;
        number = -1;
        if (Number.isFinite(values[row] as number)) {
          number = seriesOf();
          pod = pods.codeOf(entityHalves[2 * row] as number, entityHalves[2 * row + 1] as number, entityText);
        }
        reach.find(time, add);
      }
    },
  );
  const [instances, kpis] = [entities.finish(), kpiNames.finish()];
  const placed = series.map(({ instance, kpi }) => ({
    instance: instances.placeOf[instance] ?? 0,
    kpi: kpis.placeOf[kpi] ?? 0,
  }));
  const order = placed
    .map((_, number) => number)
    .sort((a, b) => {
      const [x, y] = [placed[a], placed[b]];
      return x && y ? x.instance - y.instance || x.kpi - y.kpi : 0;
    });
  const placeOf = new Int32Array(series.length);
  order.forEach((number, place) => {
    placeOf[number] = place;
  });
  return {
    records,
    gaps,
    instances: instances.names,
    kpis: kpis.names,
    placeOf,
    seriesAt: order.flatMap((number) => placed[number] ?? []),
  };
}

/** The samples of all cases in the order of the artefact, a case at a time. */
function createMeans(
  table: CaseTable,
  spool: Spool,
  { placeOf, seriesAt }: Sorted,
): { readonly feed: Feed; readonly counts: () => Pick<SampleCounts, 'samples' | 'copies'> } {
  let caseIndex = -1;
  let [at, size, samples, copies] = [0, 0, 0, 0];
  let [rows, order, scratch] = [new Int32Array(0), new Int32Array(0), new Int32Array(0)];
  let [place, time, value] = [new Int32Array(0), new Float64Array(0), new Float64Array(0)];

  const load = (index: number) => {
    const block = spool.read(index);
    const n = block.count;
    if (rows.length < n) {
      [rows, order, scratch, place] = [0, 1, 2, 3].map(() => new Int32Array(n + (n >> 2))) as [
        Int32Array<ArrayBuffer>,
        Int32Array<ArrayBuffer>,
        Int32Array<ArrayBuffer>,
        Int32Array<ArrayBuffer>,
      ];
      [time, value] = [new Float64Array(rows.length), new Float64Array(rows.length)];
    }
    const [times, values] = block.doubles as [Float64Array, Float64Array];
    const [numbers, pods] = block.ints as [Int32Array, Int32Array];
    for (let i = 0; i < n; i++) {
      rows[i] = i;
      numbers[i] = placeOf[numbers[i] as number] as number;
    }
    orderByCode(rows, order, n, numbers, seriesAt.length);
    size = 0;
    for (let from = 0; from < n; ) {
      const own = numbers[order[from] as number] as number;
      let to = from + 1;
      while (to < n && numbers[order[to] as number] === own) to++;
      orderByValues(order, scratch, from, to, times, values);
      for (let i = from; i < to; ) {
        const moment = times[order[i] as number] as number;
        let [sum, count, first] = [0, 0, i];
        for (; i < to && times[order[i] as number] === moment; i++) {
          const row = order[i] as number;
          // Equal values lie side by side; `first` is the first of them.
          if (values[order[first] as number] !== values[row]) first = i;
          if (isAmong(pods, order, first, i, pods[row] as number)) {
            copies++;
            continue;
          }
          sum += values[row] as number;
          count++;
        }
        place[size] = own;
        time[size] = moment;
        value[size++] = count === 1 ? sum : sum / count;
      }
      from = to;
    }
    at = 0;
    samples += size;
  };
  return {
    counts: () => ({ samples, copies }),
    feed: {
      columns: { case: 'INTEGER', instance: 'INTEGER', kpi: 'INTEGER', time: 'DOUBLE', value: 'DOUBLE' },
      fill([caseColumn, instance, kpi, times, values], room) {
        while (at === size) {
          if (++caseIndex >= table.cases.length) return 0;
          load(caseIndex);
        }
        const n = Math.min(room, size - at);
        if (!caseColumn || !instance || !kpi || !times || !values) return 0;
        for (let i = 0; i < n; i++) {
          const own = seriesAt[place[at + i] as number];
          caseColumn[i] = caseIndex;
          instance[i] = own?.instance ?? 0;
          kpi[i] = own?.kpi ?? 0;
        }
        times.set(time.subarray(at, at + n));
        values.set(value.subarray(at, at + n));
        at += n;
        return n;
      },
    },
  };
}

/** Does a row of `order[from, to)` have this code? */
function isAmong(codes: Int32Array, order: Int32Array, from: number, to: number, code: number): boolean {
  for (let i = from; i < to; i++) if (codes[order[i] as number] === code) return true;
  return false;
}
