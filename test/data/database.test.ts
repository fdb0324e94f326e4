/** Rows handed over inside a query: all of them, nulls too; what the visitor throws comes out as it is. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/data/database.ts';
import { isBuilt } from '../run/support.ts';
import { tempFolder } from '../support/temp.ts';

test('scan visits every row once, equal ones and nulls too', async () => {
  const db = await openDatabase({ folder: tempFolder('scan') });
  const seen: string[] = [];
  await db.scan(
    "SELECT i // 2, CASE WHEN i % 3 > 0 THEN 'a text longer than twelve ' || i // 2 END FROM range(5000) t(i)",
    ([number, text], rows) => {
      for (let row = 0; row < rows; row++) seen.push(`${number?.number(row)} ${text?.text(row)}`);
    },
  );
  // A second visitor beside the first.
  let count = 0;
  await db.scan("SELECT 'same' FROM range(5000)", (_, rows) => {
    count += rows;
  });
  await db.scan('SELECT 1 WHERE false', () => {
    throw new Error('no row, no visit');
  });
  db.close();
  const wanted = Array.from({ length: 5000 }, (_, i) => {
    const half = Math.floor(i / 2);
    return i % 3 > 0 ? `${half} a text longer than twelve ${half}` : `${half} `;
  });
  expect(seen.toSorted()).toEqual(wanted.toSorted());
  expect(count).toBe(5000);
});

test('what a visitor throws is thrown as it is, and the database goes on', async () => {
  const db = await openDatabase({ folder: tempFolder('scan') });
  const own = new RangeError('mine');
  const scan = db.scan('SELECT i FROM range(100000) t(i)', () => {
    throw own;
  });
  await expect(scan).rejects.toBe(own);
  expect(await db.numbers('SELECT 7')).toEqual([7]);
  db.close();
});

test.runIf(isBuilt)('a process that exits within a query that calls back does end', () => {
  const module = new URL('../../dist/data/database.js', import.meta.url).href;
  const program = `
    const { openDatabase } = await import(${JSON.stringify(module)});
    const db = await openDatabase({ folder: ${JSON.stringify(tempFolder('exit'))} });
    let chunks = 0;
    const fill = (_, room) => {
      if (++chunks === 3) setTimeout(() => process.exit(3), 0);
      return room;
    };
    await db.feed('endless', { columns: { x: 'DOUBLE' }, fill });
    await db.run('SELECT max(x) FROM endless()');`;
  const { signal, error } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 60_000,
  });
  expect([signal, error]).toEqual(['SIGKILL', undefined]);
});
