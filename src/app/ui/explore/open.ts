/** The explorer in a terminal: follows keys until it is left. Cases are explained when they are looked at. */
import type { RecordedRow, RecordedTable } from '../../../report/recorded.ts';
import type { KeyName } from '../keys.ts';
import type { Window } from '../lines.ts';
import { openTerminal } from '../terminal.tsx';
import { choiceOf, exploreLines, exploreSizes, type Told } from './screen.ts';
import { type ExploreState, firstExploreState, paneOf, pressKey } from './state.ts';
import type { Validation, ValidationOf } from './tried.ts';

export interface ExploreOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly color: boolean;
  /** Lines of what spoke in a case, or why that cannot be told. Never rejects. */
  readonly explain: (row: RecordedRow, id: string) => Promise<readonly string[]>;
  /** Asked for once per row that is a point of a sweep, when its points are looked at. */
  readonly validationOf: ValidationOf;
}

/** Resolves when the user leaves. */
export async function openExplorer(tables: readonly RecordedTable[], options: ExploreOptions): Promise<void> {
  const { stdout, stdin, color, explain } = options;
  const explanations = new Map<string, readonly string[]>();
  const asked = new Set<string>();
  const keyOf = (row: RecordedRow, id: string) =>
    `${row.record.run}\n${row.experiment.name}\n${row.result.name}\n${id}`;
  const validations = new Map<RecordedRow, Validation>();
  const told: Told = {
    explained: (row, id) => explanations.get(keyOf(row, id)),
    validationOf(row) {
      const found = validations.get(row) ?? options.validationOf(row);
      validations.set(row, found);
      return found;
    },
  };
  let state: ExploreState = firstExploreState;

  await new Promise<void>((leave) => {
    const lines = (window: Window) => exploreLines(tables, state, window, told);
    const ask = () => {
      const { row, chosenCase } = choiceOf(tables, state);
      if (paneOf(state) !== 'case' || !row || !chosenCase) return;
      const key = keyOf(row, chosenCase.id);
      if (asked.has(key)) return;
      asked.add(key);
      explain(row, chosenCase.id).then((found) => {
        explanations.set(key, found);
        terminal.draw();
      });
    };
    const onKey = (key: KeyName) => {
      const window = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
      const next =
        key === 'ctrl-c' ? 'quit' : pressKey(state, key, exploreSizes(tables, state, window, told));
      if (next === 'quit') {
        terminal.close().then(leave);
        return;
      }
      state = next;
      ask();
      terminal.draw();
    };
    const terminal = openTerminal({ stdout, stdin, color, lines, onKey });
  });
}
