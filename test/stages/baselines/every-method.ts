/**
 * Every method of the catalog over one small set, from the text of a file to predictions, and again with something changed:
 * its cases, its records. What a method is given, it is given by the plan, so a new method is covered when it is registered.
 */
import { join } from 'node:path';
import { baselines } from '../../../src/catalog/baselines/index.ts';
import type { BaselineSpec } from '../../../src/catalog/baselines/types.ts';
import { openDatabase, sqlText } from '../../../src/data/database.ts';
import { digestDataset } from '../../../src/data/dataset.ts';
import type { Plan, StageNode } from '../../../src/graph/plan.ts';
import { planSpec } from '../../../src/graph/plan-spec.ts';
import { needsOf, type World } from '../../../src/graph/world.ts';
import type { CaseTable, Predictions, Split } from '../../../src/stages/contracts.ts';
import type { StageRegistry } from '../../../src/stages/registry.ts';
import type { ArtefactReader, ArtefactWriter } from '../../../src/stages/stage.ts';
import { emptyWorld } from '../../graph/support.ts';
import { resolveText } from '../../spec/support.ts';
import { type SetFiles, writeSet } from '../../support/alerts.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { given } from '../given.ts';

export type Source = 'records' | 'events';

/** Methods that can be fed from such a source. */
export const methodsOf = (source: Source): readonly BaselineSpec[] =>
  baselines.filter(({ inputs }) => inputs[source] !== undefined);

/** A row of every method. `quick` shortens what trains for long, where how well it learns does not matter. */
function rowsText(source: Source, quick: boolean): string {
  const long = /epochs|trees|iterations|rounds|patience/;
  const blocks = methodsOf(source).map(({ name, settings }) => {
    const short = settings.flatMap(({ name: setting, type }) =>
      quick && type.kind === 'number' && long.test(setting)
        ? [`${setting} = ${Math.max(type.min ?? 1, 3)}`]
        : [],
    );
    return `baseline ${name} { ${short.join('   ')} }`;
  });
  const names = methodsOf(source).map(({ name }) => name);
  return `${blocks.join('\n')}
experiment e {
  data = d   seeds = 1   device = cpu   baselines = [${names.join(', ')}]
  variant unused = m
}`;
}

export interface Made {
  readonly plan: Plan;
  readonly dataRoot: string;
  readonly store: string;
  readonly source: Source;
}

/** Plans every row over `simulate(ARGUMENTS)`. */
export function planRecords(
  folder: string,
  args: string,
  options: { readonly quick: boolean; readonly dataset?: string },
): Made {
  const spec = resolveText(`med 1
dataset d {
  from   = simulate(${args})
  ${options.dataset ?? ''}
  split  = stratified(train: 50%, valid: 15%, test: 35%, seed: 1)
}
model m {
  encode log    = drain -> hashed(32) -> weighted_sum -> transformer(heads: 2) -> pool
  encode metric = standardize -> window_mean -> squeeze_excite -> transformer(heads: 2) -> pool
  encode trace  = spans -> standardize -> window_mean -> transformer(heads: 2) -> linear
  dim = 16
}
${rowsText('records', options.quick)}`);
  return {
    plan: planSpec(spec, emptyWorld(spec)),
    dataRoot: folder,
    store: join(folder, 'store'),
    source: 'records',
  };
}

/** Plans every row over a hand-made set of extracted events. */
export async function planEvents(folder: string, files: SetFiles, quick: boolean): Promise<Made> {
  const dataRoot = writeSet(folder, files);
  const spec = resolveText(`med 1
dataset d { from = alerts("set")   split = published(valid: 20%, seed: 1) }
model m {
  encode log = events -> transformer(heads: 2) -> pool
  dim = 16
}
${rowsText('events', quick)}`);
  const { datasets, engines } = needsOf(spec);
  const store = join(folder, 'store');
  const digest = await digestDataset('alerts', join(dataRoot, 'set'), store, datasets[0]?.options);
  const world: World = {
    datasets: datasets.map((need) => ({ ...need, status: { present: true, digest } })),
    models: [],
    engines: engines.map((need) => ({ ...need, status: { available: true, device: 'cpu' } })),
  };
  return { plan: planSpec(spec, world), dataRoot, store, source: 'events' };
}

/** Predictions of the test cases by row, in the order of the split. */
export type Answers = Readonly<Record<string, Predictions['test']>>;

/** Runs what the rows of methods need, and nothing of the variant. */
export async function answersOf(
  { plan, store, dataRoot }: Made,
  kinds?: StageRegistry,
): Promise<{ readonly answers: Answers; readonly artefact: (node: StageNode) => ArtefactReader }> {
  const nodes = new Map(plan.stages.map((node) => [node.hash, node]));
  const needed = new Set<string>();
  const visit = (hash: string) => {
    needed.add(hash);
    for (const input of Object.values(nodes.get(hash)?.inputs ?? {})) visit(input);
  };
  const rows = plan.experiments[0]?.rows.filter(({ kind }) => kind === 'baseline') ?? [];
  for (const { jobs } of rows) for (const { hash } of jobs) visit(hash);
  const ran = await runStages(
    plan.stages.filter(({ hash }) => needed.has(hash)),
    store,
    { dataRoot, ...(kinds ? { kinds } : {}) },
  );
  const answers = rows.map(({ name, jobs }) => {
    const node = nodes.get(jobs[0]?.hash ?? '');
    if (!node) throw new Error(`the plan has no job of ${name}`);
    return [name, ran.artefact(node).json<Predictions>('predictions').test] as const;
  });
  return { answers: Object.fromEntries(answers), artefact: ran.artefact };
}

export interface Change {
  /** Names the change, and its artefacts. */
  readonly name: string;
  readonly cases: (table: CaseTable, split: Split) => CaseTable;
  readonly split?: (split: Split) => Split;
  /** Milliseconds by which the records of a case are moved, as its times are. */
  readonly shift?: (index: number, split: Split) => number;
}

/** The same rows with changed cases: everything that is fitted is fitted anew, the records stay those that were read. */
export async function answersAfter(made: Made, { name, cases, split, shift }: Change): Promise<Answers> {
  const { plan, store, dataRoot } = made;
  const before = await answersOf(made);
  const node = (kind: string) => {
    const found = plan.stages.find((one) => one.kind === kind);
    return found && { node: found, artefact: before.artefact(found) };
  };
  const [table, parts] = [node('cases'), node('split')];
  if (!table || !parts) throw new Error('there are cases and a split');
  const known = parts.artefact.json<Split>('split');
  const changed = cases(table.artefact.json<CaseTable>('cases'), known);
  const writers: Record<string, (out: ArtefactWriter) => void | Promise<void>> = {
    [`${name}.cases`]: (out) => {
      out.json('cases', changed);
      out.json('telemetry', table.artefact.json('telemetry'));
    },
    [`${name}.split`]: (out) => out.json('split', split?.(known) ?? known),
  };
  for (const kind of ['lines', 'samples', 'spans'] as const) {
    const records = node(kind);
    if (records && shift)
      writers[`${name}.${kind}`] = (out) =>
        moved(records.artefact, kind, store, changed, out, (index) => shift(index, known));
  }
  const { nodes, kinds } = given(writers);
  const renamed = new Map<string, StageNode>();
  const stages: StageNode[] = Object.values(nodes);
  for (const one of plan.stages) {
    const replaced = nodes[`${name}.${one.kind}`];
    if (replaced) {
      renamed.set(one.hash, replaced);
      continue;
    }
    const records = ['simulate', 'lines', 'samples', 'spans', 'events'].includes(one.kind);
    const inputs = Object.entries(one.inputs).map(([input, hash]) => {
      const own = renamed.get(hash);
      if (!own) throw new Error(`stage ${one.label} comes before its input ${input}`);
      return [input, own] as const;
    });
    const own = records
      ? one
      : stageNode(one.kind, one.version, one.params, Object.fromEntries(inputs), one.cost);
    renamed.set(one.hash, own);
    stages.push(own);
  }
  const experiments = plan.experiments.map((experiment) => ({
    ...experiment,
    rows: experiment.rows.map((row) => ({
      ...row,
      jobs: row.jobs.map((job) => ({ ...job, hash: renamed.get(job.hash)?.hash ?? job.hash })),
    })),
  }));
  const after = await answersOf({ ...made, plan: { experiments, stages }, dataRoot }, kinds);
  return after.answers;
}

/** The records of an artefact with the times of every case moved. */
async function moved(
  artefact: ArtefactReader,
  kind: 'lines' | 'samples' | 'spans',
  store: string,
  { cases }: CaseTable,
  out: ArtefactWriter,
  shift: (index: number) => number,
): Promise<void> {
  const file = `${kind}.parquet`;
  const db = await openDatabase({ folder: join(store, `moved-${kind}`), ordered: true });
  try {
    const by = cases.map((_, index) => `WHEN ${index} THEN ${shift(index)}`).join(' ');
    await db.run(
      `COPY (SELECT * REPLACE (time + CASE "case" ${by} END AS time) FROM read_parquet(${sqlText(artefact.path(file))}))
       TO ${sqlText(out.path(file))} (FORMAT parquet)`,
    );
  } finally {
    db.close();
  }
  for (const name of ['axes', 'instances']) if (artefact.has(name)) out.json(name, artefact.json(name));
}
