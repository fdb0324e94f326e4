/**
 * Masks: patterns whose matches are written `<:NAME:>` before a line is split, in the order given. An expression is only
 * run on lines that pass its gate (`gate.ts`); most lines cost nothing.
 */
import { maskName } from '../../catalog/masks.ts';
import { patternProblem } from '../../catalog/patterns/index.ts';
import { logCodes } from '../../diagnostics/codes/log.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { createGate, type Gate } from './gate.ts';

export type Mask = {
  /** Letters and digits; shown as `<:NAME:>` in templates. */
  readonly name: string;
  /** A JavaScript regular expression without flags. */
  readonly pattern: string;
};

/** The masks of the Medicine authors' drain3 configuration, in its order. */
export const medicineMasks: readonly Mask[] = [
  {
    name: 'IP',
    pattern: String.raw`((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)`,
  },
  { name: 'MID', pattern: String.raw`J\d{2}-U\d{2}` },
  { name: 'DTIME', pattern: String.raw`\d{4}-\d{2}-\d{2}-\d{2}\.\d{2}\.\d{2}\.\d{6}` },
  { name: 'HEX', pattern: '0[xX][a-zA-Z0-9?]+' },
  // Theirs is \[('[0-9A-Z]+'[ ]*,?[ ]*)+\], which takes time exponential in the length of a list that is cut off.
  { name: 'LIST', pattern: String.raw`\[('[0-9A-Z]+' *(?:, *)?)+\]` },
];

/** Masks for values that say where and when rather than what; each is whole, not part of a longer word. */
export const generalMasks: readonly Mask[] = [
  {
    name: 'UUID',
    pattern:
      '(?<![A-Za-z0-9])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![A-Za-z0-9])',
  },
  { name: 'ID', pattern: '(?<![A-Za-z0-9])[0-9a-f]{16,64}(?![A-Za-z0-9])' },
  { name: 'DATE', pattern: String.raw`(?<![A-Za-z0-9])\d{4}-\d{2}-\d{2}(?!\d)` },
  { name: 'CLOCK', pattern: String.raw`(?<![A-Za-z0-9])\d{1,2}:\d{2}:\d{2}([.,]\d+)?(?!\d)` },
  { name: 'NUM', pattern: String.raw`(?<![A-Za-z0-9_#.])-?\d+(\.\d+)?(?![A-Za-z0-9_])` },
];

/** Every mask that can be named. */
export const namedMasks: readonly Mask[] = [...medicineMasks, ...generalMasks];

/**
 * Masks from names and own patterns, in the order given.
 * @throws MedxError with every name that is not known (MED3504)
 */
export function resolveMasks(masks: readonly (string | Mask)[]): Mask[] {
  const faults: Diagnostic[] = [];
  const resolved: Mask[] = [];
  for (const mask of masks) {
    const found = typeof mask === 'string' ? namedMasks.find(({ name }) => name === mask) : mask;
    if (found) resolved.push(found);
    else
      faults.push(
        report(logCodes, 'MED3504', { name: String(mask), known: namedMasks.map(({ name }) => name) }),
      );
  }
  if (faults.length > 0) throw new MedxError(faults);
  return resolved;
}

export interface Masker {
  /** Advanced over the characters of a line by the reader of tokens; gives the `hits` below. */
  readonly gate: Gate;
  /** Whether any mask may match a line with these hits. */
  mayMatch(hits: number): boolean;
  /** The line with every match replaced. */
  apply(line: string, hits: number): string;
}

/**
 * Compiles masks.
 * @throws MedxError with every mask that has a bad name or pattern (MED3501, MED3502)
 */
export function compileMasks(masks: readonly Mask[]): Masker {
  const faults: Diagnostic[] = [];
  const patterns: RegExp[] = [];
  for (const { name, pattern } of masks) {
    if (!maskName.test(name)) faults.push(report(logCodes, 'MED3501', { name }));
    const problem = patternProblem(pattern);
    if (problem) faults.push(report(logCodes, 'MED3502', { name, pattern, problem }));
    else patterns.push(new RegExp(pattern, 'g'));
  }
  if (faults.length > 0) throw new MedxError(faults);

  const gate = createGate(masks.map(({ pattern }) => pattern));
  const always = gate.bits.some((bit) => bit === 0);
  const steps = masks.map(({ name }, index) => ({
    pattern: patterns[index] as RegExp,
    written: `<:${name}:>`,
    bit: gate.bits[index] as number,
  }));
  return {
    gate,
    mayMatch: (hits) => always || hits !== 0,
    apply(line, hits) {
      let masked = line;
      for (const { pattern, written, bit } of steps) {
        // What an earlier mask wrote may complete a match of a later one.
        if (bit === 0 || (hits & bit) !== 0 || masked !== line) masked = masked.replace(pattern, written);
      }
      return masked;
    },
  };
}
