/** Prints and saves the tables of run records: `--csv F`, `--markdown F`, `--latex F`, `--details`. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { answersOf } from '../../report/answers.ts';
import { renderComparisons } from '../../report/comparisons.ts';
import { renderCsv } from '../../report/csv.ts';
import { detailsOf, renderDetails } from '../../report/details.ts';
import { renderLatex } from '../../report/latex.ts';
import { preformatted, renderMarkdown } from '../../report/markdown.ts';
import { ranksOver, renderRanks } from '../../report/over-datasets.ts';
import { renderSearches } from '../../report/searched.ts';
import { type Table, tablesOf } from '../../report/table.ts';
import { renderTable, type TextOptions } from '../../report/text.ts';
import type { RunAnswers } from '../../run/answers.ts';
import { guardStore } from '../../run/failures.ts';
import type { RunRecord } from '../../run/record.ts';

export interface TableOptions extends Omit<TableFiles, 'details'> {
  readonly details?: boolean;
}

export interface PrintTableOptions extends TextOptions {
  readonly print: boolean;
}

export function writeTables(record: RunRecord, options: TableOptions, how: PrintTableOptions): void {
  const answers = answersOf(record);
  const tables = tablesOf(answers, record.rows);
  if (how.print) {
    printTables(tables, how);
    if (options.details) printLines(detailBlocks(tables, [answers], how));
  }
  saveTables(tables, { ...options, details: options.details ? [answers] : [] });
}

/** Tables one below the other, and what they say together. */
export function printTables(tables: readonly Table[], how: TextOptions): void {
  printLines(tables.map((table) => renderTable(table, how)));
  const ranks = ranksOver(tables);
  if (ranks) printLines([renderRanks(ranks, how)]);
}

/** What every p is made of, what searches have chosen, then scores per class and confusion matrices. */
export function detailBlocks(
  tables: readonly Table[],
  runs: readonly RunAnswers[],
  how: TextOptions,
): string[][] {
  return [
    ...tables.map((table) => renderComparisons(table, how)).filter((lines) => lines.length > 0),
    ...runs.flatMap((run) => renderSearches(run, how.color)),
    ...runs.flatMap(detailsOf).map((details) => renderDetails(details, how.color)),
  ];
}

interface TableFiles {
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
  /** Runs whose details stand below the tables of the Markdown file; none by default. */
  readonly details?: readonly RunAnswers[];
}

export function saveTables(
  tables: readonly Table[],
  { csv, markdown, latex, details = [] }: TableFiles,
): void {
  if (csv !== undefined) saveText(csv, renderCsv(tables));
  if (latex !== undefined) saveText(latex, renderLatex(tables, ranksOver(tables)));
  if (markdown === undefined) return;
  const text = renderMarkdown(tables, ranksOver(tables));
  const below = details.length > 0 ? detailBlocks(tables, details, { width: 100, color: false }) : [];
  saveText(markdown, below.length > 0 ? `${text}\n${preformatted(below)}` : text);
}

/** Throws MED4001 or MED4002. */
export function saveText(path: string, text: string): void {
  guardStore('write', path, () => writeFileSync(path, text));
}

/** Before hours of training: can the files be written that are asked for at the end? Throws MED4001. */
export function checkTargets(paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path !== undefined) guardStore('write', path, () => accessSync(dirname(path), constants.W_OK));
  }
}

/** Blocks of lines with an empty line after each. */
export function printLines(blocks: readonly (readonly string[])[]): void {
  for (const lines of blocks) process.stdout.write(`${lines.join('\n')}\n\n`);
}
