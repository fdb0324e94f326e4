import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

test.runIf(isBuilt && process.platform === 'linux')(
  'ONNX Runtime leaves nothing behind and tells nobody',
  () => {
    const [home, temporary] = [tempFolder('home'), tempFolder('tmp')];
    // Neither what this test run sets nor what ONNX Runtime takes for an automatic build.
    const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary };
    const { status, stdout } = spawnSync(process.execPath, [main, 'doctor', '--store', join(home, 'store')], {
      encoding: 'utf8',
      cwd: home,
      env,
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('onnxruntime-node')]);
    expect([readdirSync(home), readdirSync(temporary)]).toEqual([[], []]);
  },
);
