/** Types and values in the words of messages and of `medx show`. */
import type { NumberRange, ValueType } from '../catalog/types.ts';
import { formatDuration, formatFraction } from '../catalog/units.ts';
import { listWords } from '../diagnostics/nearest.ts';
import { withArticle } from '../diagnostics/words.ts';
import type { Json } from '../stages/stage.ts';
import type { Value } from '../syntax/ast.ts';

/** What a type takes: `a number from 0 to 1`. */
export function describeType(type: ValueType): string {
  switch (type.kind) {
    case 'number':
      return `a ${type.integer ? 'whole ' : ''}number${describeRange(type, String)}`;
    case 'fraction':
      return `a share${describeRange(type, formatFraction)}, such as \`20%\`${type.all ? ', or `all`' : ''}`;
    case 'duration':
      return `a duration${describeRange(type, formatDuration)}, such as \`60s\``;
    case 'text':
      return 'text in quotes';
    case 'choice':
      return listWords(type.of.map((word) => `\`${word.name}\``));
    case 'reference':
      return `the name of ${withArticle(type.to)}`;
    case 'list':
      return `a list of ${describeItems(type.of)}`;
    case 'integers':
      return 'whole numbers, such as `1..5`, `[1, 2, 7]` or `3`';
    case 'mask':
      return listWords([...type.of.map((word) => `\`${word.name}\``), '`mask("NAME", "pattern")`']);
    case 'around':
      return 'an interval, such as `10m before .. 10m after`';
    case 'call':
      return listWords(type.of.map((call) => `\`${call.name}${call.args.length > 0 ? '(…)' : ''}\``));
  }
}

function describeItems(type: ValueType): string {
  if (type.kind === 'text') return 'texts in quotes';
  if (type.kind === 'reference') return `names of ${type.to}s`;
  if (type.kind !== 'choice') return `values, each ${describeType(type)}`;
  return listWords(
    type.of.map((word) => `\`${word.name}\``),
    'and',
  );
}

function describeRange(range: NumberRange, format: (value: number) => string): string {
  const { min, max, above, below } = range;
  if (min !== undefined && max !== undefined) return ` from ${format(min)} to ${format(max)}`;
  const low =
    min !== undefined ? `of at least ${format(min)}` : above !== undefined ? `above ${format(above)}` : '';
  const high =
    max !== undefined ? `at most ${format(max)}` : below !== undefined ? `below ${format(below)}` : '';
  if (low && high) return ` ${low} and ${high}`;
  return low || high ? ` ${low || (max !== undefined ? `of ${high}` : high)}` : '';
}

/** What was found in the place of a value. */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `the number ${value.value}${value.unit}`;
    case 'string':
      return `the text "${value.text}"`;
    case 'name':
      return `\`${value.text}\``;
    case 'call':
      return `\`${value.name.text}(…)\``;
    case 'list':
      return value.items.length === 0 ? 'an empty list' : 'a list';
    case 'range':
      return 'a range';
    case 'choice':
      return 'a choice with `else`';
    case 'pipeline':
      return 'a pipeline';
    case 'patched':
      return 'a patched model';
  }
}

/** A resolved value as a file would write it. */
export function formatValue(type: ValueType, value: Json): string {
  switch (type.kind) {
    case 'fraction':
      return type.all && value === 1 ? 'all' : formatFraction(Number(value));
    case 'duration':
      return formatDuration(Number(value));
    case 'text':
      return quoteText(String(value));
    case 'list':
      return `[${(value as readonly Json[]).map((item) => formatValue(type.of, item)).join(', ')}]`;
    case 'integers':
      return formatIntegers(value as readonly number[]);
    case 'mask': {
      if (typeof value === 'string') return value;
      const { name, pattern } = value as { name: string; pattern: string };
      return `mask(${quoteText(name)}, ${quoteText(pattern)})`;
    }
    case 'call': {
      const { call, args } = value as { call: string; args: { readonly [name: string]: Json } };
      const spec = type.of.find((one) => one.name === call);
      const given = spec?.args.filter(({ name }) => args[name] !== undefined) ?? [];
      const inner = given.map((arg) => `${arg.name}: ${formatValue(arg.type, args[arg.name] ?? null)}`);
      return inner.length > 0 ? `${call}(${inner.join(', ')})` : call;
    }
    case 'around': {
      const { before, after } = value as { before: number; after: number };
      return `${formatDuration(before)} before .. ${formatDuration(after)} after`;
    }
    case 'reference':
      return /^\w+$/.test(String(value)) ? String(value) : quoteText(String(value));
    default:
      return String(value);
  }
}

export function quoteText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function formatIntegers(values: readonly number[]): string {
  const first = values[0] ?? 0;
  const runs = values.length > 2 && values.every((value, i) => value === first + i);
  return runs ? `${first}..${values.at(-1)}` : `[${values.join(', ')}]`;
}
