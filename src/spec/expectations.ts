/** Reads `expect [ROW] SCORE VALUE ± TOLERANCE`: what the mean of a row over its seeds should be. */
import { scoreWords } from '../catalog/scores.ts';
import { formatFraction } from '../catalog/units.ts';
import { expectationCodes } from '../diagnostics/codes/expectations.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Statement } from '../syntax/ast.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Context, note, within } from './context.ts';
import type { ResolvedExpectation } from './resolved.ts';
import { readValue } from './values.ts';

const form = 'expect full f1 0.826 ± 0.02';
const share = { kind: 'fraction', min: 0, max: 1 } as const;

/** Names of the experiment's rows; `whole` unless one of them could not be read, which is reported then. */
export interface RowNames {
  readonly names: readonly string[];
  readonly whole: boolean;
}

/** Without a name the first row is meant. */
export function readExpectations(
  forms: readonly Statement[],
  rows: RowNames,
  context: Context,
): ResolvedExpectation[] {
  const found = new Map<string, ResolvedExpectation>();
  for (const statement of forms.filter(({ key, broken }) => key.text === 'expect' && !broken)) {
    const one = readOne(statement, rows, context);
    if (!one) continue;
    const key = `${one.score} ${one.row}`;
    if (found.has(key)) {
      const params = { row: one.row, score: one.score };
      context.problems.add(report(expectationCodes, 'MED6012', params, { span: statement.key.span }));
    }
    found.set(key, one);
  }
  return [...found.values()];
}

function readOne(
  { key, words, value, block }: Statement,
  { names, whole }: RowNames,
  context: Context,
): ResolvedExpectation | undefined {
  const named = words.length === 5;
  const [score, expected, sign, tolerance] = named ? words.slice(1) : words;
  const row = named ? words[0] : undefined;
  const wrong =
    words.length < 4 ||
    words.length > 5 ||
    value ||
    block ||
    row?.kind === 'number' ||
    row?.kind === 'call' ||
    score?.kind !== 'name' ||
    sign?.kind !== 'name' ||
    sign.text !== '±';
  if (wrong || !expected || !tolerance) {
    const span = { ...key.span, end: words.at(-1)?.span.end ?? key.span.end };
    context.problems.add(report(specCodes, 'MED1102', { block: 'expect', form }, { span }));
    return undefined;
  }
  const name = row?.text ?? names[0];
  if (row && whole && !names.includes(row.text)) refuseRow(row.text, names, row.span, context);
  const meant = scoreWords.get(score.text);
  if (!meant) {
    const known = [...scoreWords.keys()];
    const nearest = nearestName(score.text, known);
    const params = { found: score.text, known, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(expectationCodes, 'MED6011', params, { span: score.span }));
  }
  const middle = readValue(share, 'expect', expected, context);
  const width = readValue(share, 'expect', tolerance, context);
  if (name === undefined || !meant || typeof middle !== 'number' || typeof width !== 'number')
    return undefined;
  const text = `${formatFraction(middle)} ± ${formatFraction(width)}`;
  note(within(context, `expect.${name}.${meant}`), text, context.placeOf(key.span));
  return { row: name, score: meant, value: middle, tolerance: width };
}

/** The experiment has rows of other names. */
export function refuseRow(row: string, rows: readonly string[], span: SourceSpan, context: Context): void {
  const nearest = nearestName(row, rows);
  const params = { row, rows, ...(nearest ? { nearest } : {}) };
  context.problems.add(report(expectationCodes, 'MED6010', params, { span }));
}
