/** Reads the head of `sweep ROW each|cross|random(20) { … }`. */
import { sweepModes } from '../catalog/blocks/sweeps.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { callParts, readCall } from './settings.ts';

export type SweepMode =
  /** `draws`: an axis may be a range of which any number can be drawn. */
  | { readonly kind: 'each' | 'cross'; readonly draws: false }
  | { readonly kind: 'random'; readonly draws: true; readonly points: number; readonly seed: number };

/** Undefined where something was reported. `form` is an example of the whole, for who wrote another. */
export function readSweepMode(statement: Statement, form: string, context: Context): SweepMode | undefined {
  const { words, key, block, broken } = statement;
  const [row, how] = words;
  const parts = how && callParts(how);
  const spec = sweepModes.find(({ name }) => name === parts?.name);
  if (row?.kind === 'name' && parts && !spec && words.length === 2 && block) {
    const known = sweepModes.map(({ name }) => name);
    const nearest = nearestName(parts.name, known);
    const params = { name: 'sweep', found: parts.name, known, ...(nearest ? { nearest } : {}) };
    context.problems.add(report(specCodes, 'MED1207', params, { span: parts.span }));
    return undefined;
  }
  if (row?.kind !== 'name' || !how || !parts || !spec || words.length !== 2 || !block) {
    if (!broken)
      context.problems.add(report(specCodes, 'MED1102', { block: 'sweep', form }, { span: key.span }));
    return undefined;
  }
  const quiet = { ...context, values: [] };
  const read = readCall(spec, parts.args, how.span, context.placeOf(how.span), new Map(), quiet);
  if (!read) return undefined;
  if (spec.name !== 'random') return { kind: spec.name === 'cross' ? 'cross' : 'each', draws: false };
  const { points, seed } = read.args as { points: number; seed?: number };
  return { kind: 'random', draws: true, points, seed: seed ?? seedOf(`${context.path} ${row.text}`) };
}

/** What every point of the sweep has in common, for the note below the tables. Nothing where none was drawn. */
export function describeDraw(mode: SweepMode): string | undefined {
  return mode.kind === 'random' ? `random(${mode.points}, seed: ${mode.seed})` : undefined;
}

/** A seed of a name: FNV-1a, 31 bits. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 1;
}
