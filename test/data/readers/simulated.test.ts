/** Every raw format and layout that the simulator writes, read back: the same injections, and every row accounted for. */
import { expect, test } from 'vitest';
import { readSet } from '../../support/read-cases.ts';
import { simulatedLayouts, writeSimulated } from '../../support/simulated.ts';
import { tempFolder } from '../../support/temp.ts';

test.each(simulatedLayouts)('simulated $format, layout $layout', async ({ format, layout }) => {
  const set = await writeSimulated(tempFolder('simulated'), { format, layout, packing: 'gzip', cases: 5 });
  const options = format === 'gaia' ? { login_gap: 0 } : {};
  const read = await readSet(format, { dataRoot: set.dataRoot, root: set.folder }, options, {}, [
    'lines',
    'samples',
    'spans',
  ]);
  expect(read.table.refused).toEqual([]);
  const known = [...set.cases].sort((a, b) => a.injected - b.injected);
  expect(read.table.cases.map(({ injected, label }) => [injected, read.table.classes[label]])).toEqual(
    known.map(({ injected, class: type }) => [injected, type]),
  );
  expect(read.files).toMatchObject({
    log: { rows: set.summary.lines, refused: 0 },
    metric: { rows: set.summary.samples, refused: 0 },
    trace: { rows: set.summary.spans, refused: 0 },
  });
  for (const list of Object.values(read.records)) expect(Math.min(...list)).toBeGreaterThan(0);
  // Every modality lies within the time of the record: no clock is hours off.
  const [start, end] = [Math.min(...known.map((one) => one.start)), Math.max(...known.map((one) => one.end))];
  for (const { range } of Object.values(read.files)) {
    expect(range?.[0]).toBeGreaterThanOrEqual(start);
    expect(range?.[1]).toBeLessThanOrEqual(end + 60_000);
  }
  const orphans = read.notices.filter((text) => text.startsWith('MED3107'));
  expect(orphans).toEqual([]);
});
