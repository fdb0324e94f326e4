/** Turns what the system throws (full disk, no permission) into diagnostics. Leaves everything else as it is. */

import { runCodes } from '../diagnostics/codes/run.ts';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { type Diagnostic, MedxError, report } from '../diagnostics/diagnostic.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of this name is in the way',
  EIO: 'the device reports an input/output error',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOENT: 'it does not exist',
  ENXIO: 'it is a socket or a device that is not there',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'a name is too long',
  EFBIG: 'the file would be too large',
  EBUSY: 'it is in use',
};

/** A MedxError for an error of the file system, also one that a native library put into words; undefined for a bug. */
export function storeFailure(error: unknown, doing: string, path: string): MedxError | undefined {
  if (error instanceof MedxError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, path: at = path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /no space left on device|disk quota/i.test(error.message)) {
    return new MedxError(report(runCodes, 'MED4002', { path: at, doing }));
  }
  const reason =
    code === 'ENOENT' && syscall === 'mkdir' ? 'no folder can be made there' : reasons[code ?? ''];
  if (reason === undefined) return undefined;
  return new MedxError(
    report(runCodes, 'MED4001', { path: at, doing, reason, ...(at === path ? {} : { needed: path }) }),
  );
}

/** Runs `action`; a failure of the file system becomes a MedxError. */
export function guardStore<T>(doing: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeFailure(error, doing, path) ?? error;
  }
}

/** As V8, the system, and native libraries (DuckDB, ONNX Runtime) say it. */
function isOutOfMemory(error: unknown, message: string): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return (
    code === 'ENOMEM' ||
    code === 'ERR_MEMORY_ALLOCATION_FAILED' ||
    /out of memory|array buffer allocation failed|cannot allocate memory|failed to allocate memory|bad_alloc/i.test(
      message,
    )
  );
}

/** What a failed stage says: the user's mistake or the system's mishap as it is, a bug of medx as MED4010. */
export function stageFailure(
  error: unknown,
  label: string,
  artefact: string,
): { readonly diagnostics: readonly Diagnostic[]; readonly bug?: string } {
  const known = storeFailure(error, 'write', artefact);
  if (known) return { diagnostics: known.diagnostics };
  const message = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(error, message)) {
    return { diagnostics: [report(storeCodes, 'MED6101', { label, problem: message.split('\n')[0] ?? '' })] };
  }
  const bug = error instanceof Error ? (error.stack ?? message) : message;
  return { diagnostics: [report(runCodes, 'MED4010', { label, message })], bug };
}
