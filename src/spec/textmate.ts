/** A TextMate grammar for editors, from the catalog: `grammar/med.tmLanguage.json` holds its answer. */
import { blockList } from '../catalog/index.ts';
import { steps } from '../catalog/steps/index.ts';
import type { JsonObject } from '../stages/stage.ts';
import { reservedWords } from '../syntax/tokens.ts';

export function textMateGrammar(): JsonObject {
  const words = (list: readonly string[]) => `\\b(?:${[...new Set(list)].sort().join('|')})\\b`;
  const forms = blockList.flatMap((block) => block.forms.map((form) => form.key));
  const inner = blockList.flatMap((block) => block.blocks.map((one) => one.name));
  const rule = (name: string, match: string): JsonObject => ({ name: `${name}.med`, match });
  return {
    $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
    name: 'med',
    scopeName: 'source.med',
    fileTypes: ['med'],
    patterns: [
      rule('comment.line.number-sign', '#.*$'),
      rule('string.quoted.double', '"(?:[^"\\\\]|\\\\.)*"?'),
      rule(
        'keyword.control',
        words(['med', 'import', ...blockList.map((one) => one.name), ...forms, ...inner]),
      ),
      rule('keyword.operator.word', words([...reservedWords, 'each', 'cross'])),
      rule('constant.numeric', '-?\\b\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?(?:%|[A-Za-z]+)?'),
      rule('keyword.operator', '->|\\.\\.|=|±|\\+-'),
      rule('variable.parameter', '\\b[A-Za-z_]\\w*(?=\\s*:)'),
      rule('variable.other.property', '\\b[A-Za-z_][\\w.]*(?=\\s*=)'),
      rule('support.function', words(steps.map((step) => step.name))),
    ],
  };
}
