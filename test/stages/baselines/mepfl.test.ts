/** MEPFL: single bad traces tell the failure; where traces are alike it guesses. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../support/temp.ts';
import { ask, cases, classes, labelOf, majority, type Span, spansOf, split, windows } from './support.ts';

const folder = tempFolder('mepfl');
const all = Array.from({ length: cases }, (_, index) => index);
const params = { trees: 20, traces: 16 };

/** Noise that knows nothing of the case. */
const noise = (index: number, k: number) => Math.abs(Math.sin(12.9898 * (index * 131 + k)));

/** Traces through front, cart and redis; `change` alters single spans. */
function traffic(change: (span: Span, trace: number) => Partial<Span>): Span[] {
  return all.flatMap((index) =>
    Array.from({ length: 24 }, (_, trace) =>
      ['front', 'cart', 'redis'].map((service, depth): Span => {
        const window = Math.floor(trace / 6) % windows;
        const ms = 30 - 10 * depth + noise(index, 3 * trace + depth);
        const span = { index, window, trace, service, depth, ms, status: 'OK' };
        return { ...span, ...change(span, trace) };
      }),
    ).flat(),
  );
}

/** A failure shows from the middle on, in two traces of three. */
const isHit = ({ window }: Span, trace: number) => window >= windows / 2 && trace % 3 !== 0;

test('one service slow, or failing, in some traces', async () => {
  const spans = traffic((span, trace) => {
    const label = labelOf(span.index);
    if (!isHit(span, trace)) return {};
    if (label === 0 && span.service === 'cart') return { ms: span.ms + 15 };
    if (label === 1 && span.service === 'redis') return { ms: span.ms + 15 };
    return label === 2 && span.service === 'redis' ? { status: 'UNAVAILABLE' } : {};
  });
  const { right, notices } = await ask('mepfl', join(folder, 'slow'), { spans: spansOf(spans) }, params);
  expect(right).toBe(1);
  expect(notices).toEqual([]);
});

test('durations alike, but another way through the services', async () => {
  const services = ['redis', 'cache', 'store'];
  const spans = traffic((span, trace) =>
    isHit(span, trace) && span.service === 'redis' ? { service: services[labelOf(span.index)] ?? '' } : {},
  );
  const { right } = await ask('mepfl', join(folder, 'way'), { spans: spansOf(spans) }, params);
  expect(right).toBe(1);
});

// Balanced classes have no majority to fall back on: a guess is right in one of three.
test('traces that know nothing of the failure: a guess', async () => {
  const { right } = await ask(
    'mepfl',
    join(folder, 'noise'),
    { spans: spansOf(traffic(() => ({}))) },
    params,
  );
  expect(right).toBeGreaterThanOrEqual(0.1);
  expect(right).toBeLessThanOrEqual(majority);
});

test('what happens before the middle of a case is not looked at', async () => {
  const spans = traffic((span) => (span.window < windows / 2 ? { ms: 100 * (1 + labelOf(span.index)) } : {}));
  const { right } = await ask('mepfl', join(folder, 'before'), { spans: spansOf(spans) }, params);
  expect(right).toBeLessThan(0.8);
});

test('no traces of a case: class frequencies, and it says so', async () => {
  const tested = new Set(split.test);
  const spans = traffic(() => ({})).filter(({ index }) => !tested.has(index));
  const found = await ask('mepfl', join(folder, 'none'), { spans: spansOf(spans) }, params);
  expect(found.right).toBe(majority);
  expect(found.tested[0]?.probabilities.map((p) => p.toFixed(1))).toEqual(
    classes.map((_, k) => (k ? '0.2' : '0.6')),
  );
  expect(found.notices).toEqual([expect.stringMatching(/^MED3740 .*20/)]);
});

test('the same seed gives the same answers to the bit', async () => {
  const spans = spansOf(traffic(() => ({})));
  const asked = await Promise.all(
    ['one', 'two'].map((name) => ask('mepfl', join(folder, name), { spans }, params)),
  );
  expect(asked[0]?.tested).toEqual(asked[1]?.tested);
});
