/** The grammar as EBNF (W3C notation), from the parser itself: `grammar/med.ebnf` holds its answer. */
import { MedParser } from './grammar.ts';
import { reservedWords } from './tokens.ts';

/** A production as Chevrotain serialises it. */
interface Production {
  readonly type: string;
  readonly name?: string;
  readonly pattern?: string;
  readonly definition?: readonly Production[];
}

const intro = `/*
 * The grammar of language 1, from the parser. Only the shape is here: which blocks, settings, steps and units
 * exist is in language.md.
 *
 * Key is a Name or String that begins a statement: it starts a line (unless the line before ends in a sign or word
 * that goes on, such as -> , = else with), follows {, or stands before = after a finished value. So is 'corrupt' at the
 * beginning of a line, unless the line stands further in than the one it could go on from, which begins a statement with
 * a name, such as variant a = m. White space and comments, from # to the end of the line, may stand between any two tokens.
 */`;

export function grammarAsEbnf(): string {
  const rules = new MedParser().getSerializedGastProductions() as unknown as readonly Production[];
  const tokens = new Map<string, string>();
  const lines = rules.map(
    (rule) => `${rule.name!.padEnd(10)} ::= ${sequence(rule.definition ?? [], tokens)}`,
  );
  const terminals = [...tokens].map(([name, pattern]) => `${name.padEnd(10)} ::= ${pattern}`);
  return `${[intro, '', ...lines, '', ...terminals].join('\n')}\n`;
}

function sequence(parts: readonly Production[], tokens: Map<string, string>): string {
  return parts.map((part) => print(part, tokens)).join(' ');
}

function print(part: Production, tokens: Map<string, string>): string {
  const inner = () => sequence(part.definition ?? [], tokens);
  switch (part.type) {
    case 'NonTerminal':
      return part.name!;
    case 'Terminal':
      return terminal(part, tokens);
    case 'Option':
      return `${group(inner())}?`;
    case 'Repetition':
      return `${group(inner())}*`;
    case 'RepetitionMandatory':
      return `${group(inner())}+`;
    case 'Alternation':
      return `( ${(part.definition ?? []).map((one) => sequence(one.definition ?? [], tokens)).join(' | ')} )`;
    default:
      throw new Error(`the grammar uses ${part.type}, which EBNF is not written for`);
  }
}

/** Signs and reserved words as they are; classes of tokens by name. */
function terminal({ name, pattern = '' }: Production, tokens: Map<string, string>): string {
  const special: Record<string, string> = {
    Key: 'Name | String',
    Reserved: reservedWords.map((word) => `'${word}'`).join(' | '),
  };
  const fixed = !['Name', 'Number', 'String', 'Key', 'Reserved', 'PlusMinus'].includes(name!);
  if (fixed) return `'${pattern}'`;
  tokens.set(name!, special[name!] ?? `/${pattern}/`);
  return name!;
}

function group(text: string): string {
  return /^\w+$/.test(text) || /^\( .* \)$/.test(text) ? text : `( ${text} )`;
}
