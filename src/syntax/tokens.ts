/**
 * The tokens of the language. Vocabulary (blocks, settings, steps) is not here but in the catalog: all words are
 * `Name` tokens, so that a misspelt one still parses and can be given a suggestion.
 */
import { createToken, Lexer, type TokenType } from './chevrotain.ts';

/** A word, or a path of words: `window`, `mao.alpha`. */
export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/ });

/** The first word of a statement. The lexer never makes one: the layout pass turns names into keys. */
export const Key = createToken({ name: 'Key', pattern: Lexer.NA });

/** A number with an optional unit: `1e-4`, `60s`, `70%`. Which units exist is the catalog's business. */
export const NumberLiteral = createToken({
  name: 'Number',
  pattern: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:[A-Za-z]+|%)?/,
});

/** Text in double quotes on one line. `\"` is a quote and `\\` a backslash; any other backslash stands for itself. */
export const StringLiteral = createToken({ name: 'String', pattern: /"[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*"/ });

/** Text whose closing quote is missing. Reported, then taken as a string so that nothing else fails. */
export const OpenString = createToken({
  name: 'OpenString',
  pattern: /"[^"\\\n\r]*(?:\\.[^"\\\n\r]*)*(?="?)/,
  categories: [StringLiteral],
});

/** Any reserved word: as the name of an argument (`simulate(before: 4m)`) it is a name like others. */
export const Reserved = createToken({ name: 'Reserved', pattern: Lexer.NA });

const word = (name: string): TokenType =>
  createToken({
    name: name[0]!.toUpperCase() + name.slice(1),
    pattern: new RegExp(name),
    longer_alt: Name,
    categories: [Reserved],
  });

export const Else = word('else');
export const Only = word('only');
export const Without = word('without');
export const With = word('with');
export const Step = word('step');
export const Before = word('before');
export const After = word('after');
export const Corrupt = word('corrupt');

/** Begins the side of a corruption; anywhere else it is a name like others. */
export const At = createToken({ name: 'At', pattern: /at/, longer_alt: Name, categories: [Name] });

const sign = (name: string, text: string): TokenType => createToken({ name, pattern: text });

/** In front of a tolerance. */
export const PlusMinus = createToken({ name: 'PlusMinus', pattern: /±|\+-/ });

export const Arrow = sign('Arrow', '->');
export const DotDot = sign('DotDot', '..');
export const Equals = sign('Equals', '=');
export const Comma = sign('Comma', ',');
export const Colon = sign('Colon', ':');
export const LeftBrace = sign('LeftBrace', '{');
export const RightBrace = sign('RightBrace', '}');
export const LeftParen = sign('LeftParen', '(');
export const RightParen = sign('RightParen', ')');
export const LeftBracket = sign('LeftBracket', '[');
export const RightBracket = sign('RightBracket', ']');

/** From `#` to the end of the line. */
export const Comment = createToken({ name: 'Comment', pattern: /#[^\n\r]*/, group: 'comments' });

/** Other languages' comment. Reported, then skipped. */
export const SlashComment = createToken({ name: 'SlashComment', pattern: /\/\/[^\n\r]*/, group: 'mistakes' });

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });

/** The words that cannot name anything. */
export const reservedWords: readonly string[] = [
  'else',
  'only',
  'without',
  'with',
  'step',
  'before',
  'after',
  'corrupt',
];

/** Order matters: the lexer takes the first that matches. */
export const vocabulary: TokenType[] = [
  Space,
  Comment,
  SlashComment,
  Else,
  Only,
  Without,
  With,
  Step,
  Before,
  After,
  Corrupt,
  At,
  Name,
  Key,
  Reserved,
  PlusMinus,
  Arrow,
  NumberLiteral,
  StringLiteral,
  OpenString,
  DotDot,
  Equals,
  Comma,
  Colon,
  LeftBrace,
  RightBrace,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
];
