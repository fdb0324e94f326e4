/**
 * Syntax tree → text in the usual layout: one setting a line, `=` aligned within a block, two blanks of indentation.
 * Parsing the text gives the same tree but for spans. Comments are not in the tree and are not printed.
 */
import type { Argument, FileNode, Patch, Statement, Value } from './ast.ts';

/** A pipeline longer than this is broken in front of an arrow. */
const width = 110;

export function printFile(file: FileNode): string {
  const groups: string[] = [];
  file.statements.forEach((statement, i) => {
    const text = printStatements([statement], '');
    const before = file.statements[i - 1];
    // Imports stand together.
    const joined = before && before.key.text === 'import' && statement.key.text === 'import';
    if (joined) groups[groups.length - 1] += `\n${text}`;
    else groups.push(text);
  });
  return `${groups.join('\n\n')}\n`;
}

function printStatements(statements: readonly Statement[], indent: string): string {
  const heads = statements.map((statement) =>
    [printKey(statement), ...statement.words.map(printValue)].join(' '),
  );
  const aligned = Math.max(0, ...heads.filter((_, i) => statements[i]?.value).map((head) => head.length));
  return statements
    .map((statement, i) => indent + printStatement(statement, heads[i]!, aligned, indent))
    .join('\n');
}

function printStatement(statement: Statement, head: string, aligned: number, indent: string): string {
  if (statement.block) {
    const { statements } = statement.block;
    if (statements.length === 0) return `${head} { }`;
    return `${head} {\n${printStatements(statements, `${indent}  `)}\n${indent}}`;
  }
  if (!statement.value) return head;
  const start = `${head.padEnd(aligned)} = `;
  return start + printLong(statement.value, indent.length + start.length);
}

/** A value that starts in a column; a pipeline that is too long goes on below its first step. */
function printLong(value: Value, column: number): string {
  const line = printValue(value);
  if (value.kind !== 'pipeline' || column + line.length <= width) return line;
  const lines: string[] = [];
  let current = '';
  for (const step of value.steps) {
    const text = printValue(step);
    const next = current ? `${current} -> ${text}` : text;
    if (current && column + next.length > width) {
      lines.push(current);
      current = `-> ${text}`;
    } else current = next;
  }
  return [...lines, current].join(`\n${' '.repeat(column)}`);
}

function printKey({ key }: Statement): string {
  return /^[A-Za-z_][\w.]*$/.test(key.text) ? key.text : quote(key.text);
}

export function printValue(value: Value): string {
  switch (value.kind) {
    case 'number':
      return `${printNumber(value.value)}${value.unit}${value.side ? ` ${value.side}` : ''}`;
    case 'string':
      return quote(value.text);
    case 'name':
      return value.text;
    case 'call':
      return `${value.name.text}(${value.args.map(printArgument).join(', ')})`;
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`;
    case 'range': {
      const dots = value.from.side || value.to.side ? ' .. ' : '..';
      const step = value.step ? ` step ${printValue(value.step)}` : '';
      return `${printValue(value.from)}${dots}${printValue(value.to)}${step}`;
    }
    case 'choice':
      return value.options.map(printValue).join(' else ');
    case 'pipeline':
      return value.steps.map(printValue).join(' -> ');
    case 'patched':
      return [printValue(value.base), ...value.patches.map(printPatch)].join(' ');
  }
}

function printArgument({ name, value }: Argument): string {
  return name ? `${name.text}: ${printValue(value)}` : printValue(value);
}

function printPatch(patch: Patch): string {
  if (patch.kind === 'with')
    return `with ${patch.settings.map((one) => `${printKey(one)} = ${one.value ? printValue(one.value) : ''}`).join(', ')}`;
  if (patch.kind === 'corrupt') return ['corrupt', ...patch.words.map(printValue)].join(' ');
  const names = patch.targets.map((target) => target.text);
  return `${patch.kind} ${names.length === 1 ? names[0] : `[${names.join(', ')}]`}`;
}

/** Without `+` in the exponent, which the language does not write. */
function printNumber(value: number): string {
  return String(value).replace('e+', 'e');
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
