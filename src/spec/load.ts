/** Reads a file and what it imports, and finds the named blocks. What stands inside the blocks is read elsewhere. */
import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { type BlockName, blockList, isBlockName, languageVersion } from '../catalog/index.ts';
import { specCodes } from '../diagnostics/codes/spec.ts';
import { syntaxCodes } from '../diagnostics/codes/syntax.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { FileNode, Ident, Statement } from '../syntax/ast.ts';
import { parseFile } from '../syntax/parse.ts';
import { createSourceFile, type SourceFile, type SourceSpan } from '../text/source.ts';
import type { Problems } from './context.ts';
import { whyRefused } from './refusal.ts';

/** How files are read; tests hand in texts. */
export interface Host {
  /** The text, or why there is none. */
  read(path: string): { readonly text: string } | { readonly missing: true } | { readonly reason: string };
}

export interface Definition {
  readonly kind: BlockName;
  readonly name: Ident;
  readonly statements: readonly Statement[];
  /** False for a block of an imported file. */
  readonly own: boolean;
}

export interface Program {
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly definitions: readonly Definition[];
}

export function loadProgram(entry: string, host: Host, problems: Problems): Program {
  const sources = new Map<string, SourceFile>();
  const definitions: Definition[] = [];
  const root = dirname(entry);

  const load = (path: string, from: SourceSpan | undefined, chain: readonly string[]): void => {
    if (sources.has(path)) return;
    const found = host.read(path);
    if (!('text' in found)) {
      const where = from ? { span: from } : { place: path };
      problems.add(
        'missing' in found
          ? from
            ? report(specCodes, 'MED1110', { path }, where)
            : report(specCodes, 'MED1113', { path, reason: 'there is no such file' })
          : report(specCodes, 'MED1113', { path, reason: found.reason }, where),
      );
      return;
    }
    const reason = whyRefused(found.text);
    if (reason !== undefined) {
      problems.add(report(specCodes, 'MED1113', { path, reason }, from ? { span: from } : { place: path }));
      return;
    }
    const source = createSourceFile(path, found.text);
    sources.set(path, source);
    const { file, diagnostics } = parseFile(source);
    const versionProblem = checkVersion(file, source);
    if (versionProblem) {
      problems.add(versionProblem);
      // Of a file in another language nothing else can be said.
      if (versionProblem.code === 'MED1008') return;
    }
    // Whoever forgot the first line is told so once.
    for (const diagnostic of diagnostics)
      if (!(versionProblem && diagnostic.span?.start === versionProblem.span?.start))
        problems.add(diagnostic);
    for (const statement of file.statements) {
      if (statement.key.text === 'med') continue;
      if (statement.key.text === 'import') follow(statement, path, [...chain, path]);
      else define(statement, path === entry);
    }
  };

  const follow = (statement: Statement, path: string, chain: readonly string[]): void => {
    const target = statement.words[0];
    if (statement.words.length !== 1 || target?.kind !== 'string' || statement.value || statement.block) {
      if (!statement.broken)
        problems.add(
          report(
            specCodes,
            'MED1102',
            { block: 'import', form: 'import "lib/file.med"' },
            { span: statement.key.span },
          ),
        );
      return;
    }
    const next = normalize(join(dirname(path), target.text));
    if (isAbsolute(target.text) || relative(root, next).startsWith('..')) {
      const folder = root === '.' ? 'the folder of this file' : `\`${root}\``;
      problems.add(report(specCodes, 'MED1112', { path: target.text, folder }, { span: target.span }));
      return;
    }
    if (chain.includes(next)) {
      const circle = [...chain.slice(chain.indexOf(next)), next].map((one) => basename(one));
      problems.add(report(specCodes, 'MED1111', { chain: circle }, { span: target.span }));
      return;
    }
    load(next, target.span, chain);
  };

  const define = (statement: Statement, own: boolean): void => {
    const { key, words } = statement;
    if (!isBlockName(key.text)) {
      const known = blockList.map((block) => block.name);
      const nearest = nearestName(key.text, [...known, 'import']);
      const params = { found: key.text, known, ...(nearest ? { nearest } : {}) };
      problems.add(report(specCodes, 'MED1101', params, { span: key.span }));
      return;
    }
    const name = words[0];
    if (words.length !== 1 || name?.kind !== 'name' || name.text.includes('.') || !statement.block) {
      if (!statement.broken)
        problems.add(
          report(
            specCodes,
            'MED1102',
            { block: key.text, form: `${key.text} NAME { … }` },
            { span: key.span },
          ),
        );
      return;
    }
    const twin = definitions.find((one) => one.kind === key.text && one.name.text === name.text);
    if (twin) {
      const related = [{ span: twin.name.span, message: 'First definition here.' }];
      problems.add(
        report(specCodes, 'MED1103', { kind: key.text, name: name.text }, { span: name.span, related }),
      );
      return;
    }
    definitions.push({ kind: key.text, name, statements: statement.block.statements, own });
  };

  load(entry, undefined, []);
  return { sources, definitions };
}

/** `med 1` has to be the first statement, so that later languages can be told apart. */
function checkVersion(file: FileNode, source: SourceFile) {
  const first = file.statements[0];
  const version = first?.words[0];
  if (first?.key.text !== 'med' || version?.kind !== 'number') {
    const start = Math.max(0, source.text.search(/\S/));
    const end = start + (/^\S+/.exec(source.text.slice(start))?.[0].length ?? 1);
    const span = first?.key.text === 'med' ? first.key.span : { file: file.name, start, end };
    return report(syntaxCodes, 'MED1007', undefined, { span });
  }
  if (version.value === languageVersion && version.unit === '' && first.words.length === 1) return undefined;
  const found = `${version.value}${version.unit}`;
  return report(syntaxCodes, 'MED1008', { found }, { span: version.span });
}
