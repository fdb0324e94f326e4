/** The live screen in a real terminal: keys in, screen out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isBuilt, tinyPlan } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';
import { hasTmux, openTmux, type TmuxOptions } from '../support/tmux.ts';

const script = fileURLToPath(new URL('fixtures/tiny.mjs', import.meta.url));

/** A run of two rows and two seeds, whose trainings take a tenth of a second per step. */
function watchTinyRun(steps: number, options: TmuxOptions) {
  const folder = tempFolder();
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(tinyPlan({ rows: 2, seeds: 2, steps, ms: 100 })));
  return openTmux([process.execPath, script, join(folder, 'store'), file], options);
}

/** Long enough for any machine to look at. */
const long = 600;

test.runIf(isBuilt && hasTmux)(
  'a run is watched, looked into and searched; Ctrl-C stops it in order',
  async () => {
    const terminal = watchTinyRun(long, { columns: 100, rows: 30 });
    try {
      await terminal.sees(/row0 +▸/);
      terminal.press('Down', 'Enter');
      await terminal.sees(/loss of the model\n +train +1\.000 → 0\.\d+ +█/);
      await terminal.sees(/running, epoch \d+ of 600, .* epochs\/s/);
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
      terminal.press('C-c');
      await terminal.sees('ended with 130');
      expect(terminal.screen().join('\n')).toContain('Stopped after');
    } finally {
      terminal.close();
    }
  },
  60_000,
);

test.runIf(isBuilt && hasTmux)(
  'the table of a run that ended stands where the command was typed',
  async () => {
    const terminal = watchTinyRun(5, { columns: 100, rows: 40 });
    try {
      await terminal.sees('ended with 0');
      expect(terminal.screen().join('\n')).toMatch(/F1 weighted[\s\S]*row0[\s\S]*row1[\s\S]*Record: tiny-/);
      expect(terminal.screen().join('\n')).not.toContain('ctrl-c stop');
    } finally {
      terminal.close();
    }
  },
  60_000,
);

test.runIf(isBuilt && hasTmux)(
  'it survives small windows and resizing',
  async () => {
    const terminal = watchTinyRun(long, { columns: 80, rows: 24 });
    try {
      await terminal.sees(/row0 +▸/);
      for (const [columns, rows] of [
        [40, 8],
        [20, 5],
        [120, 40],
      ] as const) {
        terminal.resize(columns, rows);
        await terminal.sees(rows > 8 ? /row0 +▸/ : rows > 5 ? /▸ row/ : 'medx');
        // One head line: nothing of the screen before is left.
        expect(terminal.screen().filter((line) => line.startsWith('medx tiny.med')).length).toBe(1);
      }
    } finally {
      terminal.close();
    }
  },
  60_000,
);
