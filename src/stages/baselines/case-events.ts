/**
 * Input `events` of a method, case by case: what was noticed, in order, and how the instances are joined. The same whether a
 * set of extracted events or stage `events.find` wrote it (`EventAxes` in `contracts.ts`). What a method makes of the events is
 * its own business.
 */
import { readEventRows } from '../../data/events/artefact.ts';
import { type EventAxes, type EventTopology, type Modality, modalities } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { requireInput, withDatabase } from '../telemetry.ts';

export interface CaseEvent {
  readonly modality: Modality;
  /** As `EventAxes.items` names them; empty text where nothing is said. */
  readonly fields: readonly string[];
  /** Where it was noticed (trace: the callee), and from where it was called. */
  readonly instance?: string;
  readonly caller?: string;
  /** Occurrences that it stands for. */
  readonly count: number;
}

export interface InstanceGraph {
  readonly nodes: readonly string[];
  /** Places in `nodes`, from caller to callee. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

export interface CaseEvents {
  readonly axes: EventAxes;
  /** Of the case of an index, in order. */
  readonly of: (index: number) => readonly CaseEvent[];
  /** The graph of a case: the set's own, else the one that the fitted cases' events show. */
  readonly graphOf: (index: number) => InstanceGraph;
}

/** `fitted` are the cases that a graph may be taken from where the set has none. */
export async function readCaseEvents(
  context: StageContext,
  cases: number,
  fitted: readonly number[],
): Promise<CaseEvents> {
  const artefact = requireInput(context, 'events');
  const axes = artefact.json<EventAxes>('axes');
  const rows = await withDatabase(context, 'events', (db) =>
    readEventRows(db, artefact.path('events.parquet')),
  );
  const events: CaseEvent[][] = Array.from({ length: cases }, () => []);
  for (const { index, modality: code, item, instance, caller, count } of rows) {
    const modality = modalities[code];
    const fields = modality && axes.items[modality]?.rows[item];
    if (!modality || !fields) continue;
    const [at, from] = [axes.instances[instance], axes.instances[caller]];
    events[index]?.push({
      modality,
      fields,
      count,
      ...(at === undefined ? {} : { instance: at }),
      ...(from === undefined ? {} : { caller: from }),
    });
  }
  const of = (index: number) => events[index] ?? [];
  const topology = artefact.has('topology') ? artefact.json<EventTopology>('topology') : [];
  const seen = graphOfEvents(fitted.flatMap(of), axes);
  const known = topology.map((one) => one && namedGraph(one, axes));
  return { axes, of, graphOf: (index) => known[index] ?? seen };
}

function namedGraph({ nodes, edges }: NonNullable<EventTopology[number]>, { instances }: EventAxes) {
  const placeOf = new Map(nodes.map((node, place) => [node, place]));
  return {
    nodes: nodes.map((node) => instances[node] ?? ''),
    edges: edges.flatMap(([from, to]): (readonly [number, number])[] => {
      const [a, b] = [placeOf.get(from), placeOf.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b]];
    }),
  };
}

/** Instances that call each other, and in both directions those whose KPIs name one host. */
function graphOfEvents(events: readonly CaseEvent[], { items }: EventAxes): InstanceGraph {
  const nodes = [...new Set(events.flatMap((one) => placesOf(one)))].sort();
  const placeOf = new Map(nodes.map((node, place) => [node, place]));
  const edges = new Map<string, readonly [number, number]>();
  const join = (from: string | undefined, to: string | undefined) => {
    const [a, b] = [placeOf.get(from ?? ''), placeOf.get(to ?? '')];
    if (a !== undefined && b !== undefined && a !== b) edges.set(`${a} ${b}`, [a, b]);
  };
  const hosted = new Map<string, Set<string>>();
  const host = items.metric?.fields.indexOf('host') ?? -1;
  for (const { modality, fields, caller, instance } of events) {
    join(caller, instance);
    const on = modality === 'metric' ? (fields[host] ?? '') : '';
    if (on !== '' && instance !== undefined) hosted.set(on, (hosted.get(on) ?? new Set()).add(instance));
  }
  for (const together of hosted.values()) for (const a of together) for (const b of together) join(a, b);
  return { nodes, edges: [...edges.values()].sort(([a, b], [c, d]) => a - c || b - d) };
}

/** The instances that an event is said of: a call, of both its ends. */
export function placesOf({ instance, caller }: CaseEvent): readonly string[] {
  return [...new Set([instance, caller])].filter((one) => one !== undefined);
}
