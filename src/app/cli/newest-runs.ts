/** The newest runs of a file's experiments, as far as they are what the file says now. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { reportCodes } from '../../diagnostics/codes/reports.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { canonicalJson } from '../../graph/hash.ts';
import { type RunRecord, readRecordFile, recordPath } from '../../run/record.ts';
import { listStarted } from '../../run/started.ts';
import type { Store } from '../../run/store.ts';
import type { ResolvedExperiment, ResolvedSpec } from '../../spec/resolved.ts';
import type { Json } from '../../stages/stage.ts';

/** By experiment. Throws MED6031 for every one of `names` that has no such run, with what sets others apart. */
export function newestRuns(
  store: Store,
  file: string,
  spec: ResolvedSpec,
  names: readonly string[],
): Map<string, RunRecord> {
  const found = new Map<string, RunRecord>();
  const others = new Map<string, string>();
  const started = listStarted(store).filter((one) => basename(one.file) === basename(file) && !one.prepares);
  for (const { run } of started.toReversed()) {
    const lacking = names.filter((name) => !found.has(name));
    if (lacking.length === 0) break;
    const path = recordPath(store, run);
    // A run that was killed has none.
    if (!existsSync(path)) continue;
    const record = readRecordFile(path);
    for (const name of lacking) {
      const why = whyOther(record, spec, name);
      if (why === undefined) found.set(name, record);
      else if (why !== '' && !others.has(name)) others.set(name, `Run ${run}: ${why}.`);
    }
  }
  const problems = names.flatMap((name) => {
    if (found.has(name)) return [];
    const other = others.get(name);
    const params = { experiment: name, file, runs: other === undefined ? [] : [other] };
    return [report(reportCodes, 'MED6031', params)];
  });
  if (problems.length > 0) throw new MedxError(problems);
  return found;
}

/** Undefined where the run is what the file says, empty where it is of something else altogether. */
function whyOther(record: RunRecord, spec: ResolvedSpec, name: string): string | undefined {
  const resolved = record.about.resolved as Partial<ResolvedSpec>;
  const [was, is] = [resolved.experiments, spec.experiments].map((list) =>
    list?.find((one) => one.name === name),
  );
  if (!was || !is || !record.experiments.some((one) => one.name === name)) return '';
  if (spelt(was) !== spelt(is)) return `it was of other settings${changesOf(resolved, spec, name)}`;
  return record.state === 'finished'
    ? undefined
    : `it ${record.state === 'failed' ? 'failed' : 'was stopped'}`;
}

/** Of the device nobody asks: `--device` says it for a machine. */
const spelt = (one: ResolvedExperiment) =>
  canonicalJson(JSON.parse(JSON.stringify({ ...one, engine: { ...one.engine, device: null } })) as Json);

/** `: quick.epochs 5 → 30, seeds …`: a few of the values that differ, run → file. */
function changesOf(
  { values: before = [] }: Partial<ResolvedSpec>,
  { values }: ResolvedSpec,
  name: string,
): string {
  const own = (list: ResolvedSpec['values']) =>
    new Map(
      list.flatMap(({ path, text }) =>
        path.startsWith(`${name}.`) ? [[path.slice(name.length + 1), text]] : [],
      ),
    );
  const [was, is] = [own(before), own(values)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (path) => was.get(path) !== is.get(path),
  );
  const texts = changed.slice(0, 3).map((path) => `${path} ${was.get(path) ?? '–'} → ${is.get(path) ?? '–'}`);
  return texts.length === 0 ? '' : `: ${texts.join(', ')}${changed.length > 3 ? ', …' : ''}`;
}
