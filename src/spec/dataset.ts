/** Resolves a dataset block: source, windows, interval of a case, split. */
import { blocks } from '../catalog/index.ts';
import { formatDuration, formatFraction } from '../catalog/units.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { SourceSpan } from '../text/source.ts';
import { type Context, note, runsSeed, within } from './context.ts';
import { checkAlternatives, type WrittenSource } from './events.ts';
import { type Given, readBlock } from './given.ts';
import type { Definition } from './load.ts';
import type { ResolvedCall, ResolvedDataset, ResolvedSplit } from './resolved.ts';
import { readSettings } from './settings.ts';

/** Undefined where something was reported. */
export function resolveDataset(
  definition: Definition,
  overrides: readonly Given[],
  context: Context,
): ResolvedDataset | undefined {
  const name = definition.name.text;
  const owner = { text: `dataset \`${name}\``, span: definition.name.span };
  const contents = readBlock(blocks.dataset, owner.text, definition.statements, context);
  const given = new Map(contents.given);
  for (const override of overrides) given.set(override.path, override);
  const values = readSettings(blocks.dataset.settings, given, '', owner, context);
  const spanOf = (path: string): SourceSpan => {
    const one = given.get(path);
    return one?.value?.span ?? one?.key.span ?? owner.span;
  };

  const window = values.window as number | undefined;
  const around = values.case as { before: number; after: number } | undefined;
  const split = values.split as ResolvedCall | undefined;
  if (window !== undefined && around)
    checkWindows(
      window,
      around.before + around.after,
      spanOf(given.has('case') ? 'case' : 'window'),
      context,
    );
  const divided = split && readSplit(split, spanOf('split'), context);
  const drawn = split !== undefined && split.call !== 'temporal';
  if (drawn && split.args.seed === undefined) note(within(context, 'split.seed'), runsSeed, 'default');
  const from = values.from as readonly ResolvedCall[] | undefined;
  if (from) checkAlternatives(writtenSources(from, given.get('from'), owner.span), context);
  if (from && around) checkSimulated(from, around, spanOf('case'), context);
  const classes = values.classes as readonly string[] | undefined;
  if (window === undefined || !around || !divided || !from) return undefined;
  const paper = values.paper as string | undefined;
  return {
    name,
    from,
    window,
    ...around,
    split: divided,
    ...(classes ? { classes } : {}),
    ...(paper ? { paper } : {}),
  };
}

/** The first choice of `from`, and where the file has it. */
export function firstSource({ from }: ResolvedDataset, definition: Definition): WrittenSource | undefined {
  const statement = definition.statements.find(({ key }) => key.text === 'from');
  return writtenSources(from, statement, definition.name.span)[0];
}

/** Each alternative of `from` with its place. */
function writtenSources(
  from: readonly ResolvedCall[],
  given: Pick<Given, 'value'> | undefined,
  fallback: SourceSpan,
): WrittenSource[] {
  const value = given?.value;
  const options = value?.kind === 'choice' ? value.options : value ? [value] : [];
  return from.map((call, i) => ({ call, span: options[i]?.span ?? value?.span ?? fallback }));
}

function checkWindows(window: number, length: number, span: SourceSpan, context: Context): void {
  if (length % window === 0) return;
  const below = Math.floor(length / window) * window;
  const params = {
    length: formatDuration(length),
    window: formatDuration(window),
    below: formatDuration(Math.max(below, window)),
    above: formatDuration(below + window),
  };
  context.problems.add(report(specCodes, 'MED1405', params, { span }));
}

/** What the simulator does not write cannot be cut out of its files. */
function checkSimulated(
  from: readonly ResolvedCall[],
  around: { readonly before: number; readonly after: number },
  span: SourceSpan,
  context: Context,
): void {
  for (const { call, args } of from)
    for (const side of ['before', 'after'] as const) {
      const simulated = Number(args[side]);
      if (call !== 'simulate' || simulated >= around[side]) continue;
      const params = { side, simulated: formatDuration(simulated), wanted: formatDuration(around[side]) };
      context.problems.add(report(specCodes, 'MED1411', params, { span }));
    }
}

/** Undefined where the shares do not add up. */
function readSplit(
  { call, args }: ResolvedCall,
  span: SourceSpan,
  context: Context,
): ResolvedSplit | undefined {
  if (call !== 'published') {
    const { train, valid, test } = args as { train: number; valid: number; test: number };
    const sum = train + valid + test;
    if (Math.abs(sum - 1) > 1e-9) {
      context.problems.add(report(specCodes, 'MED1404', { sum: formatFraction(sum) }, { span }));
      return undefined;
    }
  }
  // Its arguments are those of the catalog, read and checked.
  return { kind: call, ...args } as unknown as ResolvedSplit;
}
