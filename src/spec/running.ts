/** Which experiments run: those of the file itself, or the ones that `--experiment NAME` chooses. An option is its own source file. */
import { specCodes } from '../diagnostics/codes/spec.ts';
import { report } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/nearest.ts';
import type { Problems } from './context.ts';
import type { Definition } from './load.ts';

const prefix = '--experiment ';

/** In the order of the file. */
export function runningExperiments(
  chosen: readonly string[],
  definitions: readonly Definition[],
  problems: Problems,
): readonly Definition[] {
  const all = definitions.filter(({ kind }) => kind === 'experiment');
  const own = all.filter((one) => one.own);
  if (chosen.length === 0) return own;
  const known = own.map(({ name }) => name.text);
  for (const name of new Set(chosen)) {
    if (known.includes(name)) continue;
    const option = `${prefix}${name}`;
    const span = { file: option, start: prefix.length, end: option.length };
    const imported = all.find((one) => one.name.text === name);
    const nearest = nearestName(name, known);
    problems.add(
      imported
        ? notRunning(imported, span)
        : report(
            specCodes,
            'MED1104',
            { kind: 'experiment', name, known, imports: false, ...(nearest ? { nearest } : {}) },
            { span },
          ),
    );
  }
  return own.filter(({ name }) => chosen.includes(name.text));
}

/** That an option is about an experiment that does not run. */
export function notRunning({ own, name }: Definition, span: { file: string; start: number; end: number }) {
  const params = { name: name.text, ...(own ? {} : { file: name.span.file }) };
  return report(specCodes, 'MED1504', params, { span });
}
