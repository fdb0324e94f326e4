/**
 * The WebGPU executors without a GPU: on SwiftShader, the software Vulkan driver that comes with Chromium. The op cases and
 * a training step run in a child process, because the loader reads the driver's place when a process starts.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPackage } from '../../src/tensor/engines/tfjs/packages.ts';

const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const folder = folders.find((one) =>
  ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((file) => existsSync(join(one, file))),
);
const root = join(import.meta.dirname, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const engines = [
  { name: 'ONNX Runtime on WebGPU', packages: [] },
  { name: 'tfjs on WebGPU', packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu'] },
];

/** Runs the suites on one executor; the last lines of the output, and the exit code. */
function runSuites(engine: string): Promise<{ code: number | null; output: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const driver = {
    MEDX_TEST_ENGINE: engine,
    LD_LIBRARY_PATH: folder ?? '',
    VK_DRIVER_FILES: join(folder ?? '', 'vk_swiftshader_icd.json'),
  };
  const args = [vitest, 'run', 'test/tensor/ops.test.ts', 'test/tensor/step.test.ts', '--testTimeout=120000'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...env, ...driver } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output = (output + text).slice(-8000);
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe.each(engines)('$name, on SwiftShader', ({ name, packages }) => {
  const here = folder !== undefined && packages.every((one) => findPackage(one));
  test.skipIf(!here)('runs every op case and one training step', { timeout: 280_000 }, async () => {
    const { code, output } = await runSuites(name);
    expect(code, output).toBe(0);
    expect(output).toMatch(/\b[1-9]\d+ passed, 0 failed/);
  });
});
