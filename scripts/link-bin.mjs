// Links node_modules/.bin/medx to the build, so that `npx medx` works from the checkout: npm links the commands of
// dependencies only, and lifecycle scripts are off.
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
chmodSync(join(root, 'dist/app/cli/main.js'), 0o755);
mkdirSync(bin, { recursive: true });
if (process.platform === 'win32') {
  writeFileSync(join(bin, 'medx.cmd'), '@node "%~dp0\\..\\..\\dist\\app\\cli\\main.js" %*\r\n');
} else {
  const beside = join(bin, `.medx-${process.pid}`);
  rmSync(beside, { force: true });
  symlinkSync('../../dist/app/cli/main.js', beside);
  renameSync(beside, join(bin, 'medx'));
}
