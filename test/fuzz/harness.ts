/**
 * One round of the fuzz: a small sound data set, some of its files spoilt as the round's seed says, read by the stages that
 * read telemetry. A round is fine if every stage either ends or refuses with a diagnostic, and if no row is lost: rows
 * read + rows refused = rows in the files, counted apart by `count-rows.ts`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { stageKinds } from '../../src/catalog/stages.ts';
import { uniformAt } from '../../src/data/random.ts';
import { readers } from '../../src/data/readers/index.ts';
import { MedxError } from '../../src/diagnostics/diagnostic.ts';
import { type Modality, modalities } from '../../src/stages/contracts.ts';
import { runStages, stageNode } from '../support/run-stages.ts';
import type { BaseSet } from './base-sets.ts';
import { countRows } from './count-rows.ts';
import { mutations } from './mutations.ts';

export interface Round {
  readonly seed: number;
  readonly set: string;
  /** What was done to which file. */
  readonly spoilt: readonly string[];
  /** `read`, or the codes of the refusal. */
  readonly outcome: string;
  /** Rows of the tables that were counted and compared. */
  readonly rows: number;
  /** What must not be; absent for a round that is fine. */
  readonly fault?: string;
  /** What the refusal says. */
  readonly said?: string;
}

/** `folder` is emptied. */
export async function runRound(seed: number, sets: readonly BaseSet[], folder: string): Promise<Round> {
  let count = 0;
  const draw = () => uniformAt(seed, 77, count++);
  const below = (n: number) => Math.floor(draw() * n);
  const set = sets[below(sets.length)];
  if (!set) throw new Error('no set to spoil');
  rmSync(folder, { recursive: true, force: true });
  const root = join(folder, 'set');
  mkdirSync(folder, { recursive: true });
  cpSync(set.folder, root, { recursive: true });

  const reader = readers[set.format];
  if (!reader) throw new Error(`no reader ${set.format}`);
  const files = reader.find(root, set.options);
  const all = [...new Set([...files.labels, ...files.log, ...files.metric, ...files.trace])].sort();
  const spoilt: string[] = [];
  const kinds = Object.keys(mutations);
  for (let k = below(3); k >= 0; k--) {
    const file = all[below(all.length)] ?? '';
    const kind = kinds[below(kinds.length)] ?? '';
    const inside = draw() < 0.7;
    spoil(join(root, file), kind, inside, draw);
    spoilt.push(`${kind}${inside ? '' : ' (packed)'}: ${file}`);
  }
  const round = { seed, set: set.name, spoilt };
  try {
    return { ...round, ...(await readAll(set, folder)) };
  } catch (error) {
    if (error instanceof MedxError) {
      const codes = [...new Set(error.diagnostics.map(({ code }) => code))].join(' ');
      const empty = error.diagnostics.some(({ message }) => /undefined|\[object/.test(message));
      return {
        ...round,
        outcome: codes,
        said: error.diagnostics.map(({ place = '', message }) => `${place}: ${message}`).join(' | '),
        rows: 0,
        ...(empty ? { fault: `odd message: ${error.message}` } : {}),
      };
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...round, outcome: 'crash', rows: 0, fault: text };
  }
}

/** Within what a gzip file holds, or its packed bytes as they are. */
function spoil(path: string, kind: string, inside: boolean, draw: () => number): void {
  const bytes = readFileSync(path);
  const mutate = mutations[kind];
  if (!mutate) return;
  const packed = path.endsWith('.gz') && inside && bytes.length > 0;
  if (!packed) {
    writeFileSync(path, mutate(bytes, draw));
    return;
  }
  let plain: Buffer;
  try {
    plain = gunzipSync(bytes);
  } catch {
    // Spoilt before in this round.
    plain = bytes;
  }
  writeFileSync(path, gzipSync(mutate(plain, draw)));
}

const recordKinds = { log: 'lines', metric: 'samples', trace: 'spans' } as const;

async function readAll(set: BaseSet, folder: string): Promise<Pick<Round, 'outcome' | 'rows' | 'fault'>> {
  const dataset = {
    format: set.format,
    root: 'set',
    ...(Object.keys(set.options).length > 0 ? { options: set.options } : {}),
  };
  const cases = stageNode('cases', stageKinds.cases.version, { ...dataset, ...set.window });
  const options = { dataRoot: folder };
  const store = join(folder, 'store');
  const ran = await runStages([cases], store, options);
  const lost = ran.notices.filter(({ code }) => code === 'MED3120').map(({ message }) => message);
  if (lost.length > 0) return { outcome: 'lost', rows: 0, fault: lost.join('; ') };
  if (set.format === 'alerts') {
    const events = stageNode('events', stageKinds.events.version, dataset, { cases });
    await runStages([events], store, options);
    return { outcome: 'read', rows: 0 };
  }
  const files = readers[set.format]?.find(join(folder, 'set'), set.options);
  const { files: counts } = ran
    .artefact(cases)
    .json<{ files: Partial<Record<Modality, { rows: number; refused: number }>> }>('telemetry');
  let rows = 0;
  for (const modality of modalities) {
    const list = files?.[modality] ?? [];
    const counted = list.map((file) => countRows(join(folder, 'set', file)));
    const there = counted.reduce<number>((sum, n) => sum + (n ?? 0), 0);
    const told = counts[modality];
    if (told && told.refused > told.rows)
      return { outcome: 'read', rows, fault: `${modality}: ${told.refused} of ${told.rows} rows refused` };
    // A line of OTLP holds many records: its rows are no lines.
    if (!told || readers[set.format]?.nested || counted.includes(undefined)) continue;
    if (told.rows !== there)
      return {
        outcome: 'lost',
        rows,
        fault: `${modality}: the files have ${there} rows, ${told.rows} were read or refused`,
      };
    rows += there;
  }
  const refused: string[] = [];
  for (const modality of modalities) {
    if (!counts[modality]) continue;
    const kind = recordKinds[modality];
    try {
      await runStages([stageNode(kind, stageKinds[kind].version, dataset, { cases })], store, options);
    } catch (error) {
      if (!(error instanceof MedxError)) throw error;
      refused.push(...error.diagnostics.map(({ code }) => code));
    }
  }
  return { outcome: refused.length > 0 ? [...new Set(refused)].join(' ') : 'read', rows };
}
