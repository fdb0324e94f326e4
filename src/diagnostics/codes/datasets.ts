/**
 * Codes 3301–3399: `medx data` and the manifest of a dataset. What `medx data check` finds in the data itself is in
 * `quality.ts` (34xx).
 */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code, known, meant, withArticle } from '../words.ts';

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
      message: `${withArticle(`${p.format} dataset`)} has no raw records to convert`,
      notes: ['expected logs, metrics or traces, not extracted events'],
    }),
  },
  MED3308: {
    severity: 'error',
    say: (p: { name: string; licence: string }) => ({
      message: `the licence of \`${p.name}\` is not accepted: nothing was fetched`,
      notes: [`its terms: ${p.licence}`],
      fix: `read them, then run \`medx data fetch ${p.name} --accept-licence\``,
    }),
  },
  MED3309: {
    severity: 'error',
    say: (p: { url: string; problem: string; target: string }) => ({
      message: `${p.problem}: ${p.url}`,
      notes: ['what has come is kept: the same command goes on from there'],
      fix: `or get the file by hand, put it at ${p.target} and run the command again`,
    }),
  },
  MED3310: {
    severity: 'error',
    say: (p: { url: string; expected: string; found: string }) => ({
      message: `not the file that is known: ${p.url}`,
      notes: [`expected ${p.expected}`, `found ${p.found}`],
      fix: 'it was removed; fetch it again, and if that does not help, the source has changed',
    }),
  },
  MED3311: {
    severity: 'error',
    say: (p: { needed: number | undefined; free: number; folder: string }) => ({
      message: p.needed === undefined ? 'the disk is full' : `not enough space in ${p.folder}`,
      notes:
        p.needed === undefined
          ? []
          : [`needed ${(p.needed / 1e9).toFixed(1)} GB`, `free ${(p.free / 1e9).toFixed(1)} GB`],
      fix: 'make room, or name another folder with --data-root or MEDX_DATA',
    }),
  },
  MED3312: {
    severity: 'error',
    say: (p: { problem: string }) => ({
      message: `the archive cannot be unpacked: ${p.problem}`,
      fix: 'remove it and fetch it again; if that does not help, do not trust it',
    }),
  },
  MED3313: {
    severity: 'error',
    say: (p: { name: string; byHand: readonly string[] }) => ({
      message: `\`${p.name}\` cannot be fetched without an account or a browser`,
      notes: p.byHand,
    }),
  },
  MED3314: {
    severity: 'error',
    say: (p: { name: string }) => ({
      message: `\`${p.name}\` is being fetched by another process`,
      fix: 'wait for it, or end it',
    }),
  },
});
