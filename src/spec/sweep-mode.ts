/** Reads the head of `sweep ROW… each|cross|random(20)|halving(27)|tpe(30) { … }`. */
import { sweepModes } from '../catalog/blocks/sweeps.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Method } from '../search/method.ts';
import type { Statement } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import type { ResolvedPoint } from './resolved.ts';
import { callParts, readCall } from './settings.ts';

export type SweepMode =
  /** `draws`: an axis may be a range of which any number can be drawn. */
  | { readonly kind: 'each' | 'cross'; readonly draws: false }
  | { readonly kind: 'random'; readonly draws: true; readonly points: number; readonly seed: number }
  /** One row, whose jobs choose among the points that they try. */
  | { readonly kind: 'search'; readonly draws: true; readonly method: Method };

/** `sweep full no_mao each { … }`: a sweep for each of the rows. */
export function sweptApart(statement: Statement): Statement[] {
  const { key, words } = statement;
  const how = words.at(-1);
  if (key.text !== 'sweep' || words.length < 3 || !how) return [statement];
  return words.slice(0, -1).map((row) => ({ ...statement, words: [row, how] }));
}

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
  if (spec.name === 'each' || spec.name === 'cross') return { kind: spec.name, draws: false };
  const args = read.args as { points: number; eta: number; startup: number; seed?: number };
  const { points, eta, startup, seed = seedOf(`${context.path} ${row.text}`) } = args;
  if (spec.name === 'random') return { kind: 'random', draws: true, points, seed };
  const method: Method =
    spec.name === 'halving' ? { kind: 'halving', points, eta, seed } : { kind: 'tpe', points, startup, seed };
  return { kind: 'search', draws: true, method };
}

/** How points were found, where chance had a part: `random(20, seed: 7)`. */
export function describeDraw(mode: SweepMode): string | undefined {
  if (mode.kind === 'random') return `random(${mode.points}, seed: ${mode.seed})`;
  return mode.kind === 'search' ? describeMethod(mode.method) : undefined;
}

function describeMethod(method: Method): string {
  const more = method.kind === 'halving' ? `eta: ${method.eta}` : `startup: ${method.startup}`;
  return `${method.kind}(${method.points}, ${more}, seed: ${method.seed})`;
}

/** That points were drawn, from what, and who chose: once per sweep. */
export function drawNotes(
  rows: readonly { readonly point?: ResolvedPoint; readonly search?: unknown }[],
): string[] {
  const notes = rows.flatMap(({ point, search }) => {
    if (!point?.drawn) return [];
    const { of, drawn } = point;
    if (!search) return [`The points of \`${of}\` are drawn: \`${drawn}\`.`];
    return [
      `\`${of}\` is searched: \`${drawn}\`. Every job tries that many points and takes the one with the least loss on its own validation cases; test cases choose nothing. Times to fit are those of the chosen one.`,
    ];
  });
  return [...new Set(notes)];
}

/** A seed of a name: FNV-1a, 31 bits. */
function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 1;
}
