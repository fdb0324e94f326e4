/** Concrete syntax tree → syntax tree. Lenient: what did not parse is left out and its statement marked `broken`. */
import type { SourceSpan } from '../text/source.ts';
import type * as ast from './ast.ts';
import type { CstElement, CstNode, IToken } from './chevrotain.ts';

/** Builds the tree of a file. `brokenAt` are the offsets at which reading failed before the parser saw them. */
export function buildFile(
  file: string,
  text: string,
  root: CstNode,
  brokenAt: readonly number[],
): ast.FileNode {
  const build = new Builder(file, brokenAt);
  return {
    name: file,
    statements: nodes(root, 'statement').flatMap((node) => build.statement(node)),
    span: { file, start: 0, end: text.length },
  };
}

class Builder {
  private readonly file: string;
  private readonly brokenAt: readonly number[];

  constructor(file: string, brokenAt: readonly number[]) {
    this.file = file;
    this.brokenAt = brokenAt;
  }

  /** One statement, or none where even its key is missing. */
  statement(node: CstNode): ast.Statement[] {
    const key = tokens(node, 'Key')[0];
    if (!key) return [];
    const span = this.spanOf(node);
    const block = nodes(node, 'block')[0];
    const value =
      this.optional(nodes(node, 'value')[0], (n) => this.value(n)) ??
      this.optional(nodes(node, 'pipeline')[0], (n) => this.pipeline(n));
    const head = block ? { start: span.start, end: this.spanOf(block).start } : span;
    const hurt = this.brokenAt.some((offset) => offset >= head.start && offset < head.end);
    const promised = tokens(node, 'Equals').length > 0 && !value;
    return [
      {
        key: this.ident(key),
        words: nodes(node, 'word').flatMap((n) => this.word(n)),
        ...(value ? { value } : {}),
        ...(block ? { block: this.block(block) } : {}),
        broken: hurt || promised || isBroken(node, block),
        span,
      },
    ];
  }

  private block(node: CstNode): ast.Block {
    return {
      statements: nodes(node, 'statement').flatMap((n) => this.statement(n)),
      span: this.spanOf(node),
    };
  }

  private word(node: CstNode): ast.Word[] {
    const call = nodes(node, 'call')[0];
    if (call) {
      const value = this.call(call);
      return value ? [value] : [];
    }
    const token = allTokens(node)[0];
    return token ? [this.leaf(token)] : [];
  }

  private leaf(token: IToken): ast.Word {
    if (token.tokenType.name === 'Number') return this.number(token);
    if (token.tokenType.name === 'String' || token.tokenType.name === 'OpenString')
      return { kind: 'string', text: unquote(token.image), span: this.tokenSpan(token) };
    if (token.tokenType.name === 'PlusMinus') return { kind: 'name', text: '±', span: this.tokenSpan(token) };
    return { kind: 'name', text: token.image, span: this.tokenSpan(token) };
  }

  private number(token: IToken, side?: 'before' | 'after', end?: IToken): ast.NumberValue {
    const [, digits, unit] = /^(.*?\d(?:[eE][+-]?\d+)?)([A-Za-z%]*)$/.exec(token.image)!;
    const span = this.tokenSpan(token);
    return {
      kind: 'number',
      value: Number(digits),
      unit: unit!,
      ...(side ? { side } : {}),
      span: end ? { ...span, end: this.tokenSpan(end).end } : span,
    };
  }

  private value(node: CstNode): ast.Value | undefined {
    const base = this.optional(nodes(node, 'pipeline')[0], (n) => this.pipeline(n));
    const patches = nodes(node, 'patch').flatMap((n) => this.patch(n));
    if (!base || patches.length === 0) return base;
    return { kind: 'patched', base, patches, span: this.spanOf(node) };
  }

  private pipeline(node: CstNode): ast.Value | undefined {
    const steps = nodes(node, 'choice').flatMap((n) => this.choice(n) ?? []);
    return steps.length > 1 ? { kind: 'pipeline', steps, span: this.spanOf(node) } : steps[0];
  }

  private choice(node: CstNode): ast.Value | undefined {
    const options = nodes(node, 'term').flatMap((n) => this.term(n) ?? []);
    return options.length > 1 ? { kind: 'choice', options, span: this.spanOf(node) } : options[0];
  }

  private term(node: CstNode): ast.Value | undefined {
    const text = tokens(node, 'String')[0] ?? tokens(node, 'OpenString')[0];
    if (text) return { kind: 'string', text: unquote(text.image), span: this.tokenSpan(text) };
    return (
      this.optional(nodes(node, 'range')[0], (n) => this.range(n)) ??
      this.optional(nodes(node, 'call')[0], (n) => this.call(n)) ??
      this.optional(nodes(node, 'list')[0], (n) => this.list(n))
    );
  }

  private range(node: CstNode): ast.Value | undefined {
    const [from, to] = nodes(node, 'quantity').flatMap((n) => this.quantity(n));
    if (!from || !to) return from;
    const step = tokens(node, 'Number')[0];
    return { kind: 'range', from, to, ...(step ? { step: this.number(step) } : {}), span: this.spanOf(node) };
  }

  private quantity(node: CstNode): ast.NumberValue[] {
    const number = tokens(node, 'Number')[0];
    const side = tokens(node, 'Before')[0] ?? tokens(node, 'After')[0];
    if (!number) return [];
    return [this.number(number, side ? (side.image as 'before' | 'after') : undefined, side)];
  }

  private call(node: CstNode): ast.NameValue | ast.CallValue | undefined {
    const name = tokens(node, 'Name')[0];
    if (!name) return undefined;
    if (tokens(node, 'LeftParen').length === 0)
      return { kind: 'name', text: name.image, span: this.tokenSpan(name) };
    const args = nodes(node, 'argument').flatMap((n) => this.argument(n));
    return { kind: 'call', name: this.ident(name), args, span: this.spanOf(node) };
  }

  private argument(node: CstNode): ast.Argument[] {
    const name = tokens(node, 'Name')[0] ?? tokens(node, 'Reserved')[0];
    const value = this.optional(nodes(node, 'value')[0], (n) => this.value(n));
    return value ? [{ ...(name ? { name: this.ident(name) } : {}), value }] : [];
  }

  private list(node: CstNode): ast.ListValue {
    const items = nodes(node, 'value').flatMap((n) => this.value(n) ?? []);
    return { kind: 'list', items, span: this.spanOf(node) };
  }

  private patch(node: CstNode): ast.Patch[] {
    const span = this.spanOf(node);
    if (tokens(node, 'With').length > 0) {
      const settings = nodes(node, 'assignment').flatMap((n) => this.statement(n));
      return [{ kind: 'with', settings, span }];
    }
    const corruption = nodes(node, 'corruption')[0];
    if (corruption) return [{ kind: 'corrupt', words: this.corruptionWords(corruption), span }];
    const kind = tokens(node, 'Only').length > 0 ? 'only' : 'without';
    const targets = nodes(node, 'targets').flatMap((n) =>
      tokens(n, 'Name').map((t): ast.NameValue => ({ kind: 'name', text: t.image, span: this.tokenSpan(t) })),
    );
    return targets.length > 0 ? [{ kind, targets, span }] : [];
  }

  private corruptionWords(node: CstNode): ast.Word[] {
    const [what, how, side] = tokens(node, 'Name').map((token) => this.leaf(token));
    const amount = nodes(node, 'amount').flatMap((one) => allTokens(one).map((token) => this.leaf(token)));
    const at = tokens(node, 'At').map((token) => this.leaf(token));
    return [what, how, ...amount, ...at, side].filter((word) => word !== undefined);
  }

  private ident(token: IToken): ast.Ident {
    const text = token.image.startsWith('"') ? unquote(token.image) : token.image;
    return { text, span: this.tokenSpan(token) };
  }

  private optional<T>(node: CstNode | undefined, build: (node: CstNode) => T | undefined): T | undefined {
    return node ? build(node) : undefined;
  }

  private tokenSpan(token: IToken): SourceSpan {
    return { file: this.file, start: token.startOffset, end: token.startOffset + token.image.length };
  }

  private spanOf(node: CstNode): SourceSpan {
    const { startOffset = Number.NaN, endOffset = Number.NaN } = node.location ?? {};
    if (Number.isFinite(startOffset) && Number.isFinite(endOffset))
      return { file: this.file, start: startOffset, end: endOffset + 1 };
    // Of a node that did not parse in full the parser may not know the place.
    const all = allTokens(node).filter((token) => token.image !== '');
    const start = Math.min(...all.map((token) => token.startOffset));
    const end = Math.max(...all.map((token) => token.startOffset + token.image.length));
    return all.length > 0 ? { file: this.file, start, end } : { file: this.file, start: 0, end: 0 };
  }
}

const isNode = (element: CstElement): element is CstNode => 'children' in element;

function nodes(node: CstNode, rule: string): CstNode[] {
  return (node.children[rule] ?? []).filter(isNode);
}

function tokens(node: CstNode, name: string): IToken[] {
  return (node.children[name] ?? []).filter((element): element is IToken => !isNode(element));
}

function allTokens(node: CstNode): IToken[] {
  return Object.values(node.children)
    .flat()
    .flatMap((element) => (isNode(element) ? allTokens(element) : [element]));
}

/** A statement is broken where its own words or value failed, not where a statement of its block did. */
function isBroken(node: CstNode, block: CstNode | undefined): boolean {
  if (node.recoveredNode) return true;
  return Object.values(node.children)
    .flat()
    .some((child) => isNode(child) && child !== block && isBroken(child, undefined));
}

function unquote(image: string): string {
  const closed = image.length > 1 && image.endsWith('"');
  return image.slice(1, closed ? -1 : undefined).replace(/\\(["\\])/g, '$1');
}
