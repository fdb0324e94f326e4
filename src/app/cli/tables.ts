/** Prints and saves the tables of run records: `--csv F`, `--markdown F`, `--latex F`, `--details`. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { answersOf } from '../../report/answers.ts';
import { renderComparisons } from '../../report/comparisons.ts';
import { renderCsv } from '../../report/csv.ts';
import { detailsOf, renderDetails } from '../../report/details.ts';
import { renderLatex } from '../../report/latex.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { ranksOver, renderRanks } from '../../report/over-datasets.ts';
import { renderSearches } from '../../report/searched.ts';
import { type Table, tablesOf } from '../../report/table.ts';
import { renderTable, type TextOptions } from '../../report/text.ts';
import type { RunAnswers } from '../../run/answers.ts';
import { guardStore } from '../../run/failures.ts';
import type { RunRecord } from '../../run/record.ts';

export interface TableOptions {
  readonly csv?: string;
  readonly markdown?: string;
  readonly latex?: string;
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
    if (options.details) printDetails(tables, [answers], how);
  }
  saveTables(tables, options);
}

/** Tables one below the other, and what they say together. */
export function printTables(tables: readonly Table[], how: TextOptions): void {
  printLines(tables.map((table) => renderTable(table, how)));
  const ranks = ranksOver(tables);
  if (ranks) printLines([renderRanks(ranks, how)]);
}

/** What every p is made of, what searches have chosen, then scores per class and confusion matrices. */
export function printDetails(tables: readonly Table[], runs: readonly RunAnswers[], how: TextOptions): void {
  const compared = tables.map((table) => renderComparisons(table, how));
  printLines(compared.filter((lines) => lines.length > 0));
  printLines(runs.flatMap((run) => renderSearches(run, how.color)));
  printLines(runs.flatMap(detailsOf).map((details) => renderDetails(details, how.color)));
}

export function saveTables(tables: readonly Table[], { csv, markdown, latex }: TableOptions): void {
  if (csv !== undefined) saveText(csv, renderCsv(tables));
  if (markdown !== undefined) saveText(markdown, renderMarkdown(tables, ranksOver(tables)));
  if (latex !== undefined) saveText(latex, renderLatex(tables, ranksOver(tables)));
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
