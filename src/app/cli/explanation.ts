/** `medx why`: finds the jobs that are meant, in a file's plan or in the last run, and puts the explanation into words. */
import { storeCodes } from '../../diagnostics/codes/store.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { nearestName } from '../../diagnostics/nearest.ts';
import type { Plan, StageNode } from '../../graph/plan.ts';
import { readEvents, type StartedEvent } from '../../run/events.ts';
import { failedStages, lastRun } from '../../run/failed-jobs.ts';
import { runFolder } from '../../run/record.ts';
import { listStarted } from '../../run/started.ts';
import { findNode, hasArtefact, listNodes, type Store } from '../../run/store.ts';
import { type Change, explainJob, type JobSummary, type Why } from '../../run/why.ts';
import type { Json } from '../../stages/stage.ts';
import { formatSeconds, plural } from '../format.ts';

/** The plan of a file, or undefined for the last run of the store. Throws MED6103 where nothing has that name. */
export function explain(store: Store, wanted: string, plan: Plan | undefined, file?: string): Why[] {
  const known = listNodes(store);
  for (const node of plan?.stages ?? []) known.set(node.hash, node);
  const find = (hash: string) => known.get(hash);
  const { experiments, where } = plan ? { experiments: plan.experiments, where: `\`${file}\`` } : last(store);
  const hashes = findJobs(wanted, experiments, find, plan);
  const jobs = hashes.length > 0 ? hashes.flatMap((hash) => find(hash) ?? []) : byHash(store, wanted, known);
  if (jobs.length === 0) {
    const rows = [...new Set(experiments.flatMap((one) => one.rows.map((row) => row.name)))];
    const near = nearestName(wanted, rows);
    const params = { job: wanted, where, known: rows.slice(0, 12), ...(near ? { near } : {}) };
    throw new MedxError(report(storeCodes, 'MED6103', params));
  }
  const earlier = [...known.values()].filter(({ hash }) => hasArtefact(store, hash));
  const failed = lastFailures(store);
  return jobs.map((job) => {
    const why = explainJob(store, job, find, earlier);
    return failed?.jobs.has(job.hash) && why.state === 'to_run' ? { ...why, failed_in: failed.run } : why;
  });
}

type Rows = StartedEvent['experiments'] | Plan['experiments'];

function last(store: Store): { readonly experiments: Rows; readonly where: string } {
  const { run } = lastRun(store);
  const started = readEvents(`${runFolder(store, run)}/events.jsonl`).find(({ type }) => type === 'started');
  return { experiments: started?.type === 'started' ? started.experiments : [], where: `run ${run}` };
}

function lastFailures(
  store: Store,
): { readonly run: string; readonly jobs: ReadonlySet<string> } | undefined {
  const run = listStarted(store).at(-1)?.run;
  return run === undefined ? undefined : { run, jobs: failedStages(store, run) };
}

/** By row, by job (`full seed 1 fold 2`, folds counted from 1), or by the label of any stage below them. */
function findJobs(
  wanted: string,
  experiments: Rows,
  find: (hash: string) => StageNode | undefined,
  plan?: Plan,
) {
  const name = wanted.trim().replace(/\s+/g, ' ');
  const jobs = experiments.flatMap(({ rows }) =>
    rows.flatMap((row) =>
      row.jobs.map(({ seed, fold, hash }) => ({
        row: row.name,
        job: `${row.name} seed ${seed}${fold === undefined ? '' : ` fold ${fold + 1}`}`,
        hash,
      })),
    ),
  );
  const named = jobs.filter(({ row, job }) => row === name || job === name);
  if (named.length > 0) return [...new Set(named.map(({ hash }) => hash))];
  const below = new Set<string>(plan?.stages.map(({ hash }) => hash));
  const visit = (hash: string): void => {
    if (below.has(hash)) return;
    below.add(hash);
    for (const input of Object.values(find(hash)?.inputs ?? {})) visit(input);
  };
  for (const { hash } of jobs) visit(hash);
  const isHash = /^[0-9a-f]{4,32}$/.test(name);
  return [...below].filter((hash) => find(hash)?.label === name || (isHash && hash.startsWith(name)));
}

function byHash(store: Store, wanted: string, known: ReadonlyMap<string, StageNode>): StageNode[] {
  if (!/^[0-9a-f]{4,32}$/.test(wanted)) return [];
  return [known.get(wanted) ?? findNode(store, wanted)];
}

export function renderWhy({ job, state, set_aside, failed_in, below, nearest, changes }: Why): string {
  const head = `${job.label} (${job.kind}, ${job.hash.slice(0, 12)})`;
  if (state === 'cached') {
    return `${head} is in the store: ${madeText(job)}. Its own settings, its version and the ${plural(below, 'stage')} below it are the same since.\n`;
  }
  const aside = [
    ...(failed_in === undefined ? [] : [` It failed in run ${failed_in}.`]),
    ...(set_aside ? [' Its result was found damaged and set aside.'] : []),
  ].join('');
  if (!nearest) return `${head} will run: nothing of its kind is in the store yet.${aside}\n`;
  const [first, ...others] = changes;
  const lines = [
    `${head} will run.${aside}`,
    `  nearest earlier job  ${nearest.label} (${nearest.hash.slice(0, 12)}), ${madeText(nearest)}`,
    ...(first ? [`  first difference     ${changeText(first)}`] : []),
    ...(first && first.way.length > 1 ? [`  which changes        ${first.way.slice(1).join(' → ')}`] : []),
    ...others
      .slice(0, shown)
      .map((change, i) => `  ${i === 0 ? 'also differ' : ''.padEnd(11)}          ${changeText(change)}`),
    ...(others.length > shown
      ? [`                       and ${others.length - shown} more; --json has all`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

const shown = 8;

const madeText = ({ made, seconds }: JobSummary) =>
  made === undefined
    ? 'made at an unknown time'
    : `made ${made.slice(0, 16).replace('T', ' ')} UTC${seconds === undefined ? '' : ` in ${formatSeconds(seconds)}`}`;

function changeText({ stage, what, old, new: now }: Change): string {
  const values = `${valueText(old)} → ${valueText(now)}`;
  if (what === 'digest' || what === 'embedder.digest') {
    const files = what === 'digest' ? 'the files of the dataset have changed' : 'another text model';
    return `${stage}: ${files}, ${what} ${short(old)} → ${short(now)}`;
  }
  if (what === 'version') return `${stage}: medx makes it in another way now, version ${values}`;
  return `${stage}: ${what} ${values}`;
}

const short = (value: Json | undefined) =>
  typeof value === 'string' ? value.slice(0, 12) : valueText(value);

function valueText(value: Json | undefined): string {
  if (value === undefined) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
