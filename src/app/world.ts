/**
 * Looks around for what a spec needs: datasets below the data root, text models, devices. The plan then decides every
 * `else` from the answers.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { modalities } from '../catalog/modalities.ts';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder } from '../disk/write.ts';
import {
  type DatasetNeed,
  type DatasetStatus,
  type EmbeddingStatus,
  type EngineNeed,
  type EngineStatus,
  needsOf,
  type World,
} from '../graph/world.ts';
import type { ResolvedSpec } from '../spec/resolved.ts';

export interface WorldOptions {
  /** Absolute. */
  readonly dataRoot: string;
  /** Absolute. */
  readonly store: string;
  /** Whether the hub may be asked for text models. */
  readonly allowRemote: boolean;
}

/** Throws MedxError where a dataset is here but damaged, and where the spec names a place outside of the data root. */
export async function readWorld(spec: ResolvedSpec, options: WorldOptions): Promise<World> {
  const needs = needsOf(spec);
  refuseOutside(
    [
      ...needs.datasets.map(({ root }) => ['the folder', root] as const),
      ...needs.models.map((model) => ['the text model', model] as const),
    ],
    options.dataRoot,
  );
  const cacheDir = join(options.store, 'cache');
  const [datasets, models, engines] = await Promise.all([
    Promise.all(
      needs.datasets.map(async (need) => ({
        ...need,
        status: await datasetStatus(need, options.dataRoot, cacheDir),
      })),
    ),
    findModels(needs.models, options, cacheDir),
    chooseEngines(needs.engines),
  ]);
  return { datasets, models, engines };
}

/** A file may come from a stranger: what it names is looked for below the data root and nowhere else. Throws MED6132. */
export function refuseOutside(named: readonly (readonly [string, string])[], root: string): void {
  const found = named.flatMap(([what, path]) => {
    const from = relative(root, resolve(root, path));
    const outside = from === '..' || from.startsWith('../') || isAbsolute(from);
    return outside ? [report(storeCodes, 'MED6132', { what, path, root })] : [];
  });
  if (found.length > 0) throw new MedxError(found);
}

/** Devices are looked for once, and not at all where every experiment asks for the CPU. */
export async function chooseEngines(needs: readonly EngineNeed[]): Promise<World['engines']> {
  const { chooseEngine, probeDevices } = await import('../tensor/devices.ts');
  const asking = needs.filter(({ device }) => device !== 'cpu').map(({ executor }) => executor);
  const reports = await probeDevices({ executors: [...new Set(asking)] });
  return needs.map((need) => {
    try {
      const { device, adapterName, why } = chooseEngine(
        { ...need, engine: need.executor, threads: 1 },
        reports,
      );
      const status: EngineStatus = { available: true, device, adapter: adapterName, why };
      return { ...need, status };
    } catch (error) {
      if (!(error instanceof MedxError)) throw error;
      const reason = error.diagnostics.flatMap(({ notes = [] }) => notes).join('; ');
      return { ...need, status: { available: false, reason } };
    }
  });
}

export async function datasetStatus(
  { format, root, options }: DatasetNeed,
  dataRoot: string,
  cacheDir: string,
): Promise<DatasetStatus> {
  const { digestDataset, findDataset, isSimulated } = await import('../data/dataset.ts');
  const location = findDataset(dataRoot, format, root, options);
  if (!location.found) return { present: false, reason: location.diagnostic.message };
  const { files } = location;
  const { root: folder } = files;
  const digest = await digestDataset(format, folder, cacheDir, options);
  return {
    present: true,
    digest,
    simulated: isSimulated(folder),
    modalities: modalities.filter((one) => files[one].length > 0),
  };
}

/** A hub that took its time and did not answer is not waited for again so soon: a second run answers at once. */
const hubPause = 10 * 60_000;

async function findModels(
  names: readonly string[],
  { dataRoot, allowRemote }: WorldOptions,
  cacheDir: string,
): Promise<World['models']> {
  const { findEmbedder } = await import('../data/embedding/models.ts');
  const silent = join(cacheDir, 'hub-silent');
  const heard = existsSync(silent) ? statSync(silent).mtimeMs : 0;
  const ask = allowRemote && Date.now() - heard > hubPause;
  return Promise.all(
    names.map(async (model) => {
      const began = performance.now();
      const found = await findEmbedder(model, { dataRoot, cacheDir, allowRemote: ask });
      const unheard = !found.available && found.reason.includes('cannot be reached');
      if (ask && unheard && performance.now() - began > 1000) remember(silent);
      const status: EmbeddingStatus = found.available
        ? { available: true, digest: found.digest }
        : { available: false, reason: found.reason };
      return { model, status };
    }),
  );
}

function remember(path: string): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, '');
  } catch {
    // A cache that cannot be written costs time, not the answer.
  }
}
