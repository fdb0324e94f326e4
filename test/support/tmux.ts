/** A real terminal to drive: keys in, screen out. Each has a server of its own, which ends with the test. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export interface TmuxSession {
  /** Names as tmux has them (`Down`, `Enter`, `Escape`, `C-c`) or characters. */
  press(...keys: readonly string[]): void;
  screen(): readonly string[];
  /** Waits until the screen as one text matches. */
  sees(what: RegExp | string): Promise<void>;
  resize(columns: number, rows: number): void;
  close(): void;
}

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs a command, and then a shell that waits: the screen stays when the command has ended. */
export function openTmux(command: readonly string[], { columns, rows, env = {} }: TmuxOptions): TmuxSession {
  const server = `medx-${randomBytes(6).toString('hex')}`;
  const tmux = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-L', server, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const variables = Object.entries({
    CI: 'false',
    CONTINUOUS_INTEGRATION: 'false',
    LC_ALL: 'C.UTF-8',
    ...env,
  });
  const setting = variables.map(([name, value]) => `${name}=${quoted(value)}`).join(' ');
  const shell = `env ${setting} ${command.map(quoted).join(' ')}; echo "ended with $?"; sleep 600`;
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-s', 'test', shell);
  const screen = () =>
    tmux('capture-pane', '-p', '-t', 'test')
      .split('\n')
      .map((line) => line.trimEnd());
  return {
    screen,
    press: (...keys) => {
      for (const key of keys) tmux('send-keys', '-t', 'test', key);
    },
    async sees(what) {
      const matcher = typeof what === 'string' ? expect.stringContaining(what) : expect.stringMatching(what);
      await expect.poll(() => screen().join('\n'), { timeout: 20_000, interval: 100 }).toEqual(matcher);
    },
    resize: (newColumns, newRows) => {
      tmux('resize-window', '-t', 'test', '-x', String(newColumns), '-y', String(newRows));
    },
    close: () => {
      tmux('kill-server');
    },
  };
}
