/** A full screen of lines in a terminal, drawn by Ink, and the keys that are pressed. Imported only where there is a terminal. */
import { Box, render, Text, type TextProps, useInput } from 'ink';
import { unguardedStream } from '../output.ts';
import { type KeyName, keyNames } from './keys.ts';
import type { ScreenLine, Tone, Window } from './lines.ts';

/** Frames a second, at most: nothing here is worth more. */
const maxFps = 10;

const styles: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  busy: { color: 'cyan' },
  warn: { color: 'yellow' },
  chosen: { inverse: true },
};

/** Without colours what is chosen is still seen. */
const colourless: Partial<Record<Tone, TextProps>> = { chosen: { inverse: true }, bold: { bold: true } };

function Keys(props: { readonly onKey: (key: KeyName) => void }) {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) props.onKey(name);
  });
  return null;
}

interface ScreenProps {
  readonly lines: readonly ScreenLine[];
  readonly color: boolean;
  readonly onKey?: ((key: KeyName) => void) | undefined;
}

function Screen({ lines, color, onKey }: ScreenProps) {
  return (
    <Box flexDirection="column">
      {onKey ? <Keys onKey={onKey} /> : null}
      {lines.map((line, i) => (
        // Lines have no identity of their own: a line is its place on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={i} wrap="truncate">
          {line.length === 0
            ? ' '
            : line.map((segment, k) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <Text key={k} {...((color ? styles : colourless)[segment.tone] ?? {})}>
                  {segment.text}
                </Text>
              ))}
        </Text>
      ))}
    </Box>
  );
}

export interface TerminalOptions {
  readonly stdout: NodeJS.WriteStream;
  /** Where keys come from. No keys are read unless it is a terminal. */
  readonly stdin: NodeJS.ReadStream;
  readonly color: boolean;
  /** The screen as it is now: fewer lines than the window has rows. */
  readonly lines: (window: Window) => readonly ScreenLine[];
  readonly onKey: (key: KeyName) => void;
}

export interface Terminal {
  /** Draws what has changed. */
  draw(): void;
  /** Gives the terminal back as it was before. */
  close(): Promise<void>;
}

const enter = '\u001b[?1049h\u001b[H';
const leave = '\u001b[?1049l\u001b[?25h';

/** Takes the terminal's second screen, so that what was printed before is there again afterwards. */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdin, color } = options;
  const stdout = unguardedStream(options.stdout);
  const window = (): Window => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const onKey = stdin.isTTY ? options.onKey : undefined;
  let shown: readonly ScreenLine[] = options.lines(window());
  const frame = () => <Screen lines={shown} color={color} onKey={onKey} />;
  // However the process ends, the terminal is left usable.
  const restore = () => stdout.write(leave);
  process.once('exit', restore);
  stdout.write(enter);
  const ink = render(frame(), {
    stdout,
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps,
  });
  const draw = () => {
    const lines = options.lines(window());
    if (JSON.stringify(lines) === JSON.stringify(shown)) return;
    shown = lines;
    ink.rerender(frame());
  };
  const onResize = () => {
    ink.clear();
    stdout.write('\u001b[2J\u001b[H');
    shown = [];
    draw();
  };
  stdout.on('resize', onResize);
  return {
    draw,
    async close() {
      stdout.off('resize', onResize);
      ink.clear();
      ink.unmount();
      await ink.waitUntilExit();
      process.off('exit', restore);
      restore();
    },
  };
}
