/**
 * `medx verify FILE`: plans what a pack asks for on this machine's data, compares what it stands on, runs it in a store of its own
 * (so that nothing is taken from earlier runs), and compares the numbers.
 */
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { storeCodes } from '../../diagnostics/codes/store.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder } from '../../disk/write.ts';
import { countChanged, type Verdict, type VerifiedNumber, verifyRows } from '../../report/verify.ts';
import { compareLocks, type LockDifference, lockPlan } from '../../run/experiment-lock.ts';
import { guardStore } from '../../run/failures.ts';
import { tryLock } from '../../run/lock.ts';
import { type Pack, readPack } from '../../run/pack.ts';
import type { RunRecord } from '../../run/record.ts';
import { openStore, type Store } from '../../run/store.ts';
import type { Host } from '../../spec/load.ts';
import { plural } from '../format.ts';
import { executePlan } from './execute.ts';
import { loadExperiment } from './experiment.ts';
import { differenceText } from './locking.ts';
import { printDiagnostics } from './print.ts';

export interface VerifyOptions {
  /** Absolute. */
  readonly store: string;
  readonly dataRoot: string;
  readonly color: boolean;
  readonly jobs: number;
  readonly allowRemote: boolean;
  /** In place of the pack's own. */
  readonly tolerance?: number;
  readonly json: boolean;
}

export interface Verification extends Verdict {
  readonly format: 1;
  readonly file: string;
  readonly run: string;
  readonly tolerance: number;
  /** State of the rerun. */
  readonly state: RunRecord['state'];
  /** Versions and engine that are others here. */
  readonly differences: readonly LockDifference[];
  readonly stages_made: number;
}

/** Throws MedxError where the pack is refused, or its data are not here. */
export async function verifyPack(file: string, options: VerifyOptions): Promise<Verification> {
  const pack = await readPack(file);
  const main = openStore(options.store);
  const name = `verify-${pack.digest.slice(0, 16)}`;
  const lock = tryLock(join(main.root, 'locks', `${name}.lock`));
  if (!lock) throw new MedxError(report(storeCodes, 'MED6116', { file }));
  const store = openOwnStore(main, pack);
  try {
    const verification = await rerun(file, pack, store, options);
    // A rerun that was stopped goes on where it was.
    if (verification.state === 'finished') rmSync(store.root, { recursive: true, force: true });
    return verification;
  } finally {
    lock.release();
  }
}

/** Below the store, named after the pack. Text models that were downloaded are shared: they are known by their digest. */
function openOwnStore(main: Store, { digest }: Pack): Store {
  const models = join(main.root, 'cache', 'models');
  const store = openStore(join(main.root, 'verify', digest.slice(0, 16)));
  const link = join(store.root, 'cache', 'models');
  guardStore('write', store.root, () => {
    makeFolder(models);
    if (!existsSync(link)) symlinkSync(models, link);
  });
  return store;
}

async function rerun(
  file: string,
  { manifest, sources, lock, record }: Pack,
  store: Store,
  options: VerifyOptions,
): Promise<Verification> {
  const { dataRoot, color, allowRemote, json } = options;
  const host: Host = {
    read: (path) => {
      const text = sources.get(path);
      return text === undefined ? { missing: true } : { text };
    },
  };
  const { plan, about, name } = await loadExperiment(manifest.entry, {
    host,
    set: manifest.set,
    experiment: manifest.experiments ?? [],
    ...(manifest.device ? { device: manifest.device } : {}),
    allowRemote,
    store: store.root,
    dataRoot,
    color,
  });
  const differences = compareLocks(lock, lockPlan(store, plan));
  const others = differences.filter((one) => one.about !== 'versions').map(differenceText);
  if (others.length > 0) throw new MedxError(report(storeCodes, 'MED6114', { file, differences: others }));
  if (differences.length > 0)
    printDiagnostics([report(storeCodes, 'MED6115', { differences: differences.map(differenceText) })], {
      color,
    });
  const made = await executePlan(plan, name, about, {
    store: store.root,
    dataRoot,
    jobs: options.jobs,
    color,
    json: false,
    quiet: json,
    closing: () => '',
    passing: true,
  });
  const tolerance = options.tolerance ?? manifest.tolerance;
  const numbers = verifyRows(record.rows, made.rows, tolerance);
  return {
    format: 1,
    file,
    run: manifest.run,
    tolerance,
    state: made.state,
    pass: made.state === 'finished' && numbers.every((one) => one.pass),
    differences,
    stages_made: made.stages.filter(({ state }) => state === 'done').length,
    numbers,
    answers: countChanged(record.experiments, made.experiments),
  };
}

export function renderVerification(found: Verification): string {
  const { numbers, tolerance, answers } = found;
  const failed = numbers.filter((one) => !one.pass);
  const rows = [...new Map(numbers.map((one) => [`${one.experiment} ${one.row}`, one])).keys()];
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => {
    const own = numbers.filter((one) => `${one.experiment} ${one.row}` === row);
    const bad = own.filter((one) => !one.pass).length;
    const most = Math.max(0, ...own.map(offBy));
    const verdict = bad === 0 ? 'pass' : `FAIL ${bad} of ${own.length}`;
    return `  ${row.padEnd(width)}  ${plural(own.length, 'number')}, furthest off ${most.toPrecision(2)}  ${verdict}`;
  });
  const equal = numbers.filter((one) => one.stated === one.found).length;
  return [
    `${found.file}: run ${found.run}, made again with ${plural(found.stages_made, 'stage')} of its own`,
    ...lines,
    ...failed.slice(0, 20).map(failureText),
    ...(failed.length > 20 ? [`  and ${failed.length - 20} more; --json has all`] : []),
    `${found.pass ? 'Pass' : 'Fail'}: ${numbers.length - failed.length} of ${plural(numbers.length, 'number')} within ±${tolerance}, ${equal} equal to the last digit; ${answers.changed} of ${plural(answers.compared, 'answer')} changed.`,
    '',
  ].join('\n');
}

const offBy = ({ stated, found }: VerifiedNumber) =>
  stated === null || found === null ? 0 : Math.abs(stated - found);

const failureText = ({ experiment, row, name, stated, found }: VerifiedNumber) =>
  `  ${experiment} ${row} ${name}: stated ${stated ?? 'none'}, found ${found ?? 'none'}`;
