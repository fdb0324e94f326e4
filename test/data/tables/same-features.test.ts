/**
 * The features do not depend on the form of the files: a simulated set as CSV, JSON lines, Parquet and OpenTelemetry data,
 * packed or not, whole or in parts, in order or shuffled, read by its own reader or as a table, gives the same arrays.
 */
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { digestDataset } from '../../../src/data/dataset.ts';
import { planSpec } from '../../../src/graph/plan-spec.ts';
import { datasetNeed } from '../../../src/graph/world.ts';
import { emptyWorld } from '../../graph/support.ts';
import { resolveText } from '../../spec/support.ts';
import { convertFolder, type TableForm } from '../../support/convert.ts';
import { writeOtlpJson, writeOtlpParquet } from '../../support/otlp.ts';
import { runStages } from '../../support/run-stages.ts';
import { writeSimulated } from '../../support/simulated.ts';
import { tempFolder } from '../../support/temp.ts';

const med = (source: string) => `med 1
dataset d { from = ${source}   window = 60s   case = 2m before .. 3m after   split = stratified(seed: 1) }
model m {
  encode log    = drain -> weigh(by: fluctuation) -> hashed(dim: 32) -> weighted_sum -> pool(mean)
  encode metric = standardize -> difference -> window_mean -> squeeze_excite(by: instance) -> pool(mean)
  encode trace  = spans(by: [caller, callee]) -> standardize -> three_sigma -> weigh(by: fluctuation) -> linear
}
train t { epochs = 1 }
experiment e { data = d   train = t   seeds = 1   fit = all   variant full = m }
`;

interface Features {
  readonly axes: unknown;
  readonly shape: readonly number[];
  readonly x: Float32Array;
}

/** The features of the set that a source reads below `root`, by modality. */
async function featuresOf(root: string, source: string): Promise<Readonly<Record<string, Features>>> {
  const spec = resolveText(med(source));
  const need = spec.experiments[0]?.data.from.map(datasetNeed)[0];
  if (!need) throw new Error('the source reads no files');
  const store = tempFolder('same-store');
  const digest = await digestDataset(need.format, join(root, need.root), join(store, 'cache'), need.options);
  const world = emptyWorld(spec, { datasets: [need.root] });
  const datasets = world.datasets.map((one) => ({ ...one, status: { present: true as const, digest } }));
  const { stages } = planSpec(spec, { ...world, datasets });
  const needed = new Set(stages.filter(({ kind }) => kind.startsWith('features.')).map(({ hash }) => hash));
  // Inputs come before users.
  for (const { hash, inputs } of stages.toReversed())
    if (needed.has(hash)) for (const input of Object.values(inputs)) needed.add(input);
  const nodes = stages.filter(({ hash }) => needed.has(hash));
  const ran = await runStages(nodes, store, { dataRoot: root });
  const found = nodes.filter(({ kind }) => kind.startsWith('features.'));
  return Object.fromEntries(
    found.map((node) => {
      const { shape, data } = ran.artefact(node).array('x');
      return [
        node.kind,
        { axes: ran.artefact(node).json('axes'), shape, x: Float32Array.from(data as Float32Array) },
      ];
    }),
  );
}

const root = tempFolder('same');
let raw = '';
let expected: Readonly<Record<string, Features>>;

beforeAll(async () => {
  const set = await writeSimulated(root, { format: 'microservo', cases: 4, seed: 11 });
  raw = set.root;
  expected = await featuresOf(root, `microservo("${set.folder}")`);
}, 60_000);

async function expectSame(to: string, source: string): Promise<void> {
  const found = await featuresOf(to, source);
  expect(Object.keys(found)).toEqual(['features.log', 'features.metric', 'features.trace']);
  for (const [name, { axes, shape, x }] of Object.entries(found)) {
    const known = expected[name];
    expect([name, shape, axes]).toEqual([name, known?.shape, known?.axes]);
    expect(x.some((value) => value !== 0)).toBe(true);
    const worst = x.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (known?.x[i] ?? Number.NaN))),
      0,
    );
    expect([name, worst <= 1e-6, worst]).toEqual([name, true, worst]);
  }
}

const telemetry = (path: string) => !/istio|ground/.test(path);

test.each<TableForm>(['csv.zst', 'ndjson.gz', 'parquet'])('%s', async (form) => {
  const to = tempFolder('same-form');
  await convertFolder(raw, join(to, 'set'), form, telemetry);
  await expectSame(to, 'microservo("set")');
});

test('shuffled, in parts of several forms', async () => {
  const to = tempFolder('same-parts');
  const parts: readonly TableForm[] = ['csv', 'jsonl', 'parquet'];
  for (const [k, form] of parts.entries()) {
    const part = join(to, `part-${k}`);
    await convertFolder(
      raw,
      part,
      form,
      telemetry,
      `WHERE hash(timestamp, cmdb_id) % 3 = ${k} ORDER BY hash(timestamp, cmdb_id, ${k})`,
    );
    // Labels once; the tables of every part side by side under names of their own.
    for (const path of readdirSync(part, { recursive: true, encoding: 'utf8' })) {
      const from = join(part, path);
      if (statSync(from).isDirectory() || (k > 0 && !telemetry(path))) continue;
      moveTo(from, join(to, 'set', telemetry(path) ? path.replace(`.${form}`, `-${k}.${form}`) : path));
    }
  }
  await expectSame(to, 'microservo("set")');
});

function moveTo(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

test('OpenTelemetry, as OTLP JSON lines and as tables of ClickHouse', async () => {
  const to = tempFolder('same-otlp');
  await writeOtlpJson(raw, join(to, 'json'), 200, true);
  await writeOtlpParquet(raw, join(to, 'parquet'));
  await expectSame(to, 'otlp("json")');
  await expectSame(to, 'otlp("parquet")');
});
