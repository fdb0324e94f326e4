/** The live screen in a real terminal: keys in, screen out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isBuilt, tinyPlan } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { hasTmux, openTmux, type TmuxOptions } from '../support/tmux.ts';

const script = fileURLToPath(new URL('fixtures/tiny.mjs', import.meta.url));

/** A run of two rows and two seeds, whose trainings take three seconds each. */
function watchTinyRun(options: TmuxOptions) {
  const folder = tempFolder();
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(tinyPlan({ rows: 2, seeds: 2, steps: 30, ms: 100 })));
  return openTmux([process.execPath, script, join(folder, 'store'), file], options);
}

test.runIf(isBuilt && hasTmux)(
  'a run is watched, looked into, searched and ends with its table',
  async () => {
    const terminal = watchTinyRun({ columns: 100, rows: 30 });
    try {
      await terminal.sees(/row0 +▸/);
      terminal.press('Down', 'Enter');
      await terminal.sees(/loss of the model\n +train +1\.000 → 0\.\d+ +█/);
      expect(terminal.screen().join('\n')).toMatch(/running, epoch \d+ of 30, .* epochs\/s/);
      terminal.press('Escape');
      await terminal.sees(/row1 +/);
      terminal.press('l');
      await terminal.sees(/\d\d:\d\d:\d\d {2}\S+.*: done in/);
      terminal.press('?');
      await terminal.sees('Everywhere');
      terminal.press('/', 'f', 'o', 'l', 'd');
      await terminal.sees('/fold');
      expect(terminal.screen().join('\n')).toContain('the fold before or after, of the chosen seed');
      expect(terminal.screen().join('\n')).not.toContain('a page up or down');
      await terminal.sees('ended with 0');
      // The second screen is gone, the table stands where the command was typed.
      expect(terminal.screen().join('\n')).toMatch(/F1 weighted[\s\S]*row0[\s\S]*row1[\s\S]*Record: tiny-/);
      expect(terminal.screen().join('\n')).not.toContain('Everywhere');
    } finally {
      terminal.close();
    }
  },
  60_000,
);

test.runIf(isBuilt && hasTmux)(
  'it survives small windows and resizing, and Ctrl-C stops in order',
  async () => {
    const terminal = watchTinyRun({ columns: 80, rows: 24 });
    try {
      await terminal.sees(/row0 +▸/);
      for (const [columns, rows] of [
        [40, 8],
        [20, 5],
        [120, 40],
      ] as const) {
        terminal.resize(columns, rows);
        await terminal.sees(rows > 8 ? /row0 +[▸✓]/ : rows > 5 ? /▸ row/ : 'medx');
        // One head line: nothing of the screen before is left.
        expect(terminal.screen().filter((line) => line.startsWith('medx tiny.med')).length).toBe(1);
      }
      terminal.press('C-c');
      await terminal.sees('ended with 130');
      expect(terminal.screen().join('\n')).toContain('Stopped after');
    } finally {
      terminal.close();
    }
  },
  60_000,
);
