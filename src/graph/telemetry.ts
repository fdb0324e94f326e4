/** Plans the reading of a dataset: which source is taken, and the stages `simulate`, `cases`, `lines`, `samples`, `spans`, `events`. */
import { fetchName } from '../catalog/datasets/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { simulatorSettings } from '../catalog/simulator.ts';
import { sources } from '../catalog/sources/index.ts';
import { graphCodes } from '../diagnostics/codes/graph.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import type { ResolvedCall, ResolvedDataset } from '../spec/resolved.ts';
import type { Modality } from '../stages/contracts.ts';
import type { JsonObject } from '../stages/stage.ts';
import type { GraphBuilder } from './builder.ts';
import { datasetNeed, type World } from './world.ts';

export interface Telemetry {
  readonly simulated: boolean;
  readonly standIns: readonly string[];
  readonly cases: string;
  readonly gives: 'records' | 'events';
  /** Those of which the source has files; a simulator writes all. */
  readonly modalities: readonly Modality[];
  /** Adds the stage that reads the records of a modality, and gives its hash. */
  readonly records: (modality: Modality) => string;
}

const readers = { log: 'lines', metric: 'samples', trace: 'spans' } as const;

/** `place` says where the source is named. A diagnostic where nothing of it is here. */
export function planTelemetry(
  data: ResolvedDataset,
  world: World,
  graph: GraphBuilder,
  place: string | undefined,
): Telemetry | Diagnostic {
  const reasons: string[] = [];
  for (const source of data.from) {
    const status = statusOf(source, world);
    if (status.present) {
      const absent = data.from.slice(0, reasons.length).map(describe);
      const standIns = absent.length > 0 ? [`${describe(source)} instead of ${absent.join(', ')}`] : [];
      return { standIns, ...planReading(data, source, status, graph) };
    }
    reasons.push(`${describe(source)}: ${status.reason}`);
  }
  const standIn = `${data.from.map(describe).join(' else ')} else simulate(online_boutique)`;
  // Nothing simulates extracted events.
  const [fetch] = data.from.flatMap(({ call, args }) => fetchName(call, String(args.root)) ?? []);
  const params = {
    dataset: data.name,
    reasons,
    ...(fetch ? { fetch } : {}),
    ...(data.from.some(givesEvents) ? {} : { standIn }),
  };
  return report(graphCodes, 'MED1601', params, place ? { place } : {});
}

function givesEvents({ call }: ResolvedCall): boolean {
  return sources.find(({ name }) => name === call)?.gives === 'events';
}

/** What is known of a source that is here: files, unless it is the simulator. */
type Found = {
  readonly present: true;
  readonly digest?: string;
  readonly simulated?: boolean;
  readonly modalities?: readonly Modality[];
};

function statusOf(source: ResolvedCall, world: World) {
  const need = datasetNeed(source);
  if (!need) return { present: true as const };
  const wanted = JSON.stringify(need);
  const known = world.datasets.find(({ status: _, ...one }) => JSON.stringify(one) === wanted);
  return known?.status ?? { present: false as const, reason: 'nobody looked for it' };
}

/** `microservo("d3")`, `simulated Online Boutique (119 cases, seed 2024)`. */
function describe({ call, args }: ResolvedCall): string {
  if (call !== 'simulate') return `${call}("${String(args.root)}")`;
  const format = args.format === 'microservo' ? '' : ` as ${String(args.format)}`;
  return `simulated ${String(args.system)}${format} (${String(args.cases)} cases, seed ${String(args.seed)})`;
}

function planReading(
  data: ResolvedDataset,
  source: ResolvedCall,
  status: Found,
  graph: GraphBuilder,
): Omit<Telemetry, 'standIns'> {
  const ours = source.call === 'simulate';
  const raw = ours ? graph.add('simulate', simulatorParams(source), {}, `simulate ${data.name}`) : undefined;
  // Where the simulator's files are is the artefact's business.
  const dataset: JsonObject = ours
    ? { format: String(source.args.format), root: '' }
    : readParams(source, status);
  const cases = graph.add(
    'cases',
    {
      ...dataset,
      window_ms: data.window,
      before_ms: data.before,
      after_ms: data.after,
      ...(data.classes ? { classes: data.classes } : {}),
    },
    { raw },
    `cases ${data.name}`,
  );
  return {
    simulated: ours || status.simulated === true,
    cases,
    gives: givesEvents(source) ? 'events' : 'records',
    modalities: status.modalities ?? modalities,
    records: (modality) => {
      const kind = givesEvents(source) ? 'events' : readers[modality];
      return graph.add(kind, dataset, { cases, raw }, `${kind} ${data.name}`);
    },
  };
}

/** Options are written only where there are any: a source without them keeps its hash. */
function readParams(source: ResolvedCall, { digest, simulated }: Found): JsonObject {
  const { root, ...options } = source.args;
  return {
    format: source.call,
    root: String(root),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(digest === undefined ? {} : { digest }),
    ...(simulated ? { simulated } : {}),
  };
}

function simulatorParams({ args }: ResolvedCall): JsonObject {
  const settings = simulatorSettings.map(({ name, param }) => [param, args[name]!] as const);
  return { system: args.system!, format: args.format!, ...Object.fromEntries(settings) };
}
