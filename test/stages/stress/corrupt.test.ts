/** Corrupted records: what is lost, what is left as it was, and that nothing but chance decides. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { type Modality, modalities } from '../../../src/stages/contracts.ts';
import { corrupt, isPartOf, split, table, tally } from './made.ts';

const sound = Object.fromEntries(
  await Promise.all(modalities.map(async (one) => [one, (await corrupt(one, { drop: 0 })).rows] as const)),
) as Record<Modality, Awaited<ReturnType<typeof corrupt>>['rows']>;
const bytes = async (...args: Parameters<typeof corrupt>) => readFileSync((await corrupt(...args)).path);

describe.each(modalities)('%s', (modality) => {
  test('a drop loses about its share, and more loses the same records and others', async () => {
    const [third, most] = await Promise.all([
      corrupt(modality, { drop: 0.3 }),
      corrupt(modality, { drop: 0.8 }),
    ]);
    const left = third.rows.length / sound[modality].length;
    expect(left).toBeGreaterThan(0.55);
    expect(left).toBeLessThan(0.85);
    expect(third.note).toEqual({
      cases: split.test,
      before: sound[modality].length,
      after: third.rows.length,
    });
    expect(most.rows.length).toBeGreaterThan(0);
    expect(most.rows.length).toBeLessThan(third.rows.length);
    expect(isPartOf(most.rows, third.rows)).toBe(true);
    expect(isPartOf(third.rows, sound[modality])).toBe(true);
  });

  test('all is all', async () => {
    expect((await corrupt(modality, { drop: 1 })).rows).toEqual([]);
    expect((await corrupt(modality, { mask: 1 })).rows).toEqual([]);
    expect((await corrupt(modality, { delay: 240_000 })).rows).toEqual([]);
  });

  test('the order of rows makes no difference, another seed does', async () => {
    const params = { drop: 0.4, mask: 0.3, ...(modality === 'log' ? {} : { noise: 0.5, fit: 'train' }) };
    const one = await bytes(modality, params);
    expect(await bytes(modality, params, { order: 'hash(t::VARCHAR)' })).toEqual(one);
    expect(await bytes(modality, { ...params, seed: 2 })).not.toEqual(one);
  });

  test('label, root cause and time of injection have no say', async () => {
    const params = { drop: 0.4, delay: 30_000, mask: 0.3 };
    const other = table();
    const cases = other.cases.map((one, i) => ({
      ...one,
      label: 1 - one.label,
      service: i % 2 ? 'front' : 'pay',
      instance: 'pay-0',
      injected: one.start + 1,
    }));
    expect(await bytes(modality, params, { table: { ...other, cases } })).toEqual(
      await bytes(modality, params),
    );
  });

  test('corruptions are drawn apart: together they leave what each of them leaves', async () => {
    const [dropped, late, both] = await Promise.all([
      corrupt(modality, { drop: 0.5 }),
      corrupt(modality, { delay: 90_000 }),
      corrupt(modality, { drop: 0.5, delay: 90_000 }),
    ]);
    expect(isPartOf(both.rows, dropped.rows)).toBe(true);
    expect(isPartOf(both.rows, late.rows)).toBe(true);
    expect(both.rows.length).toBeGreaterThan(0);
  });

  test('at test, the records of the test cases; at train, those of all, the test cases as they were', async () => {
    expect(new Set(sound[modality].map((row) => row.case))).toEqual(new Set(split.test));
    const atTrain = await corrupt(modality, { at: 'train', drop: 0.5 });
    const of = (cases: readonly number[]) => atTrain.rows.filter((row) => cases.includes(Number(row.case)));
    expect(of(split.test)).toEqual(sound[modality]);
    const touched = [...split.train, ...split.valid].sort();
    expect(atTrain.note.cases).toEqual(touched);
    expect(atTrain.note.after).toBe(of(touched).length);
    expect(of(touched).length).toBeLessThan(0.7 * atTrain.note.before);
  });

  test('nothing left to learn from is an error', async () => {
    const error: unknown = await corrupt(modality, { at: 'train', drop: 1 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MedxError);
    expect((error as MedxError).diagnostics.map(({ code }) => code)).toEqual(['MED3601']);
  });
});

test('equal records are lost one by one', async () => {
  // In every window of a case some five spans are equal in all that is known of them.
  const { rows } = await corrupt('trace', { drop: 0.5 });
  const counts = tally(rows);
  expect(new Set(counts.values()).size).toBeGreaterThan(3);
});

describe('delay', () => {
  test('what has not arrived by the end of the case is missing', async () => {
    const cases = table().cases;
    const end = (row: { readonly [name: string]: unknown }) => cases[Number(row.case)]?.end ?? 0;
    for (const modality of modalities) {
      const { rows } = await corrupt(modality, { delay: 60_000 });
      expect(rows).toEqual(sound[modality].filter((row) => Number(row.time) + 60_000 < end(row)));
    }
  });
});

test('a masked instance is silent in all modalities', async () => {
  const seed = 3;
  const [log, metric, trace] = await Promise.all(
    modalities.map(async (one) => (await corrupt(one, { mask: 0.4, seed })).rows),
  );
  const names = ['cart', 'front', 'pay'];
  const heard = (c: number) => ({
    log: names.filter((n) => log!.some((row) => row.case === c && String(row.instance).startsWith(n))),
    metric: names.filter((_, i) => metric!.some((row) => row.case === c && row.instance === i)),
    trace: names.filter((_, i) => trace!.some((row) => row.case === c && row.callee === i + 1)),
  });
  for (const c of split.test) {
    const { log: one, metric: two, trace: three } = heard(c);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    // What a silent service calls has an unknown caller.
    const called = trace!.filter((row) => row.case === c && (row.callee === 1 || row.callee === 3));
    for (const row of called)
      expect([row.caller, row.caller_us === null]).toEqual(one.includes('front') ? [2, false] : [4, true]);
  }
  const all = split.test.flatMap((c) => heard(c).log);
  expect(all.length).toBeGreaterThan(0);
  expect(all.length).toBeLessThan(6);
});

describe('noise', () => {
  test('on samples: so many deviations of the series, none on a constant one', async () => {
    const { rows } = await corrupt('metric', { noise: 2, fit: 'train' });
    const moved = rows.map((row, i) => ({
      series: `${row.instance} ${row.kpi}`,
      by: Number(row.value) - Number(sound.metric[i]?.value),
    }));
    expect(moved.filter(({ series }) => series.endsWith(' 1')).every(({ by }) => by === 0)).toBe(true);
    const by = moved.filter(({ series }) => series.endsWith(' 0')).map((one) => one.by);
    const sd = Math.sqrt(by.reduce((sum, x) => sum + x * x, 0) / by.length);
    // The deviation of 10 · sin is 7.1.
    expect(sd).toBeGreaterThan(0.7 * 2 * 7.1);
    expect(sd).toBeLessThan(1.3 * 2 * 7.1);
    const { rows: half } = await corrupt('metric', { noise: 1, fit: 'train' });
    const first = moved.findIndex(({ series }) => series.endsWith(' 0'));
    expect(Number(half[first]?.value) - Number(sound.metric[first]?.value)).toBeCloseTo(
      (moved[first]?.by ?? 0) / 2,
      8,
    );
  });

  test('on spans: durations stay positive, and all children of one parent see the same time of it', async () => {
    const { rows } = await corrupt('trace', { noise: 5, fit: 'train' });
    expect(rows.length).toBe(sound.trace.length);
    expect(rows.every((row) => Number(row.duration_us) > 0)).toBe(true);
    const parents = new Set(rows.map((row) => `${row.case} ${row.window} ${row.caller_us}`));
    // One time of `front` per case and window, and none for the roots.
    expect(parents.size).toBe(2 * 4 * 2);
    expect(rows.some((row) => Math.abs(Number(row.duration_us) - 1000) > 200)).toBe(true);
  });

  test('is measured on training cases only', async () => {
    const before = await bytes('metric', { noise: 1, fit: 'train' });
    expect(await bytes('metric', { noise: 1, fit: 'all' })).not.toEqual(before);
  });
});
