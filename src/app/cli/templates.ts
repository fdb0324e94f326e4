/** Finds fitted Drain trees in the store, by row, seed and fold of a plan or by hash, and writes them for people. */
import type { DrainState } from '../../data/drain/drain.ts';
import { diffTemplates, treeRows, treeText } from '../../data/drain/listing.ts';
import { logCodes } from '../../diagnostics/codes/log.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Plan, StageNode } from '../../graph/plan.ts';
import { findNode, hasArtefact, openArtefact, type Store } from '../../run/store.ts';

export interface FitChoice {
  readonly experiment?: string;
  readonly variant?: string;
  readonly seed?: string;
  readonly fold?: string;
  readonly tree?: true;
  readonly json?: true;
}

interface Fit {
  readonly label: string;
  readonly hash: string;
  readonly state: DrainState;
}

export function showTemplates(store: Store, plan: Plan | undefined, choice: FitChoice): string {
  if (!plan) throw new MedxError(report(logCodes, 'MED3532', { wanted: 'the templates' }));
  const fit = openFit(store, chooseNode(plan, choice));
  if (choice.json) {
    const rows = treeRows(fit.state).filter((row) => choice.tree || row.template !== undefined);
    return `${JSON.stringify({ format: 1, fit: fit.label, hash: fit.hash, rows }, null, 2)}\n`;
  }
  const title = `${fit.label} (${fit.hash.slice(0, 12)}): ${fit.state.clusters.length} templates`;
  if (choice.tree) return `${title}\n\n${treeText(fit.state)}`;
  const rows = treeRows(fit.state).filter((row) => row.template !== undefined);
  const width = Math.max(5, ...rows.map(({ size }) => String(size).length));
  const paths = rows.map(({ path }) => path.join(' / '));
  const widest = Math.max(4, ...paths.map((path) => path.length));
  const line = (lines: string, id: string, path: string, template: string): string =>
    `${lines.padStart(width)}  ${id.padStart(5)}  ${path.padEnd(widest)}  ${template}`;
  const body = rows.map((row, i) =>
    line(String(row.size), String(row.id), paths[i] ?? '', row.template ?? ''),
  );
  return `${[title, '', line('lines', 'id', 'path', 'template'), ...body].join('\n')}\n`;
}

export function showDiff(
  store: Store,
  plan: Plan | undefined,
  fits: readonly string[],
  choice: FitChoice,
): string {
  const [a, b] = fits;
  if (a === undefined || b === undefined || fits.length > 2)
    throw new MedxError(report(logCodes, 'MED3531', { given: fits.length }));
  const [before, after] = [a, b].map((name) => openFit(store, nodeOf(store, plan, name, choice))) as [
    Fit,
    Fit,
  ];
  const texts = ({ state }: Fit): string[] => state.clusters.map(({ tokens }) => tokens.join(' '));
  const diff = diffTemplates(texts(before), texts(after));
  const named = ({ label, hash }: Fit) => `${label} (${hash.slice(0, 12)})`;
  if (choice.json)
    return `${JSON.stringify({ format: 1, from: before.hash, to: after.hash, ...diff }, null, 2)}\n`;
  return `${[
    `--- ${named(before)}`,
    `+++ ${named(after)}`,
    `${diff.same} the same, ${diff.gained.length} gained, ${diff.lost.length} lost, ${diff.changed.length} changed`,
    ...diff.gained.map((text) => `+ ${text}`),
    ...diff.lost.map((text) => `- ${text}`),
    ...diff.changed.flatMap(({ from, to }) => [`< ${from}`, `> ${to}`]),
  ].join('\n')}\n`;
}

/** `2/3` is seed 2, fold 3 of the file; `2` seed 2; anything else a hash. */
function nodeOf(store: Store, plan: Plan | undefined, name: string, choice: FitChoice): StageNode {
  const [, seed, fold] = /^(\d{1,3})(?:\/(\d+))?$/.exec(name) ?? [];
  if (seed === undefined) return findNode(store, name);
  if (!plan) throw new MedxError(report(logCodes, 'MED3532', { wanted: `seed ${name}` }));
  return chooseNode(plan, { ...choice, seed, ...(fold === undefined ? {} : { fold }) });
}

/** The drain stage behind the job that was chosen. */
function chooseNode(plan: Plan, choice: FitChoice): StageNode {
  const pick = <T>(what: string, all: readonly T[], nameOf: (one: T) => string, wanted?: string): T => {
    const found = wanted === undefined ? all[0] : all.find((one) => nameOf(one) === wanted);
    if (found !== undefined) return found;
    const known = [...new Set(all.map(nameOf))];
    throw new MedxError(report(logCodes, 'MED3533', { what, wanted: wanted ?? '', known }));
  };
  const stages = new Map(plan.stages.map((stage) => [stage.hash, stage]));
  const drainBelow = (hash: string): StageNode | undefined => {
    const node = stages.get(hash);
    if (!node || node.kind === 'drain') return node;
    for (const input of Object.values(node.inputs)) {
      const found = drainBelow(input);
      if (found?.kind === 'drain') return found;
    }
    return undefined;
  };
  const experiment = pick('experiment', plan.experiments, ({ name }) => name, choice.experiment);
  const reading = experiment.rows.filter((row) => row.jobs[0] && drainBelow(row.jobs[0].hash));
  const row = pick('variant that reads logs', reading, ({ name }) => name, choice.variant);
  const seeds = [...new Set(row.jobs.map(({ seed }) => seed))];
  const seed = pick('seed', seeds, String, choice.seed);
  const jobs = row.jobs.filter((job) => job.seed === seed);
  const job = pick('fold', jobs, ({ fold }) => String((fold ?? 0) + 1), choice.fold);
  const node = drainBelow(job.hash);
  if (!node) throw new Error(`row ${row.name} reads logs but has no drain stage`);
  return node;
}

function openFit(store: Store, node: StageNode): Fit {
  if (node.kind !== 'drain')
    throw new MedxError(report(logCodes, 'MED3534', { hash: node.hash, kind: node.kind, label: node.label }));
  if (!hasArtefact(store, node.hash)) throw new MedxError(report(logCodes, 'MED3530', { label: node.label }));
  return {
    label: node.label,
    hash: node.hash,
    state: openArtefact(store, node.hash).json<DrainState>('tree'),
  };
}
