import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/data/database.ts';
import { parseLocal, sqlEpoch, sqlLocal, zoneOf } from '../../../src/data/readers/times.ts';
import { parseZone, sqlToUtc, toUtc } from '../../../src/data/tables/zone.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { tempFolder } from '../../support/temp.ts';

/** `local` by the clock of a zone, as UTC. */
function utc(local: string, zone: string): string {
  const found = parseZone(zone);
  const time = parseLocal(local);
  if (!found || time === undefined) throw new Error(`${zone} or ${local} cannot be read`);
  return new Date(toUtc(time, found)).toISOString();
}

test('a zone is UTC, an offset or a name, with summer time where it has one', () => {
  expect(utc('2021-07-01 18:45:00.236', '+08:00')).toBe('2021-07-01T10:45:00.236Z');
  expect(utc('2021-07-01 18:45:00,236', 'Asia/Shanghai')).toBe('2021-07-01T10:45:00.236Z');
  expect(utc('2021-07-01 18:45:00', 'UTC')).toBe('2021-07-01T18:45:00.000Z');
  expect(utc('2021-07-01 18:45:00', '-03:30')).toBe('2021-07-01T22:15:00.000Z');
  expect(utc('2021-07-01 12:00:00', 'Europe/Berlin')).toBe('2021-07-01T10:00:00.000Z');
  expect(utc('2021-12-01 12:00:00', 'Europe/Berlin')).toBe('2021-12-01T11:00:00.000Z');
  // Clocks go forward at 02:00 on 2021-03-28 and back at 03:00 on 2021-10-31: that hour comes twice, the first counts.
  expect(utc('2021-03-28 01:59:59', 'Europe/Berlin')).toBe('2021-03-28T00:59:59.000Z');
  expect(utc('2021-03-28 03:00:00', 'Europe/Berlin')).toBe('2021-03-28T01:00:00.000Z');
  expect(utc('2021-10-31 02:30:00', 'Europe/Berlin')).toBe('2021-10-31T00:30:00.000Z');
  expect(utc('2021-10-31 03:00:00', 'Europe/Berlin')).toBe('2021-10-31T02:00:00.000Z');
});

test('what is no zone is refused with what would be', () => {
  for (const text of ['', 'Mars/Olympus', '+8', '08:00', '+25:00', '+08:61', 'CST-8 or so'])
    expect(parseZone(text), text).toBeUndefined();
  expect(() => zoneOf({ time_zone: 'China' }, 'UTC')).toThrow(MedxError);
  expect(() => zoneOf({ time_zone: 'China' }, 'UTC')).toThrow(
    'MED3040: `time_zone` is "China", which is no time zone',
  );
});

test('SQL and labels read the same times', async () => {
  const db = await openDatabase({ folder: tempFolder('zone'), threads: 1 });
  try {
    const zone = parseZone('Europe/Berlin');
    if (!zone) throw new Error('no zone');
    const texts = [
      '2021-03-28 01:59:59.999999',
      '2021-03-28 03:00:00',
      '2021-07-01 14:11:54.950',
      '2021-10-31 02:30:00.5',
      '1999-12-31 23:59:59',
      '2055-01-01 00:00:00',
    ];
    for (const text of texts) {
      const [time] = await db.numbers(
        `SELECT ${sqlToUtc('t', zone)} FROM (SELECT ${sqlLocal('s')} AS t FROM (SELECT '${text}' AS s))`,
      );
      expect(time, text).toBeCloseTo(toUtc(parseLocal(text) ?? Number.NaN, zone), 3);
    }
    for (const text of [
      'NaN',
      '',
      '2021-07-01',
      '2021-02-31 10:00:00',
      'infinity',
      'soon, at 10:00:00',
      '2021-07-01 1',
    ]) {
      const [row] = await db.rows(`SELECT ${sqlLocal('s')} AS t FROM (SELECT '${text}' AS s)`);
      expect(row?.t, text).toBeNull();
      expect(parseLocal(text), text).toBeUndefined();
    }
    for (const [value, ms] of [
      ['1625136300', 1_625_136_300_000],
      ['1625136300236', 1_625_136_300_236],
      ['1625136300236000', 1_625_136_300_236],
      ['1625136300236000000', 1_625_136_300_236],
    ] as const)
      expect(await db.numbers(`SELECT ${sqlEpoch(`${value}::DOUBLE`)}`)).toEqual([ms]);
  } finally {
    db.close();
  }
});
