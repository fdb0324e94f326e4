/**
 * Where the files of `report` blocks may go. Whoever wrote a `.med` file says what they are called, so they stay below one folder,
 * go through no link, and take the place of nothing but an earlier report.
 */
import { closeSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { reportCodes } from '../../diagnostics/codes/reports.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { makeFolder, writeBeside } from '../../disk/write.ts';
import { csvStart } from '../../report/csv.ts';
import { markStart } from '../../report/shown.ts';
import { guardStore } from '../../run/failures.ts';
import type { ResolvedReport } from '../../spec/resolved.ts';

/** Throws MED6030 for every file that cannot be written below the folder, before anything is computed or written. */
export function checkReportFiles(reports: readonly ResolvedReport[], folder: string): void {
  const problems = reports.flatMap(({ name, write }) =>
    write.flatMap((path): Diagnostic[] => {
      const why = guardStore('read', join(folder, path), () => whyNot(folder, path));
      return why === undefined
        ? []
        : [report(reportCodes, 'MED6030', { path: join(folder, path), report: name, why })];
    }),
  );
  if (problems.length > 0) throw new MedxError(problems);
}

/** Writes beside and renames; makes the folders that it takes. */
export function writeReportFile(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  guardStore('write', file, () => {
    makeFolder(dirname(file));
    // Since the check somebody may have put a link there.
    if (relative(realpathSync(folder), realpathSync(dirname(file))).startsWith('..'))
      throw new MedxError(
        report(reportCodes, 'MED6030', { path: file, report: path, why: 'a folder on the way is a link' }),
      );
    writeBeside(file, text);
  });
}

function whyNot(folder: string, path: string): string | undefined {
  const parts = path.split('/');
  for (const [i, part] of parts.entries()) {
    const at = join(folder, ...parts.slice(0, i + 1));
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.isSymbolicLink()) return `\`${part}\` is a link`;
    if (i < parts.length - 1) {
      if (!found.isDirectory()) return `\`${part}\` is no folder`;
    } else if (!found.isFile()) return `\`${part}\` is no file`;
    else if (!isReport(at)) return 'a file is there that no report has written';
  }
  return undefined;
}

/** Markdown and LaTeX begin with a comment, a page has it in its head. */
const reportStart = new RegExp(`^(<!-- |% )${markStart}|<meta name="generator" content="${markStart}`);

/** By what files of reports begin with. */
function isReport(path: string): boolean {
  const bytes = Buffer.alloc(2048);
  const file = openSync(path, 'r');
  try {
    const start = bytes.toString('utf8', 0, readSync(file, bytes));
    return reportStart.test(start) || start.startsWith(csvStart);
  } finally {
    closeSync(file);
  }
}
