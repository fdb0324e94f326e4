/** JSON files that are objects by key, as sets of extracted events have them. What the values mean is left to others. */
import { eventCodes } from '../../diagnostics/codes/events.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';
import { readText } from '../files.ts';
import { isObject } from './labels.ts';

const expected = 'one object of lists, each under the number of its failure';

/** The one file of a kind; undefined without any. Two would say everything twice, or contradict each other. */
export function onlyFile(files: readonly string[], what: string): string | undefined {
  const [first, second] = files;
  if (second === undefined) return first;
  const problem = `the set has more than one file of ${what}: ${files.join(', ')}`;
  throw new MedxError(
    report(eventCodes, 'MED3052', { problem, expected: 'one file of each kind' }, { place: second }),
  );
}

/** Entries in the order of the file. Throws `MedxError` if it is no object, or says one key twice. */
export function readKeyed(root: string, file: string): [key: string, value: unknown][] {
  const refuse = (problem: string) =>
    new MedxError(report(eventCodes, 'MED3052', { problem, expected }, { place: file }));
  const text = readText(root, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) throw refuse('not an object');
  const twice = repeatedKey(text);
  if (twice !== undefined) throw refuse(`the key ${twice} is there twice`);
  return Object.entries(value);
}

/** A key that the outermost object of valid JSON has twice: the parser would keep the last without a word. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let string = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      string = depth === 1 ? text.slice(start, i + 1) : '';
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ':' && depth === 1) {
      const key = String(JSON.parse(string));
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
