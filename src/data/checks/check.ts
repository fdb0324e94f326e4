/**
 * What a check is: one small file that looks for one kind of problem and counts it. What every check may read is prepared
 * once by `stage.ts`; which checks there are is listed in `index.ts`.
 */
import { qualityCodes } from '../../diagnostics/codes/quality.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { CaseTable, Modality } from '../../stages/contracts.ts';
import type { Finding } from '../../stages/findings.ts';
import type { Database } from '../database.ts';
import { unmarked } from '../readers/pod.ts';
import type { LabelSet, Relation } from '../readers/reader.ts';
import type { Coverage } from '../windows/coverage.ts';

export interface CheckContext {
  readonly db: Database;
  readonly labels: LabelSet;
  /** Absent if no case can be cut: that is a finding of its own. */
  readonly table: CaseTable | undefined;
  /** The labels miss a modality as a whole: that is a finding of its own, too. */
  readonly missed: boolean;
  /** `FROM` clause of the staged records of each modality that has files; see `stage.ts` for its columns. */
  readonly staged: { readonly [modality in Modality]?: Staged };
  readonly coverage: { readonly [modality in Modality]?: Coverage };
  /** Folds of a cross-validation that every class should fill. */
  readonly folds: number;
}

export interface Staged {
  readonly from: string;
  readonly records: number;
  /** By the number in column `file`. */
  readonly files: readonly string[];
  readonly nameOf: Relation['nameOf'];
}

export interface DataCheck {
  readonly name: string;
  /** One line for the documentation. */
  readonly doc: string;
  /** It needs no staged records, so it can judge sets of extracted events too. */
  readonly labelsOnly?: true;
  run(context: CheckContext): Promise<Finding[]> | Finding[];
}

type Codes = typeof qualityCodes;

/** A finding with its number, an example, and the wording of the code table. */
export function finding<K extends keyof Codes & string>(
  code: K,
  params: Parameters<Codes[K]['say']>[0],
  count: number,
  example: string,
): Finding {
  const { severity, message, notes, fix } = report(qualityCodes, code, params as never);
  return {
    code,
    severity,
    message,
    count,
    example: unmarked(example),
    ...(notes && notes.length > 0 ? { notes } : {}),
    ...(fix ? { fix } : {}),
  };
}

export const timeText = (ms: number) => new Date(ms).toISOString().replace(/\.000Z$/, 'Z');

/** The staged modalities with their names, in a fixed order. */
export function stagedModalities(context: CheckContext): { modality: Modality; staged: Staged }[] {
  return (['log', 'metric', 'trace'] as const).flatMap((modality) => {
    const staged = context.staged[modality];
    return staged ? [{ modality, staged }] : [];
  });
}
