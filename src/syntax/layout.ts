/**
 * The layout pass, between lexer and parser. It marks the first name of a logical line as a key, which gives the parser
 * an anchor to go on from after a mistake, and it balances brackets, so that one that is missing costs one error.
 *
 * A name is a key where it starts a line (unless the line before clearly goes on), follows `{`, or stands in front of
 * `=` after a finished value: several settings may share a line. Leaves all other mistakes to the parser.
 */

import { syntaxCodes } from '../diagnostics/codes/syntax.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import { createTokenInstance, type IToken, type TokenType } from './chevrotain.ts';
import * as t from './tokens.ts';

export interface Layout {
  readonly tokens: IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

const closers = new Map<TokenType, TokenType>([
  [t.LeftBrace, t.RightBrace],
  [t.LeftParen, t.RightParen],
  [t.LeftBracket, t.RightBracket],
]);

/** After one of these a line goes on. */
const unfinished = new Set<TokenType>([
  t.Arrow,
  t.Comma,
  t.Colon,
  t.Equals,
  t.DotDot,
  t.Else,
  t.Only,
  t.Without,
  t.With,
  t.Step,
]);

const endsValue = new Set<TokenType>([
  t.Name,
  t.At,
  t.NumberLiteral,
  t.StringLiteral,
  t.OpenString,
  t.Before,
  t.After,
  t.RightParen,
  t.RightBracket,
  t.RightBrace,
]);

const isWord = (token: IToken | undefined): boolean =>
  token?.tokenType === t.Name || token?.tokenType === t.At || token?.tokenType === t.StringLiteral;

export function layOut(file: string, input: readonly IToken[]): Layout {
  const tokens: IToken[] = [];
  const diagnostics: Diagnostic[] = [];
  const open: IToken[] = [];
  /** Between a key and its `=` or `{`: further words belong to the statement. */
  let inHead = false;
  /** Column of the last key that started a line. */
  let margin = 0;
  /** Whether the last key began a statement that has a name, `variant a = …`: only such a value is a model to patch. */
  let named = false;
  /** The last word of a head whose `{` is missing. */
  let openAfter: IToken | undefined;

  const spanOf = (token: IToken) => ({
    file,
    start: token.startOffset,
    end: token.startOffset + token.image.length,
  });
  const innermost = () => open.at(-1)?.tokenType;
  const inBrackets = () => innermost() === t.LeftParen || innermost() === t.LeftBracket;

  /** Ends the innermost bracket in front of `anchor` and says that its closer is missing. */
  const closeFor = (anchor: IToken) => {
    const opener = open.pop()!;
    const closer = closers.get(opener.tokenType)!;
    const at = anchor.startOffset;
    tokens.push(createTokenInstance(closer, '', at, at - 1, 0, 0, 0, 0));
    diagnostics.push(
      report(
        syntaxCodes,
        'MED1005',
        { open: opener.image, close: String(closer.PATTERN) },
        { span: spanOf(opener) },
      ),
    );
  };

  const openFor = (key: IToken | undefined, name: IToken) => {
    const at = name.startOffset + name.image.length;
    const brace = createTokenInstance(t.LeftBrace, '{', at, at, 0, 0, 0, 0);
    tokens.push(brace);
    open.push(brace);
    inHead = false;
    const head = `${key?.image ?? ''} ${name.image}`;
    diagnostics.push(report(syntaxCodes, 'MED1009', { head }, { span: { file, start: at, end: at + 1 } }));
  };

  input.forEach((token, i) => {
    const previous = input[i - 1];
    const next = input[i + 1];
    const afterNext = input[i + 2];
    const startsLine = !previous || previous.endLine! < token.startLine!;
    const onLine = (other: IToken | undefined) => other?.startLine === token.startLine;
    const assigns = next?.tokenType === t.Equals;
    const names = onLine(next) && startsStatement(input, i);

    if (isWord(token)) {
      if (startsLine && (assigns || names)) while (inBrackets()) closeFor(token);
      // A named block at the left margin can only be a new one.
      if (
        startsLine &&
        token.startColumn === 1 &&
        isWord(next) &&
        onLine(next) &&
        afterNext?.tokenType === t.LeftBrace
      )
        while (open.length > 0) closeFor(token);
      if (!inBrackets() && isKey()) {
        tokens.push({ ...token, tokenType: t.Key, tokenTypeIdx: t.Key.tokenTypeIdx! });
        inHead = true;
        named = isWord(next) && afterNext?.tokenType === t.Equals;
        if (startsLine) margin = token.startColumn ?? 0;
        if (open.length === 0 && lacksBrace(input, i)) openAfter = next;
        return;
      }
    } else if (token.tokenType === t.Corrupt && !inBrackets() && startsCorruption()) {
      tokens.push({ ...token, tokenType: t.Key, tokenTypeIdx: t.Key.tokenTypeIdx! });
      inHead = true;
      named = false;
      if (startsLine) margin = token.startColumn ?? 0;
      return;
    } else if (closers.has(token.tokenType)) {
      open.push(token);
      inHead = false;
    } else if (token.tokenType === t.Equals) {
      inHead = false;
    } else if (isCloser(token)) {
      if (token.tokenType === t.RightBrace) while (inBrackets()) closeFor(token);
      const expected = closers.get(innermost()!);
      if (expected !== token.tokenType) {
        const fits = expected && inBrackets();
        diagnostics.push(
          report(
            syntaxCodes,
            'MED1006',
            { close: token.image, ...(fits ? { expected: String(expected.PATTERN) } : {}) },
            { span: spanOf(token) },
          ),
        );
        if (!fits) return;
        open.pop();
        tokens.push({ ...token, tokenType: expected, tokenTypeIdx: expected.tokenTypeIdx! });
        return;
      }
      open.pop();
      inHead = false;
    }
    tokens.push(token);
    if (token === openAfter) openFor(input[i - 1], token);

    /** `corrupt …` is a statement where it cannot go on from a model: further in than `variant a = …` it is a patch. */
    function startsCorruption(): boolean {
      if (!previous || previous.tokenType === t.LeftBrace || next?.tokenType === t.LeftBrace) return true;
      if (!startsLine) return false;
      return !named || previous.tokenType === t.RightBrace || (token.startColumn ?? 0) <= margin;
    }

    function isKey(): boolean {
      if (!previous) return true;
      // What goes on is written further in than what it goes on from.
      const outdented = names && (token.startColumn ?? 0) <= margin;
      if (startsLine) return assigns || outdented || !unfinished.has(previous.tokenType);
      if (previous.tokenType === t.LeftBrace) return true;
      if (assigns && (previous.tokenType === t.With || previous.tokenType === t.Comma)) return true;
      return !inHead && endsValue.has(previous.tokenType) && (assigns || names);
    }
  });

  const last = input.at(-1);
  const end = last ? last.startOffset + last.image.length : 0;
  while (open.length > 0) closeFor(createTokenInstance(t.RightBrace, '', end, end, 0, 0, 0, 0));
  return { tokens, diagnostics };
}

/** A word in front of `{`, of `word =`, `word {` or `word word {`: what a statement begins with. */
function startsStatement(input: readonly IToken[], at: number): boolean {
  const line = input[at]?.startLine;
  const type = (ahead: number) => {
    const token = input[at + ahead];
    return token?.startLine === line ? token?.tokenType : undefined;
  };
  if (type(1) === t.LeftBrace) return true;
  if (!isWord(input[at + 1])) return false;
  if (type(2) === t.Equals || type(2) === t.LeftBrace) return true;
  // `sweep full cross {`, `sweep full random(20) {`.
  return isWord(input[at + 2]) && (type(3) === t.LeftBrace || type(3) === t.LeftParen);
}

/** `dataset d3` alone at the left margin with an indented setting below: its `{` is missing. */
function lacksBrace(input: readonly IToken[], at: number): boolean {
  const [key, name, below, equals] = input.slice(at, at + 4);
  if (key?.startColumn !== 1 || !isWord(name) || name?.startLine !== key.startLine) return false;
  const indented = below?.startLine !== key.startLine && (below?.startColumn ?? 1) > 1;
  return indented && isWord(below) && (equals?.tokenType === t.Equals || startsStatement(input, at + 2));
}

function isCloser(token: IToken): boolean {
  return (
    token.tokenType === t.RightBrace || token.tokenType === t.RightParen || token.tokenType === t.RightBracket
  );
}
