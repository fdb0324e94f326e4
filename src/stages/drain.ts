/**
 * Stage `drain`: log lines → templates and how often each occurs per case and window.
 *
 * With `fit: train` the tree is learnt from the lines of the training cases, in order of time; then every line of every
 * case, training lines too, is matched against the tree as it is at the end, so that all cases are counted by one rule.
 * `fit: all` learns from every case. A line that lies in two overlapping cases is learnt once and counted in both.
 *
 * Artefact: json `templates`, int32 array `counts` [n, 4] (case, window, row of `templates`, count; sorted), json
 * `unmatched` (lines without a template, per case), json `tree` (what was learnt, `DrainState`),
 * `tree.txt` (the same to be read and compared).
 */
import { writeFileSync } from 'node:fs';
import { stageKinds } from '../catalog/stages.ts';
import { type Database, sqlText } from '../data/database.ts';
import { createDrain, type Drain, type DrainState, type Template } from '../data/drain/drain.ts';
import { treeText } from '../data/drain/listing.ts';
import { type Mask, resolveMasks } from '../data/drain/masks.ts';
import { overlapGroups } from '../data/intervals.ts';
import { logCodes } from '../diagnostics/codes/log.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { CaseTable, Split } from './contracts.ts';
import type { StageContext, StageKind } from './stage.ts';
import { readCases, requireInput, withOrderedDatabase } from './telemetry.ts';

export type DrainParams = {
  readonly similarity: number;
  readonly depth: number;
  readonly children: number;
  readonly clusters: number;
  /** Names (`namedMasks`) or own patterns, applied in this order. */
  readonly masks: readonly (string | Mask)[];
  /** Characters that separate tokens besides white space. Default `_`, as the Medicine authors have it. */
  readonly delimiters?: string;
  readonly fit: 'train' | 'all';
};

/** Artefact file `templates`. */
export type Templates = readonly Template[];

/** Artefact file `unmatched`. */
export type Unmatched = {
  /** Lines of the case, by case. */
  readonly lines: readonly number[];
  /** Those that fit no template, by case. */
  readonly unmatched: readonly number[];
};

export const stage: StageKind<DrainParams> = {
  kind: 'drain',
  version: stageKinds.drain.version,
  cost: 'light',
  async run(params, context) {
    const drain = createDrain({
      similarity: params.similarity,
      depth: params.depth,
      children: params.children,
      clusters: params.clusters,
      delimiters: params.delimiters ?? '_',
      masks: resolveMasks(params.masks),
    });
    const lines = requireInput(context, 'lines').path('lines.parquet');
    const cases = readCases(context);
    const learnFrom =
      params.fit === 'train'
        ? requireInput(context, 'split').json<Split>('split').train
        : cases.cases.map((_, i) => i);

    const counted = await withOrderedDatabase(context, async (db) => {
      context.progress({ step: 0, steps: 2, note: `learn templates from ${learnFrom.length} cases` });
      await learn(db, drain, lines, cases, learnFrom);
      context.progress({ step: 1, steps: 2, note: `count ${drain.templates().length} templates` });
      return countTemplates(db, drain, lines, cases);
    });
    context.out.json('templates', drain.templates() satisfies Templates);
    const state = drain.save();
    context.out.json('tree', state);
    writeFileSync(context.out.path('tree.txt'), treeText(state));
    noticeEvicted(context, state);
    context.out.json('unmatched', counted.unmatched satisfies Unmatched);
    context.out.array('counts', { shape: [counted.counts.length / 4, 4], data: counted.counts });
    noticeUnmatched(context, counted.unmatched);
    context.progress({ step: 2, steps: 2 });
  },
};

/**
 * Learns the lines of some cases in order of time; lines that two of the cases share, once. Cases that overlap (a group of
 * them) are sorted together; a case by itself comes from the file in this order.
 */
async function learn(
  db: Database,
  drain: Drain,
  lines: string,
  table: CaseTable,
  from: readonly number[],
): Promise<void> {
  const chosen = [...from].sort((a, b) => a - b);
  const numbers = overlapGroups(chosen.flatMap((index) => intervalOf(table, index)));
  const groups: number[][] = [];
  // Groups are numbered in order of their first start.
  chosen.forEach((index, i) => {
    const number = numbers[i] ?? 0;
    groups[number] = [...(groups[number] ?? []), index];
  });
  for (const group of groups) await learnGroup(db, drain, lines, group);
}

function intervalOf({ cases }: CaseTable, id: number) {
  const row = cases[id];
  return row ? [{ id, start: row.start, end: row.end }] : [];
}

async function learnGroup(db: Database, drain: Drain, lines: string, from: readonly number[]): Promise<void> {
  // Of equal rows (time, instance, message) in one case each is a line of its own; the same row in a second case is not.
  let [time, instance, message] = [Number.NaN, '', ''];
  let [seenIn, copies, learnt] = [-1, 0, 0];
  const order = from.length > 1 ? 'ORDER BY time, instance, message, "case"' : '';
  await db.stream(
    `SELECT "case", time, instance, message FROM read_parquet(${sqlText(lines)})
     WHERE "case" >= ${from[0]} AND "case" <= ${from.at(-1)} AND "case" IN (${from.join(', ')}) ${order}`,
    ([caseColumn, timeColumn, instanceColumn, messageColumn], rows) => {
      if (!caseColumn || !timeColumn || !instanceColumn || !messageColumn) return;
      const [times, caseOf] = [timeColumn.doubles(), caseColumn.ints()];
      for (let row = 0; row < rows; row++) {
        const at = times[row] as number;
        const text = messageColumn.text(row);
        const by = instanceColumn.text(row);
        const inCase = caseOf[row] as number;
        if (at !== time || text !== message || by !== instance) {
          [time, instance, message] = [at, by, text];
          [seenIn, copies, learnt] = [inCase, 0, 0];
        } else if (inCase !== seenIn) {
          [seenIn, copies] = [inCase, 0];
        }
        copies++;
        if (copies <= learnt) continue;
        learnt = copies;
        drain.fit(text);
      }
    },
  );
}

/** Counts the templates of some lines. */
export async function countTemplates(
  db: Database,
  drain: Drain,
  lines: string,
  { cases, windows }: CaseTable,
): Promise<{ counts: Int32Array; unmatched: Unmatched }> {
  const templates = drain.templates();
  const rowOf = new Map(templates.map(({ id }, row) => [id, row] as const));
  const all = new Array<number>(cases.length).fill(0);
  const unmatched = new Array<number>(cases.length).fill(0);
  /** (case · windows + window) · templates + template → lines. Counting needs no order. */
  const found = new Map<number, number>();
  await db.stream(
    `SELECT "case", "window", message FROM read_parquet(${sqlText(lines)})`,
    ([caseColumn, windowColumn, messageColumn], rows) => {
      if (!caseColumn || !windowColumn || !messageColumn) return;
      const [caseOf, windowOf] = [caseColumn.ints(), windowColumn.ints()];
      for (let row = 0; row < rows; row++) {
        const inCase = caseOf[row] as number;
        all[inCase] = (all[inCase] ?? 0) + 1;
        const cluster = drain.match(messageColumn.text(row));
        const template = cluster === undefined ? undefined : rowOf.get(cluster);
        if (template === undefined) {
          unmatched[inCase] = (unmatched[inCase] ?? 0) + 1;
          continue;
        }
        const key = (inCase * windows + (windowOf[row] as number)) * templates.length + template;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    },
  );
  const keys = Float64Array.from(found.keys()).sort();
  const counts = new Int32Array(keys.length * 4);
  keys.forEach((key, i) => {
    const cell = Math.floor(key / templates.length);
    counts.set(
      [Math.floor(cell / windows), cell % windows, key % templates.length, found.get(key) ?? 0],
      4 * i,
    );
  });
  return { counts, unmatched: { lines: all, unmatched } };
}

export function noticeUnmatched(context: StageContext, { lines, unmatched }: Unmatched): void {
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);
  const missed = total(unmatched);
  if (missed === 0) return;
  const { code, message } = report(logCodes, 'MED3550', {
    lines: missed,
    all: total(lines),
    cases: unmatched.filter((n) => n > 0).length,
  });
  context.notice({ code, message, count: missed });
}

function noticeEvicted(context: StageContext, { lastId, clusters, options }: DrainState): void {
  const evicted = lastId - clusters.length;
  if (evicted === 0) return;
  const params = { evicted, made: lastId, clusters: options.clusters };
  const { code, message } = report(logCodes, 'MED3560', params);
  context.notice({ code, message, count: evicted });
}
