/**
 * Codes 3301–3399: `medx data` and the manifest of a dataset. What `medx data check` finds in the data itself is in
 * `quality.ts` (34xx).
 */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, known, meant } from '../words.ts';

export const datasetCodes = defineCodes({
  MED3301: {
    severity: 'error',
    say: (p: { given: string }) => ({
      message: `\`${p.given}\` names no dataset`,
      notes: [
        'expected a source, for example \'microservo("d3")\', or a file and one of its datasets, for example experiments/d3.med#d3',
        'a shell takes quotes away: put the whole source between single quotes',
      ],
      fix: '`medx data list` shows the sources that are here',
    }),
  },
  MED3302: {
    severity: 'error',
    say: (p: { file: string; known: readonly string[]; name?: string; nearest?: string }) => ({
      message:
        p.known.length === 0
          ? 'the file has no dataset'
          : p.name === undefined
            ? `the file has ${p.known.length} datasets: name one`
            : `the file has no dataset \`${p.name}\``,
      ...meant(p.nearest),
      notes: known('its datasets are', code(p.known)),
      ...(p.known[0] ? { fix: `write ${p.file}#${p.nearest ?? p.known[0]}` } : {}),
    }),
  },
  MED3303: {
    severity: 'error',
    say: (p: { problem: string; expected?: string; found?: string; nearest?: string }) => ({
      message: `dataset.yaml: ${p.problem}`,
      ...meant(p.nearest),
      notes: [
        ...(p.expected ? [`expected ${p.expected}`] : []),
        ...(p.found === undefined ? [] : [`found ${p.found}`]),
      ],
    }),
  },
  MED3304: {
    severity: 'error',
    say: (p: { name: string; known: readonly string[]; nearest?: string }) => ({
      message: `no public dataset \`${p.name}\` is known`,
      ...(p.nearest ? { notes: [`did you mean \`${p.nearest}\`?`] } : {}),
      fix: `known are ${listWords(code(p.known), 'and')}`,
    }),
  },
  MED3305: {
    severity: 'error',
    say: (p: { given: string }) => ({
      message: `\`${p.given}\` reads no files`,
      notes: ['a manifest lists the files of a dataset'],
      fix: 'write the simulated files with `medx data simulate`, and name their folder',
    }),
  },
  MED3306: {
    severity: 'error',
    say: (p: { path: string }) => ({
      message: `${p.path} is there already`,
      notes: ['nothing is overwritten'],
      fix: 'name another folder, or remove this one',
    }),
  },
  MED3307: {
    severity: 'error',
    say: (p: { format: string }) => ({
      message: `a ${p.format} dataset has no raw records to convert`,
      notes: ['expected logs, metrics or traces, not extracted events'],
    }),
  },
});
