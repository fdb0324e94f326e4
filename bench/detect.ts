/**
 * `npm run bench:detect`: how long one failure takes to be diagnosed by Medicine (d = 768), on one core, embeddings cached.
 *
 * Three ways to ask, case by case over test cases, each by the clock and by processor time (what the clock would show if no other
 * program wanted the core):
 * - `raw`: all records of the case in memory to the answer (templates, features, model);
 * - `online`: records were taken as they came, but those of the last window; from its end to the answer;
 * - `online_8_bits`: the same with weights of 8 bits, which answer only nearly as the model does (`detector = int8` of an experiment);
 * - `model`: from the features through `model.onnx` as any runtime would run it.
 *
 * Beside them products 20 × 768 × 768 run in the same process: the products of the network at their speed are the least that a
 * model of this size can take with 32-bit numbers. Sets: simulated D3, and TrainTicket where `MEDX_DATA` has it. Features must
 * be the run's to the bit (stage `detect` refuses others), and so must answers be its answers.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readWorld } from '../src/app/world.ts';
import { openDatabase } from '../src/data/database.ts';
import { cutRecords } from '../src/data/features/cut-records.ts';
import type { CaseRecords, CaseWindows } from '../src/data/features/one-case.ts';
import { planSpec } from '../src/graph/plan-spec.ts';
import { spreadOf } from '../src/report/answers.ts';
import { runStage } from '../src/run/run-stage.ts';
import { openArtefact, openStore, type Store } from '../src/run/store.ts';
import { resolveSpec } from '../src/spec/resolve.ts';
import type {
  CaseTable,
  Detection,
  ModelCard,
  ModelParams,
  Predictions,
  Split,
} from '../src/stages/contracts.ts';
import type { DetectParams } from '../src/stages/detect.ts';
import {
  type Detector,
  diagnoseRecords,
  openDetector,
  readCaseRecords,
} from '../src/stages/medicine/detector.ts';
import { type Diagnosis, openModel } from '../src/stages/medicine/diagnose.ts';
import { buildInference, names } from '../src/stages/medicine/network.ts';
import { stageRegistry } from '../src/stages/registry.ts';
import { writeModel } from '../src/tensor/engines/onnx/proto.ts';
import { nodeOf, reachable, sizeOf } from '../src/tensor/ir.ts';

type Times = Record<'raw' | 'online' | 'online_8_bits' | 'model' | 'product', number[]>;

const dataRoot = process.env.MEDX_DATA;
const rounds = Number(process.env.MEDX_BENCH_ROUNDS ?? 15);
const experiments = join(import.meta.dirname, '../../experiments');

const sets = [
  {
    name: 'd3_simulated',
    dataset: `from = simulate(online_boutique, cases: 40, seed: 2024)
  window = 60s
  case   = 10m before .. 10m after`,
  },
  ...(dataRoot
    ? [
        {
          name: 'trainticket',
          dataset: `from = nezha("nezha-trainticket")
  window = 30s
  case   = 60s before .. 180s after`,
        },
      ]
    : []),
];

/** Products in a row, of a sequence with this many rows. */
const products = 10;
const productGflop = (rows: number) => (products * 2 * rows * 768 * 768) / 1e9;

const folder = mkdtempSync(join(tmpdir(), 'medx-bench-detect-'));
const ms = (values: readonly number[]) => {
  const { median, p95 } = spreadOf(values);
  return { median: Number(median.toPrecision(3)), p95: Number(p95.toPrecision(3)) };
};

try {
  const results = [];
  for (const set of sets) results.push(await measure(set, openStore(join(folder, set.name))));
  for (const one of results) console.log(JSON.stringify(one));
  const [first] = results;
  console.log(
    JSON.stringify({ bench: 'detect', limit_ms: 3.44, sets: results, raw_ms: first?.clock_ms.raw.median }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs what the timing stage of the set needs, then asks. */
async function measure({ name, dataset }: (typeof sets)[number], store: Store) {
  const text = `med 1
import "lib/medicine.med"
dataset bench {
  ${dataset}
}
train once { epochs = 20 }
experiment bench_detect { data = bench   train = once   seeds = 1   device = cpu   variant full = medicine }
`;
  const read = (path: string) =>
    path === 'bench.med' ? { text } : { text: readFileSync(join(experiments, path), 'utf8') };
  const { spec, diagnostics } = resolveSpec('bench.med', { host: { read } });
  if (!spec) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  const options = { dataRoot: dataRoot ?? store.root, store: store.root, allowRemote: false };
  const plan = planSpec(spec, await readWorld(spec, options));
  const detect = plan.stages.find(({ kind }) => kind === 'detect');
  if (!detect) throw new Error('the plan times nothing');
  for (const node of plan.stages)
    await runStage(node, { store, dataRoot: options.dataRoot, kinds: stageRegistry });

  const input = Object.fromEntries(
    Object.entries(detect.inputs).map(([key, hash]) => [key, openArtefact(store, hash)]),
  );
  const { train, cases, split, lines, samples, spans, drain, embed, metric, trace } = input;
  if (!train || !cases || !split || !lines || !samples || !spans || !drain || !embed || !metric || !trace)
    throw new Error('the set lacks a modality');
  const table = cases.json<CaseTable>('cases');
  const { test } = split.json<Split>('split');
  const files = {
    lines: lines.path('lines.parquet'),
    samples: samples.path('samples.parquet'),
    spans: spans.path('spans.parquet'),
  };
  const db = await openDatabase({ folder: join(store.root, 'bench'), ordered: true });
  const asked: { readonly id: string; readonly start: number; readonly records: CaseRecords }[] = [];
  for (const index of test) {
    const row = table.cases[index];
    if (row) asked.push({ ...row, records: await readCaseRecords(db, files, index) });
  }
  db.close();
  const { steps, model: network } = detect.params as unknown as DetectParams;
  const parts = { model: train, network, log: { drain, embed }, metric, trace, steps };
  const detector = await openDetector(parts);
  const card = train.json<ModelCard>('model');
  const model = await openModel(train.path('model.onnx'), card);
  const gflop = modelGflop(network, card);
  const product = await openProduct(card.inputs.trace?.[0] ?? 20);

  const empty = (): Times => ({ raw: [], online: [], online_8_bits: [], model: [], product: [] });
  const [times, busy] = [empty(), empty()];
  const clock = async (round: number, of: keyof Times, work: () => Promise<unknown>) => {
    const [began, used] = [performance.now(), process.cpuUsage()];
    await work();
    const [took, { user, system }] = [performance.now() - began, process.cpuUsage(used)];
    // The first rounds warm up.
    if (round < 0) return;
    times[of].push(took);
    busy[of].push((user + system) / 1000);
  };
  const each = async (
    work: (one: (typeof asked)[number], at: CaseWindows, round: number) => Promise<void>,
  ) => {
    const { windows, windowMs } = table;
    for (let round = -2; round < rounds; round++)
      for (const one of asked) await work(one, { start: one.start, windows, windowMs }, round);
  };
  const known = new Map(train.json<Predictions>('predictions').test.map((one) => [one.id, one]));
  const against = () => ({ difference: 0, others: new Set<string>() });
  const [exact, rounded] = [against(), against()];
  const compare = (id: string, { answer, probabilities }: Diagnosis, into: ReturnType<typeof against>) => {
    const run = known.get(id);
    if (answer !== run?.answer) into.others.add(id);
    for (const [k, p] of probabilities.entries())
      into.difference = Math.max(into.difference, Math.abs(p - (run?.probabilities[k] ?? Number.NaN)));
  };
  // Cut beforehand: what is thrown away in between would be cleared up at the expense of the next case.
  const cut = new Map<string, ReturnType<typeof cutRecords>>();
  await each(async ({ id, records }, at) => {
    if (!cut.has(id)) cut.set(id, cutRecords(records, at));
  });
  // One way after the other: each finds the caches as it left them.
  await each(async ({ id, records }, at, round) => {
    await clock(round, 'raw', async () => {
      compare(id, await diagnoseRecords(detector, records, at), exact);
    });
  });
  const online = (asked: Detector, of: 'online' | 'online_8_bits', into: ReturnType<typeof against>) =>
    each(async ({ id, records }, at, round) => {
      const open = asked.open(at);
      const [before, last] = cut.get(id) ?? [{}, records];
      open.take(before);
      await clock(round, of, async () => {
        open.take(last);
        compare(id, await open.diagnose(), into);
      });
    });
  await online(detector, 'online', exact);
  const quick = await openDetector({ ...parts, numbers: 'int8' });
  await online(quick, 'online_8_bits', rounded);
  await quick.release();
  await each(async ({ records }, at, round) => {
    const open = detector.open(at);
    open.take(records);
    const features = await open.features();
    await clock(round, 'model', () => model.diagnose(features));
  });
  await each((_one, _at, round) => clock(round, 'product', product));
  const { folds } = detector;
  await detector.release();
  await model.release();
  const detection = openArtefact(store, detect.hash).json<Detection>('detection');
  const ratio = gflop / productGflop(card.inputs.trace?.[0] ?? 20);
  const summary = ({ raw, online, online_8_bits, model: alone, product: bare }: Times) => ({
    raw: ms(raw),
    online: ms(online),
    online_8_bits: ms(online_8_bits),
    model: ms(alone),
    products_alone: Number((ratio * spreadOf(bare).median).toPrecision(3)),
  });
  const found = ({ difference, others }: ReturnType<typeof against>) => ({
    largest_difference: difference,
    other_answers: others.size,
  });
  return {
    set: name,
    windows: table.windows,
    records: detection.records,
    cases: asked.length,
    clock_ms: summary(times),
    processor_ms: summary(busy),
    model_gflop: Number(gflop.toPrecision(3)),
    ...found(exact),
    eight_bits: found(rounded),
    folds,
  };
}

/** 10⁹ operations of the matrix products for one case, heads included. */
function modelGflop(network: ModelParams, card: ModelCard): number {
  const shape = { classes: card.classes.length, features: card.inputs, dropout: 0 };
  const graph = buildInference(network, shape, 1);
  const outputs = ['model', 'log', 'metric', 'trace'] as const;
  const roots = outputs.flatMap((one) => graph.outputs[names.probabilities(one)] ?? []);
  return (
    reachable(graph, roots).reduce((sum, id) => {
      const node = nodeOf(graph, id);
      if (node.op !== 'matmul') return sum;
      const { shape } = node.type;
      const rows = sizeOf(shape) / (shape.at(-1) ?? 1);
      return sum + 2 * sizeOf(shape) * (sizeOf(nodeOf(graph, node.inputs[0] ?? 0).type.shape) / rows);
    }, 0) / 1e9
  );
}

/** Ten products of a sequence with weights of their own, one after the other, as a network has them. */
async function openProduct(rows: number): Promise<() => Promise<unknown>> {
  const weights = new Uint8Array(new Float32Array(768 * 768).fill(0.001).buffer);
  const session = await InferenceSession.create(
    writeModel({
      nodes: Array.from({ length: products }, (_, i) => ({
        op: 'MatMul',
        domain: '' as const,
        inputs: [i === 0 ? 'x' : `t${i}`, `w${i}`],
        outputs: [i === products - 1 ? 'y' : `t${i + 1}`],
        attributes: {},
      })),
      initialisers: Array.from({ length: products }, (_, i) => ({
        name: `w${i}`,
        element: 'float32' as const,
        shape: [768, 768],
        bytes: weights,
      })),
      inputs: [{ name: 'x', element: 'float32', shape: [rows, 768] }],
      outputs: [{ name: 'y', element: 'float32', shape: [rows, 768] }],
    }),
    { intraOpNumThreads: 1, executionProviders: ['cpu'] },
  );
  const feeds = { x: new Tensor('float32', new Float32Array(rows * 768).fill(0.5), [rows, 768]) };
  return () => session.run(feeds);
}
