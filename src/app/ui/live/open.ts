/** The live screen of a run in a terminal: takes events in, draws at most four times a second, follows keys. */
import type { RunEvent } from '../../../run/events.ts';
import type { KeyName } from '../keys.ts';
import type { Window } from '../lines.ts';
import { openTerminal } from '../terminal.tsx';
import { applyEvent, createView } from '../view.ts';
import { appendLog, type LogEntry } from './log.ts';
import { screenLines, sizesOf } from './screen.ts';
import { firstState, type LiveState, pressKey } from './state.ts';

/** Times are shown to the second, epochs take longer. */
const frameMs = 250;

export interface ScreenHandle {
  readonly onEvent: (event: RunEvent) => void;
  /** Gives the terminal back as it was before. */
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly color: boolean;
  /** Ctrl-C: a terminal that hands its keys over raises no signal. */
  readonly onStop: () => void;
}

export function openLiveScreen({ stdout, stdin, color, onStop }: LiveOptions): ScreenHandle {
  const view = createView();
  const log: LogEntry[] = [];
  let state: LiveState = firstState;
  const lines = (window: Window) =>
    screenLines({ view, log, state, keys: stdin.isTTY === true }, window, Date.now());
  const onKey = (key: KeyName) => {
    if (key === 'ctrl-c') return onStop();
    const window = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
    state = pressKey(state, key, sizesOf({ view, log, state }, window, Date.now()));
    terminal.draw();
  };
  const terminal = openTerminal({ stdout, stdin, color, lines, onKey });
  const clock = setInterval(() => terminal.draw(), frameMs);
  return {
    onEvent(event) {
      applyEvent(view, event);
      appendLog(log, view, event);
    },
    close() {
      clearInterval(clock);
      return terminal.close();
    },
  };
}
