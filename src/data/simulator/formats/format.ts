/** What a writer of a raw format is: it turns simulated cases into rows of files, and labels at the end. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../../disk/write.ts';
import type { SimulatedCase } from '../case.ts';
import type { Fault } from '../faults/draw.ts';
import type { FaultPlan } from '../faults/plan.ts';
import type { RawFile, RawFolder } from '../output.ts';
import type { Setup } from '../setup.ts';
import type { SpanIds } from '../spans.ts';

export interface FormatWriter {
  /** Adds the rows of a case. Cases come in order of time. */
  write(simulated: SimulatedCase): void;
  /** Ends files that no case from `epochSeconds` on is written to. */
  pass?(epochSeconds: number): Promise<void>;
  /** Writes the labels. */
  finish(): void;
}

export interface Format {
  /** Variants in circulation; the first is the default. */
  readonly layouts: Readonly<Record<string, string>>;
  open(folder: RawFolder, setup: Setup, layout: string): FormatWriter;
}

/** A small file written whole, as UTF-8. */
export function writeSmall(root: string, name: string, text: string): void {
  const path = join(root, name);
  makeFolder(dirname(path));
  writeFileSync(path, text);
}

/** The id of a span as hexadecimal digits: its two words. */
export function writeSpanId(file: RawFile, { span }: SpanIds, at: number): void {
  file.hex(span[2 * at] as number);
  file.hex(span[2 * at + 1] as number);
}

/** The id of a trace, twice as long: that of its root span, and its own. */
export function writeTraceId(file: RawFile, ids: SpanIds, trace: number): void {
  writeSpanId(file, ids, ids.root[trace] as number);
  file.hex(ids.tail[2 * trace] as number);
  file.hex(ids.tail[2 * trace + 1] as number);
}

export function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvText(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** The failure type in the words of `plan`; undefined where it has none for such a fault. */
export function wordFor(fault: Fault, setup: Setup, plan: FaultPlan): string | undefined {
  if (setup.plan.format === plan.format) return fault.failureType;
  const kind = fault.effects[0]?.kind;
  const mechanisms = plan.classes.flatMap((item) => item.mechanisms);
  return mechanisms.find((item) => item.kind === kind)?.failureType;
}
