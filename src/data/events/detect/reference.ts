/**
 * What is usual, as the detectors learn it: the windows before the fault of the training cases. Where a case begins with its
 * fault, all windows of the training cases.
 */
import type { CaseTable } from '../../../stages/contracts.ts';
import { sqlText } from '../../database.ts';

export interface DetectPlace {
  readonly table: CaseTable;
  /** Per case: may it be learnt from? */
  readonly fitted: readonly boolean[];
  /** First window after the fault. */
  readonly after: number;
  /** Where the windows to learn from end. */
  readonly usual: number;
}

/** The place of the fault in a case is read from the training cases; all cases are cut alike. */
export function detectPlace(table: CaseTable, fitted: readonly boolean[]): DetectPlace {
  const before = table.cases.find((_, index) => fitted[index]);
  const lead = before ? before.injected - before.start : 0;
  const after = Math.min(Math.max(0, Math.ceil(lead / table.windowMs)), table.windows);
  return { table, fitted, after, usual: after > 0 ? after : table.windows };
}

/** Records of a modality: those that may be learnt from, and those that events are looked for in, as SQL. */
export interface Records {
  readonly clean: string;
  /** Corrupted records of the cases `affected`, which stand for their clean ones. */
  readonly poor?: { readonly path: string; readonly affected: readonly number[] };
}

const file = (path: string) => `read_parquet(${sqlText(path)})`;
const oneOf = (cases: readonly number[]) => `"case" IN (${cases.join(', ') || '-1'})`;

export function learntFrom({ clean }: Records, { fitted }: DetectPlace): string {
  return `(SELECT * FROM ${file(clean)} WHERE ${oneOf(fitted.flatMap((yes, i) => (yes ? [i] : [])))})`;
}

export function lookedAt({ clean, poor }: Records): string {
  if (!poor) return file(clean);
  return `(SELECT * FROM ${file(clean)} WHERE NOT ${oneOf(poor.affected)} UNION ALL SELECT * FROM ${file(poor.path)})`;
}

/** Mean and deviation, by Welford's update. */
export class Moments {
  n = 0;
  mean = 0;
  private m2 = 0;

  add(x: number): void {
    const delta = x - this.mean;
    this.n++;
    this.mean += delta / this.n;
    this.m2 += delta * (x - this.mean);
  }

  get deviation(): number {
    return this.n > 0 ? Math.sqrt(this.m2 / this.n) : 0;
  }
}

/** How far a value is from the mean in deviations, a deviation being at least a tenth of the mean (DiagFusion's σ′). */
export function deviationsFrom(value: number, mean: number, deviation: number): number {
  const off = value - mean;
  // What moves by rounding alone has not moved.
  if (Math.abs(off) <= 1e-9 * Math.max(Math.abs(value), Math.abs(mean))) return 0;
  return off / Math.max(deviation, 0.1 * Math.abs(mean));
}

/** More deviations than this are an event. */
export const sigmas = 3;
