/** The machine and the versions a run record keeps, so that its numbers can be judged elsewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly release: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gib: number;
}

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    platform: platform(),
    arch: arch(),
    release: release(),
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory_gib: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  };
}

/** Packages whose version can change a number; the optional ones only if they are installed. */
const packages = [
  '@duckdb/node-api',
  '@huggingface/transformers',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  'onnxruntime-node',
  'webgpu',
] as const;

export interface Versions {
  readonly medx: string;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
}

export function readVersions(): Versions {
  const here = dirname(fileURLToPath(import.meta.url));
  const own = findUp(here, 'package.json');
  const found: Record<string, string> = {};
  for (const name of packages) {
    const file = findUp(here, join('node_modules', name, 'package.json'));
    if (file) found[name] = versionIn(file);
  }
  return { medx: own ? versionIn(own) : 'unknown', node: process.version, packages: found };
}

function findUp(folder: string, path: string): string | undefined {
  const file = join(folder, path);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findUp(parent, path);
}

const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
