/**
 * Text → syntax tree, with every mistake of form: lexer, layout pass, parser. One mistake is reported once: of several
 * messages about the same line the one of the earliest pass is kept.
 */
import { syntaxCodes } from '../diagnostics/codes/syntax.ts';
import { type Diagnostic, report } from '../diagnostics/diagnostic.ts';
import { positionAt, type SourceFile } from '../text/source.ts';
import type { FileNode } from './ast.ts';
import { buildFile } from './build.ts';
import { EOF, type IRecognitionException, type IToken, Lexer, type TokenType } from './chevrotain.ts';
import { MedParser } from './grammar.ts';
import { layOut } from './layout.ts';
import * as t from './tokens.ts';

export interface ParseResult {
  readonly file: FileNode;
  readonly diagnostics: readonly Diagnostic[];
}

// Both keep nothing between two texts.
const lexer = new Lexer(t.vocabulary, { positionTracking: 'full', ensureOptimizations: false });
const parser = new MedParser();

export function parseFile(source: SourceFile): ParseResult {
  const found: Diagnostic[] = [];
  const at = (start: number, length: number) => ({
    span: { file: source.name, start, end: start + length },
  });

  const lexed = lexer.tokenize(source.text);
  for (const error of lexed.errors) {
    const text = source.text.slice(error.offset, error.offset + error.length);
    found.push(report(syntaxCodes, 'MED1003', { text }, at(error.offset, error.length)));
  }
  for (const comment of lexed.groups.mistakes ?? [])
    found.push(report(syntaxCodes, 'MED1004', undefined, at(comment.startOffset, 2)));
  for (const token of lexed.tokens)
    if (token.tokenType === t.OpenString)
      found.push(report(syntaxCodes, 'MED1002', undefined, at(token.startOffset, token.image.length)));

  const layout = layOut(source.name, lexed.tokens);
  found.push(...layout.diagnostics);
  const brokenAt = found.flatMap((d) => (d.span ? [d.span.start] : []));

  parser.input = layout.tokens;
  const root = parser.file();
  for (const error of parser.errors) {
    // A closer put in by the layout pass: its absence is reported already.
    if (error.token.image === '' && error.token.tokenType !== EOF) continue;
    // The statement in which reading stopped, even if what was read of it is whole.
    const last = previousOf(error, layout.tokens);
    if (last) brokenAt.push(last.startOffset);
    found.push(explain(error, last, source));
  }

  return {
    file: buildFile(source.name, source.text, root, brokenAt),
    diagnostics: oncePerLine(source, found),
  };
}

function explain(error: IRecognitionException, last: IToken | undefined, source: SourceFile): Diagnostic {
  const { token } = error;
  const ended = token.tokenType === EOF;
  const expected = expectation(error, last?.tokenType);
  // At the end of a line the place to mend is behind the last word, not at the first of a later line.
  const behind = last && (ended || startsLater(last, token)) ? last : undefined;
  const start = behind
    ? behind.startOffset + behind.image.length
    : ended
      ? source.text.length
      : token.startOffset;
  const found = ended
    ? source.name.startsWith('--')
      ? 'the end of the option'
      : 'the end of the file'
    : behind
      ? 'the end of the line'
      : quote(token);
  const length = behind || ended ? 1 : token.image.length;
  const span = { file: source.name, start, end: start + length };
  return report(syntaxCodes, 'MED1001', { expected, found }, { span });
}

/** The token in front of the one that did not fit. The exception's own is wrong where the parser had moved on. */
function previousOf(error: IRecognitionException, tokens: readonly IToken[]): IToken | undefined {
  const at = tokens.indexOf(error.token);
  return at < 0 ? tokens.at(-1) : tokens[at - 1];
}

function startsLater(previous: IToken, token: IToken): boolean {
  return (previous.endLine ?? 0) < (token.startLine ?? 0) && previous.image !== '';
}

/** What would have fitted, by the rule that failed. */
function expectation(error: IRecognitionException, previous: TokenType | undefined): string {
  const rule = error.context.ruleStack.at(-1);
  switch (rule) {
    case 'call':
      return previous === t.Comma || previous === t.LeftParen ? 'an argument or `)`' : 'a comma or `)`';
    case 'list':
      return previous === t.Comma || previous === t.LeftBracket ? 'a value or `]`' : 'a comma or `]`';
    case 'range':
    case 'quantity':
      return 'a number';
    case 'corruption':
    case 'amount':
      return '`corrupt log drop 30%`';
    case 'targets':
      return 'a name or a list of names';
    case 'assignment':
      return previous === t.With || previous === t.Comma ? '`setting = value`' : '`=` and a value';
    case 'block':
      return previous === t.Key ? 'a name, `=` or `{`' : 'a setting or `}`';
    case 'file':
      return previous === undefined
        ? '`med 1`'
        : previous === t.Key
          ? '`=` and a value, or a block'
          : 'a block';
    case 'term':
      return previous === t.Arrow ? 'a step' : 'a value';
    default:
      return 'a value';
  }
}

function quote(token: IToken): string {
  if (t.reservedWords.includes(token.image)) return `the reserved word \`${token.image}\``;
  return `\`${token.image}\``;
}

function oncePerLine(source: SourceFile, found: readonly Diagnostic[]): Diagnostic[] {
  const lines = new Set<number>();
  return found
    .filter((diagnostic) => {
      const line = positionAt(source, diagnostic.span?.start ?? 0).line;
      if (lines.has(line)) return false;
      lines.add(line);
      return true;
    })
    .toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}
