/** Completion of command lines: what the shell's script asks, and a real bash (zsh and fish where they are installed). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { recordOf } from '../report/support.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));
const tiny = fileURLToPath(new URL('fixtures/tiny.med', import.meta.url));

/** A folder with a store that holds one record, a `.med` file, and `medx` on the path. */
function workplace(): string {
  const folder = tempFolder();
  const record = recordOf();
  mkdirSync(join(folder, '.medx', 'runs', record.run), { recursive: true });
  writeFileSync(join(folder, '.medx', 'runs', record.run, 'record.json'), JSON.stringify(record));
  writeFileSync(join(folder, 'd3.med'), 'med 1\n');
  writeFileSync(join(folder, 'notes.txt'), '');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(main, join(folder, 'bin', 'medx'));
  return folder;
}

const folder = workplace();
const environment = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` };

function complete(...words: readonly string[]): string[] {
  const { stdout } = spawnSync(process.execPath, [main, '__complete', '--', ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout.split('\n').slice(0, -1);
}

test.runIf(isBuilt)('commands, options and the choices of options', () => {
  expect(complete('comp')).toEqual(['compare', 'completion']);
  expect(complete('data', 'desc')).toEqual(['describe']);
  expect(complete('run', 'd3.med', '--dev')).toEqual(['--device']);
  expect(complete('run', '--device', '')).toEqual(['auto', 'gpu', 'cpu']);
  expect(complete('')).not.toContain('__complete');
});

test.runIf(isBuilt)('runs, rows, cases and experiments of the store', () => {
  expect(complete('compare', '')).toEqual(['last', 'd3_ablation-20261122-194455-k3f9']);
  expect(complete('diagnose', 'last', '--row', 'f')).toEqual(['full', 'full mao.alpha=0.3']);
  expect(complete('diagnose', 'last', '--case', 'case 1')).toEqual(['case 1', 'case 10', 'case 11']);
  expect(complete('diagnose', 'last', '--experiment', '')).toEqual(['d3_ablation']);
});

test.runIf(isBuilt)('files by their ending, and the settings of a file', () => {
  expect(complete('run', 'd')).toEqual([':files .med']);
  expect(complete('run', 'd3.med', '--csv', '')).toEqual([':files *']);
  expect(complete('run', tiny, '--set', 'quick.e')).toEqual(['quick.epochs=']);
  expect(complete('run', tiny, '--set', 'small.mao.')).toContain('small.mao.alpha=');
  // A file with mistakes, a run that is not there: no values, no complaint.
  expect(complete('run', 'nowhere.med', '--set', '')).toEqual([]);
  expect(complete('diagnose', 'nowhere', '--row', '')).toEqual([]);
});

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

test.runIf(isBuilt && has('bash'))('in bash', () => {
  const script = `
    source <(medx completion bash)
    ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _medx 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"; echo --; }
    ask medx expl; ask medx run ""; ask medx diagnose last --row "full m"; ask medx run d3.med --csv n`;
  const { stdout } = spawnSync('bash', ['-c', script], { cwd: folder, env: environment, encoding: 'utf8' });
  const [command, files, rows, outputs] = stdout.split('--\n').map((part) => part.trim().split('\n'));
  expect(command).toEqual(['explore']);
  expect(files).toContain('d3.med');
  expect(files).not.toContain('notes.txt');
  expect(rows).toEqual(['full\\ mao.alpha=0.3']);
  expect(outputs).toEqual(['notes.txt']);
});

test.runIf(isBuilt && has('zsh'))('zsh can load its script', () => {
  const script =
    'autoload -U compinit && compinit -u -D && source <(medx completion zsh) && echo $_comps[medx]';
  const { stdout } = spawnSync('zsh', ['-f', '-c', script], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  expect(stdout.trim()).toBe('_medx');
});

test.runIf(isBuilt && has('fish'))('in fish', () => {
  const script =
    "medx completion fish | source; complete -C 'medx expl'; echo ==; complete -C 'medx diagnose last --row no'";
  const { stdout } = spawnSync('fish', ['-c', script], {
    cwd: folder,
    env: { ...environment, HOME: folder },
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n')).toEqual(['explore', '==', 'no_mao']);
});
