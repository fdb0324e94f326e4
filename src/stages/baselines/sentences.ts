/**
 * Extracted events as methods on graphs of instances read them: per case the instances as nodes, who calls whom as edges,
 * and per node the words of its events. A word is an event's fields joined, so it names its instance; a trace event is said
 * of caller and callee.
 *
 * Nodes are the instances that training cases name, the same for every case; where the set tells a case's own topology, the
 * others are absent from it. Edges are those of the topology, or else the pairs of caller and callee in the trace events of
 * the training cases.
 */
import { type CaseEvent, readCaseEvents } from '../../data/events/artefact.ts';
import type { EventAxes, EventTopology, Modality } from '../contracts.ts';
import type { StageContext } from '../stage.ts';
import { readCases, requireInput, withDatabase } from '../telemetry.ts';

export interface Incidents {
  readonly modalities: readonly Modality[];
  /** Names, sorted. */
  readonly nodes: readonly string[];
  readonly of: (index: number) => Incident;
}

export interface Incident {
  readonly events: number;
  /** Per node: whether it is part of the case's topology. */
  readonly present: readonly boolean[];
  /** Per node the nodes that call it, sorted; itself where nobody does. */
  readonly heard: readonly (readonly number[])[];
  /** Words of a node in their order, repetitions included. */
  readonly words: (modality: Modality, node: number) => readonly string[];
}

export async function readIncidents(context: StageContext, train: readonly number[]): Promise<Incidents> {
  const artefact = requireInput(context, 'events');
  const axes = artefact.json<EventAxes>('axes');
  const topology = artefact.has('topology') ? artefact.json<EventTopology>('topology') : undefined;
  const { cases } = readCases(context);
  const events = await withDatabase(context, 'sentences', (db) =>
    readCaseEvents(db, artefact.path('events.parquet'), axes, cases.length),
  );
  const nameOf = (code: number) => axes.instances[code] ?? '';
  const namesOf = (index: number) => [
    ...(events[index] ?? []).flatMap(placesOf),
    ...(topology?.[index]?.nodes ?? []).map(nameOf),
  ];
  const nodes = [...new Set(train.flatMap(namesOf))].sort();
  const numberOf = new Map(nodes.map((name, i) => [name, i]));
  const calls = edgesOf(
    train.flatMap((index) =>
      (events[index] ?? []).map(({ caller = '', instance = '' }) => [caller, instance] as const),
    ),
    numberOf,
  );
  return {
    modalities: (['metric', 'trace', 'log'] as const).filter((one) => axes.items[one]),
    nodes,
    of: (index) => {
      const own = topology?.[index];
      const named = new Set(own?.nodes.map(nameOf));
      const told = own?.edges.map(([from, to]) => [nameOf(from), nameOf(to)] as const);
      return {
        events: events[index]?.length ?? 0,
        present: nodes.map((name) => !own || named.has(name)),
        heard: told ? edgesOf(told, numberOf) : calls,
        words: wordsOf(events[index] ?? [], nodes),
      };
    },
  };
}

const placesOf = ({ instance, caller }: CaseEvent): string[] =>
  [caller, instance].filter((name) => name !== undefined);

/** Callers by callee. Edges at instances that no training case names are left out. */
function edgesOf(
  edges: readonly (readonly [from: string, to: string])[],
  numberOf: ReadonlyMap<string, number>,
): number[][] {
  const heard = Array.from(numberOf, () => new Set<number>());
  for (const [from, to] of edges) {
    const [caller, callee] = [numberOf.get(from), numberOf.get(to)];
    if (caller !== undefined && callee !== undefined) heard[callee]?.add(caller);
  }
  return heard.map((callers, node) => (callers.size > 0 ? [...callers].sort((a, b) => a - b) : [node]));
}

function wordsOf(events: readonly CaseEvent[], nodes: readonly string[]): Incident['words'] {
  const lists = new Map<string, string[]>();
  for (const event of events)
    for (const place of new Set(placesOf(event))) {
      const key = `${event.modality} ${place}`;
      const list = lists.get(key) ?? [];
      // Spaces would make several words of one.
      list.push(event.fields.join('&').replaceAll(' ', '_'));
      lists.set(key, list);
    }
  return (modality, node) => lists.get(`${modality} ${nodes[node] ?? ''}`) ?? [];
}
