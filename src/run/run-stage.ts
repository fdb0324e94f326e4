/** Runs one stage in this process: lock, inputs, the stage itself, commit. Knows nothing of processes or plans. */
import { rmSync } from 'node:fs';
import { runCodes } from '../diagnostics/codes/run.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { makeFolder } from '../disk/write.ts';
import type { StageNode } from '../graph/plan.ts';
import type { StageRegistry } from '../stages/registry.ts';
import type { ArtefactReader, Notice, Progress, StageCost, StageKind } from '../stages/stage.ts';
import { createWriter } from './artefact.ts';
import { guardStore, storeFailure } from './failures.ts';
import { waitForLock } from './lock.ts';
import { currentProcess } from './process-identity.ts';
import {
  beginArtefact,
  cachePath,
  clearLeftovers,
  commitArtefact,
  hasArtefact,
  lockPath,
  openArtefact,
  type Store,
  workPath,
  writeTiming,
} from './store.ts';

export interface StageEnvironment {
  readonly store: Store;
  readonly dataRoot: string;
  readonly kinds: StageRegistry;
  readonly onProgress?: (progress: Progress) => void;
  readonly onNotice?: (notice: Notice) => void;
}

export interface StageResult {
  /** `cached`: the artefact was there, or another process made it while this one waited. */
  readonly state: 'done' | 'cached';
  readonly seconds: number;
}

/** Throws MedxError for a user's mistake, a mishap of the store, or a stage that cannot run; anything else thrown is a bug. */
export async function runStage(node: StageNode, environment: StageEnvironment): Promise<StageResult> {
  const { store } = environment;
  const isThere = () => hasArtefact(store, node.hash);
  if (isThere()) return { state: 'cached', seconds: 0 };
  const kind = await loadKind(node, environment.kinds);
  const path = lockPath(store, node.hash);
  const lock = await waitForLock(path, isThere, ({ pid, host }) => {
    const elsewhere = host === currentProcess().host ? {} : { host };
    const { code, message } = report(runCodes, 'MED4019', { label: node.label, pid, ...elsewhere });
    environment.onNotice?.({ code, message });
  }).catch((error: unknown) => {
    throw storeFailure(error, 'lock', path) ?? error;
  });
  if (!lock) return { state: 'cached', seconds: 0 };
  try {
    if (isThere()) return { state: 'cached', seconds: 0 };
    const inputs = openInputs(store, node);
    clearLeftovers(store, node.hash);
    return { state: 'done', seconds: await make(node, kind, inputs, environment) };
  } finally {
    lock.release();
  }
}

/** Answers the seconds it took. The timing is written first: an artefact that is there has one. */
async function make(
  node: StageNode,
  kind: StageKind,
  inputs: Readonly<Record<string, ArtefactReader>>,
  environment: StageEnvironment,
): Promise<number> {
  const { store } = environment;
  const began = performance.now();
  const workDir = workPath(store, node.hash);
  const folder = beginArtefact(store, node.hash);
  try {
    guardStore('write', workDir, () => makeFolder(workDir));
    const out = createWriter(folder, node);
    const notices: Notice[] = [];
    let cost: StageCost | undefined;
    await kind.run(node.params, {
      inputs,
      out,
      dataRoot: environment.dataRoot,
      workDir,
      cacheDir: cachePath(store),
      progress: (progress) => environment.onProgress?.(progress),
      notice: (notice) => {
        notices.push(notice);
        environment.onNotice?.(notice);
      },
      cost: (told) => {
        cost = told;
      },
    });
    await out.finish(notices);
    const seconds = Math.round(performance.now() - began) / 1000;
    writeTiming(store, node.hash, { seconds, at: new Date().toISOString(), ...(cost ? { cost } : {}) });
    commitArtefact(store, node.hash, folder);
    return seconds;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function loadKind(node: StageNode, kinds: StageRegistry): Promise<StageKind> {
  const { label } = node;
  const loader = Object.hasOwn(kinds, node.kind) ? kinds[node.kind] : undefined;
  if (!loader) {
    const known = Object.keys(kinds).sort();
    throw new MedxError(report(runCodes, 'MED4007', { kind: node.kind, label, known }));
  }
  const kind = await loader();
  if (kind.version !== node.version) {
    const versions = { planned: node.version, found: kind.version };
    throw new MedxError(report(runCodes, 'MED4008', { kind: node.kind, label, ...versions }));
  }
  return kind;
}

function openInputs(store: Store, node: StageNode): Record<string, ArtefactReader> {
  const missing = Object.entries(node.inputs).filter(([, hash]) => !hasArtefact(store, hash));
  if (missing.length > 0) {
    const inputs = missing.map(([name, hash]) => `\`${name}\` is stage ${hash.slice(0, 16)}.`);
    throw new MedxError(report(runCodes, 'MED4006', { label: node.label, inputs }));
  }
  return Object.fromEntries(
    Object.entries(node.inputs).map(([name, hash]) => [name, openArtefact(store, hash)]),
  );
}
