/** Writes and reads `events.parquet` with its `axes` and `topology`. The columns are told in `src/stages/contracts.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modalities } from '../../catalog/modalities.ts';
import { eventFields } from '../../catalog/steps/events.ts';
import { makeFolder } from '../../disk/write.ts';
import type { EventAxes, EventTopology, Modality } from '../../stages/contracts.ts';
import { type Database, sqlText } from '../database.ts';
import type { EventSet, ExtractedEvent } from '../readers/reader.ts';
import { writeParquet } from '../windows/stage.ts';

const columns = {
  case: 'INTEGER',
  position: 'INTEGER',
  time: 'DOUBLE',
  modality: 'INTEGER',
  item: 'INTEGER',
  instance: 'INTEGER',
  caller: 'INTEGER',
  count: 'INTEGER',
  messages: 'VARCHAR[]',
} as const;

/** `rows` are the label rows of the cases, in their order. `folder` takes a file between here and DuckDB. */
export async function writeEvents(
  db: Database,
  set: EventSet,
  rows: readonly number[],
  folder: string,
  path: string,
): Promise<{ axes: EventAxes; topology: EventTopology | undefined }> {
  const cases = rows.map((row) => inOrder(set.events[row] ?? []));
  const topology = set.topology.length > 0 ? rows.map((row) => set.topology[row] ?? null) : undefined;
  const items = Object.fromEntries(
    modalities
      .filter((modality) => set.counts[modality])
      .map((modality) => [modality, itemsOf(modality, cases)] as const),
  );
  const named = cases.flatMap((list) => list.flatMap((event) => placesOfEvent(event)));
  const nodes = (topology ?? []).flatMap((one) => one?.nodes ?? []);
  const instances = [...new Set([...named, ...nodes])].filter((name) => name !== '').sort();
  const axes: EventAxes = { instances, items, templates: set.templates };

  const codeOf = new Map(instances.map((name, code) => [name, code]));
  const itemOf = Object.fromEntries(
    Object.entries(items).map(([modality, { rows: list }]) => [
      modality,
      new Map(list.map((fields, code) => [JSON.stringify(fields), code])),
    ]),
  );
  const lines = cases.flatMap((list, index) =>
    list.map((event, position) => {
      const [instance = '', caller = ''] = placesOfEvent(event);
      return JSON.stringify({
        case: index,
        position,
        time: event.time,
        modality: modalities.indexOf(event.modality),
        item: itemOf[event.modality]?.get(JSON.stringify(event.fields)),
        instance: codeOf.get(instance) ?? null,
        caller: codeOf.get(caller) ?? null,
        count: event.count,
        // Half a character pair is JSON to JavaScript, but not to DuckDB.
        messages: event.messages?.map((text) => Buffer.from(text).toString()) ?? null,
      });
    }),
  );
  makeFolder(folder);
  const between = join(folder, 'events.ndjson');
  writeFileSync(between, `${lines.join('\n')}\n`);
  // DuckDB's buffers have the size of the longest line that it shall expect.
  const longest = lines.reduce((most, line) => Math.max(most, Buffer.byteLength(line)), 0);
  const shape = Object.entries(columns).map(([name, type]) => `"${name}": '${type}'`);
  const source = `read_json(${sqlText(between)}, format = 'newline_delimited', columns = {${shape.join(', ')}}, maximum_object_size = ${Math.max(1_048_576, 2 * longest)})`;
  await writeParquet(db, `SELECT * FROM ${source} ORDER BY "case", position`, path);
  return {
    axes,
    topology: topology?.map(
      (one) =>
        one && {
          nodes: one.nodes.map((name) => codeOf.get(name) ?? 0),
          edges: one.edges.map(([from, to]) => [codeOf.get(from) ?? 0, codeOf.get(to) ?? 0] as const),
        },
    ),
  };
}

/** By time; those without one behind. Within a time as they came: modality by modality, in the order of the files. */
function inOrder(events: readonly ExtractedEvent[]): ExtractedEvent[] {
  const at = ({ time }: ExtractedEvent) => time ?? Number.POSITIVE_INFINITY;
  return events.toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

function itemsOf(modality: Modality, cases: readonly (readonly ExtractedEvent[])[]) {
  const texts = cases.flatMap((list) =>
    list.filter((event) => event.modality === modality).map(({ fields }) => JSON.stringify(fields)),
  );
  const rows = [...new Set(texts)].sort().map((text) => JSON.parse(text) as string[]);
  return { fields: eventFields[modality], rows };
}

/** Where an event was noticed, and from where it was called. */
export function placesOfEvent({ modality, fields }: ExtractedEvent): readonly string[] {
  const [first = '', second = ''] = fields;
  return modality === 'trace' ? [second, first] : [first];
}

/** The events of one modality, in the order of the artefact. `time` is NaN where there is none. */
export interface EventColumns {
  readonly caseOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly time: Float64Array;
  readonly count: Int32Array;
}

export async function readEvents(db: Database, path: string, modality: Modality): Promise<EventColumns> {
  const from = `read_parquet(${sqlText(path)}) WHERE modality = ${modalities.indexOf(modality)}`;
  const [n = 0] = await db.numbers(`SELECT count(*) FROM ${from}`);
  const caseOf = new Int32Array(n);
  const itemOf = new Int32Array(n);
  const time = new Float64Array(n);
  const count = new Int32Array(n);
  let i = 0;
  const query = `SELECT "case", item, time, count FROM ${from} ORDER BY "case", position`;
  await db.stream(query, ([c, item, t, k], rows) => {
    if (!c || !item || !t || !k) return;
    for (let row = 0; row < rows; row++, i++) {
      caseOf[i] = c.number(row);
      itemOf[i] = item.number(row);
      time[i] = t.number(row);
      count[i] = k.number(row);
    }
  });
  return { caseOf, itemOf, time, count };
}

/** One row of `events.parquet`; −1 stands for null. */
export interface EventRow {
  readonly index: number;
  readonly modality: number;
  readonly item: number;
  readonly instance: number;
  readonly caller: number;
  readonly count: number;
}

/** The events of all modalities, in the order of the artefact. */
export async function readEventRows(db: Database, path: string): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  const query = `SELECT "case", modality, item, coalesce(instance, -1), coalesce(caller, -1), count
    FROM read_parquet(${sqlText(path)}) ORDER BY "case", position`;
  await db.stream(query, ([c, m, i, at, from, n], count) => {
    if (!c || !m || !i || !at || !from || !n) return;
    const columns = [c, m, i, at, from, n].map((column) => column.ints());
    for (let row = 0; row < count; row++) {
      const [index = 0, modality = 0, item = 0, instance = -1, caller = -1, times = 1] = columns.map(
        (column) => column[row],
      );
      rows.push({ index, modality, item, instance, caller, count: times });
    }
  });
  return rows;
}
