/** Every file that is made from the parser and the catalog, by its path. A test fails when one of them is stale. */
import { grammarAsEbnf } from '../syntax/ebnf.ts';
import { languageReference } from './reference.ts';
import { specSchema } from './schema.ts';
import { textMateGrammar } from './textmate.ts';

export function generatedFiles(): ReadonlyMap<string, string> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['grammar/med.ebnf', grammarAsEbnf()],
    ['grammar/language.md', languageReference()],
    ['grammar/med.tmLanguage.json', json(textMateGrammar())],
    ['schemas/spec.schema.json', json(specSchema())],
  ]);
}
