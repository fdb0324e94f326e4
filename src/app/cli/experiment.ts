/** File → plan, and what a run record keeps of the way: sources, settings, resolved spec, device. */
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { Plan } from '../../graph/plan.ts';
import type { EngineStatus } from '../../graph/world.ts';
import type { RunAbout } from '../../run/record.ts';
import type { ResolvedSpec } from '../../spec/resolved.ts';
import { printDiagnostics } from './print.ts';
import { checkFile } from './spec.ts';

export interface LoadOptions {
  readonly sets: readonly string[];
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
  /** For the run's id: the experiment's name, or the file's where it has several. */
  readonly name: string;
}

/** Throws MedxError with every mistake of the file, or with what is missing on this machine. */
export async function loadExperiment(file: string, options: LoadOptions): Promise<LoadedExperiment> {
  const { spec: written, diagnostics, sources } = checkFile(file, options.sets);
  if (!written) throw new MedxError(diagnostics);
  if (diagnostics.length > 0) printDiagnostics(diagnostics, { color: options.color });
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
    name: experiments.length === 1 ? experiments[0]!.name : basename(file).replace(/\.med$/, ''),
    about: {
      file,
      sources: Object.fromEntries([...sources].map(([path, { text }]) => [path, text])),
      set: options.sets,
      ...(options.device ? { device_option: options.device } : {}),
      resolved: spec,
      device: [...new Set(world.engines.map(describeEngine))].join('; '),
    },
  };
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
