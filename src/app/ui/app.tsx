/** The run's screen in a terminal, drawn by Ink. Imported only where standard output is a terminal. */
import { Box, render, Text, type TextProps } from 'ink';
import type { RunEvent } from '../../run/events.ts';
import { type ScreenLine, screenLines, type Tone, type Window } from './screen.ts';
import { applyEvent, createView, type RunView } from './view.ts';

/** Five frames a second: seconds that pass stay visible and nothing flickers. */
const frameMs = 200;

const styles: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  bold: { bold: true },
  dim: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  busy: { color: 'cyan' },
  warn: { color: 'yellow' },
};

function Screen(props: { readonly lines: readonly ScreenLine[]; readonly color: boolean }) {
  return (
    <Box flexDirection="column">
      {props.lines.map((line, i) => (
        // Lines have no identity of their own: a line is its place on the screen.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={i} wrap="truncate">
          {line.length === 0
            ? ' '
            : line.map((segment, k) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <Text key={k} {...(props.color ? styles[segment.tone] : {})}>
                  {segment.text}
                </Text>
              ))}
        </Text>
      ))}
    </Box>
  );
}

export interface ScreenHandle {
  readonly onEvent: (event: RunEvent) => void;
  /** Removes the screen, so that what is printed next takes its place. */
  close(): Promise<void>;
}

export function openScreen(stdout: NodeJS.WriteStream, color: boolean): ScreenHandle {
  const view: RunView = createView();
  const window = (): Window => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const frame = () => <Screen lines={screenLines(view, window(), Date.now())} color={color} />;
  const ink = render(frame(), {
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1000 / frameMs,
  });
  const redraw = () => ink.rerender(frame());
  const clock = setInterval(redraw, frameMs);
  return {
    onEvent: (event) => applyEvent(view, event),
    async close() {
      clearInterval(clock);
      ink.clear();
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}
