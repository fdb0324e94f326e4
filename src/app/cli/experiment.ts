/** File → plan, and what a run record keeps of the way: sources, settings, resolved spec, device. */
import { type Diagnostic, MedxError } from '../../diagnostics/diagnostic.ts';
import type { Plan } from '../../graph/plan.ts';
import type { EngineStatus } from '../../graph/world.ts';
import type { RunAbout } from '../../run/record.ts';
import type { Host } from '../../spec/load.ts';
import type { ResolvedReport, ResolvedSpec } from '../../spec/resolved.ts';
import { positionAt, type SourceFile } from '../../text/source.ts';
import type { FileOptions } from './options.ts';
import { printDiagnostics } from './print.ts';
import { checkFile } from './spec.ts';

export interface LoadOptions extends FileOptions {
  /** Where the file and its imports are read; the disk by default. */
  readonly host?: Host;
  /** In place of what the file says. */
  readonly device?: ResolvedSpec['experiments'][number]['engine']['device'];
  readonly allowRemote: boolean;
  readonly store: string;
  readonly dataRoot: string;
  readonly color: boolean;
}

export interface LoadedExperiment {
  readonly plan: Plan;
  readonly about: RunAbout;
  /** Files that the file wants written of its experiments. */
  readonly reports: readonly ResolvedReport[];
  /** For the run's id: the experiment's name, or the file's where it has several. */
  readonly name: string;
}

/** Throws MedxError with every mistake of the file, or with what is missing on this machine. */
export async function loadExperiment(file: string, options: LoadOptions): Promise<LoadedExperiment> {
  const { spec: written, diagnostics, sources } = checkFile(file, options, options.host);
  const source = (name: string) => sources.get(name);
  if (!written)
    throw new MedxError(options.host ? diagnostics.map((one) => placed(one, source)) : diagnostics);
  if (diagnostics.length > 0) printDiagnostics(diagnostics, { color: options.color, source });
  const spec = options.device ? withDevice(written, options.device) : written;

  const { readWorld } = await import('../world.ts');
  const { planSpec } = await import('../../graph/plan-spec.ts');
  const { store, dataRoot, allowRemote } = options;
  const world = await readWorld(spec, { dataRoot, store, allowRemote });
  const plan = planSpec(spec, world, file);
  const { experiments } = spec;
  const { basename } = await import('node:path');
  return {
    plan,
    reports: spec.reports ?? [],
    name: experiments.length === 1 ? experiments[0]!.name : basename(file).replace(/\.med$/, ''),
    about: {
      file,
      sources: Object.fromEntries([...sources].map(([path, { text }]) => [path, text])),
      set: options.set,
      ...(options.experiment.length > 0 ? { experiments: options.experiment } : {}),
      ...(options.device ? { device_option: options.device } : {}),
      resolved: spec,
      device: [...new Set(world.engines.map(describeEngine))].join('; '),
    },
  };
}

/** Of a text that is not on disk: whoever prints the mistake would look for it there. */
function placed(
  { span, related: _, label, ...one }: Diagnostic,
  source: (name: string) => SourceFile | undefined,
): Diagnostic {
  const file = span && source(span.file);
  if (!span || !file) return one;
  const { line, column } = positionAt(file, span.start);
  const notes = [...(label ? [label] : []), ...(one.notes ?? [])];
  return { ...one, notes, place: `${span.file}:${line}:${column}` };
}

function withDevice(spec: ResolvedSpec, device: NonNullable<LoadOptions['device']>): ResolvedSpec {
  const experiments = spec.experiments.map((one) => ({ ...one, engine: { ...one.engine, device } }));
  const values = spec.values.map((value) =>
    value.path.endsWith('.device') ? { ...value, text: device, origin: `--device ${device}` } : value,
  );
  return { ...spec, experiments, values };
}

/** `onnx on cpu, AMD EPYC (device = auto; webgpu: the system shows no GPU)`. */
function describeEngine({
  executor,
  device,
  status,
}: {
  readonly executor: string;
  readonly device: string;
  readonly status: EngineStatus;
}): string {
  if (!status.available) return `${executor}: ${status.reason}`;
  const on = [status.device, status.adapter].filter(Boolean).join(', ');
  return `${executor} on ${on} (${[`device = ${device}`, status.why].filter(Boolean).join('; ')})`;
}
