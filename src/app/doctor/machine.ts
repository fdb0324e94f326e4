/** Node, cores, memory, and room on the disk of the store. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { formatBytes } from '../format.ts';
import { type Check, ok, problem } from './check.ts';

const oldestNode = [20, 19] as const;
const littleMemory = 2 * 2 ** 30;
/** Artefacts of the included experiments take about a quarter of this. */
const littleDisk = 2 * 2 ** 30;

export function checkMachine(storeRoot: string): Check[] {
  return [checkNode(process.versions.node), checkCores(), checkMemory(), checkDisk(storeRoot)];
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return recent
    ? ok('machine', 'node', version)
    : problem('machine', 'node', version, `install Node ${oldestNode.join('.')} or newer`);
}

function checkCores(): Check {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return ok('machine', 'cores', `${availableParallelism()} (${model})`);
}

function checkMemory(): Check {
  const text = `${formatBytes(freemem())} free of ${formatBytes(totalmem())}`;
  return freemem() >= littleMemory
    ? ok('machine', 'memory', text)
    : problem('machine', 'memory', text, 'close other programs, or run with `--jobs 1`');
}

function checkDisk(storeRoot: string): Check {
  let folder = storeRoot;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return problem(
      'machine',
      'disk',
      `${folder} cannot be written`,
      'give a folder you may write with `--store DIR`',
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const text = `${formatBytes(bavail * bsize)} free for the store`;
  return bavail * bsize >= littleDisk
    ? ok('machine', 'disk', text)
    : problem('machine', 'disk', text, 'free 2 GiB or more, or give another `--store DIR`');
}
