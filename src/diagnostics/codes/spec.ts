/** MED11xx names and files, 12xx settings and values, 13xx pipelines, 14xx experiments, 15xx `--set`. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';

const meant = (nearest: string | undefined) => (nearest ? { label: `did you mean \`${nearest}\`?` } : {});
const code = (words: readonly string[]) => words.map((word) => `\`${word}\``);
const known = (owner: string, names: readonly string[]) =>
  names.length > 0 ? [`${owner} ${listWords(names, 'and')}.`] : [];

export const specCodes = defineCodes({
  MED1101: {
    severity: 'error',
    say: (p: { found: string; nearest?: string; known: readonly string[] }) => ({
      message: `there is no block \`${p.found}\``,
      ...meant(p.nearest),
      notes: known('A file holds `import` and the blocks', code(p.known)),
    }),
  },
  MED1102: {
    severity: 'error',
    say: (p: { block: string; form: string }) => ({
      message: `\`${p.block}\` is not written like this`,
      fix: `Write \`${p.form}\`.`,
    }),
  },
  MED1103: {
    severity: 'error',
    say: (p: { kind: string; name: string }) => ({
      message: `${p.kind} \`${p.name}\` is defined twice`,
      label: 'second definition',
      fix: 'Give one of them another name.',
    }),
  },
  MED1104: {
    severity: 'error',
    say: (p: {
      kind: string;
      name: string;
      nearest?: string;
      known: readonly string[];
      imports: boolean;
    }) => ({
      message: `there is no ${p.kind} \`${p.name}\``,
      ...meant(p.nearest),
      notes:
        p.known.length > 0
          ? [`Defined: ${p.known.join(', ')}.`]
          : [`No ${p.kind} is defined${p.imports ? ' here or in the imported files' : ''}.`],
    }),
  },
  MED1110: {
    severity: 'error',
    say: (p: { path: string }) => ({
      message: `cannot import \`${p.path}\`: there is no such file`,
      notes: ['A path is relative to the file that imports.'],
    }),
  },
  MED1111: {
    severity: 'error',
    say: (p: { chain: readonly string[] }) => ({
      message: 'these files import each other',
      label: 'closes the circle',
      notes: [p.chain.join(' → ')],
      fix: 'Move what they share into a file of its own.',
    }),
  },
  MED1112: {
    severity: 'error',
    say: (p: { path: string; folder: string }) => ({
      message: `\`${p.path}\` lies outside ${p.folder}`,
      notes: [
        'A file imports only from the folder of the file that is run, so that the folder can be shared.',
      ],
    }),
  },
  MED1113: {
    severity: 'error',
    say: (p: { path: string; reason: string }) => ({ message: `cannot read \`${p.path}\`: ${p.reason}` }),
  },

  MED1201: {
    severity: 'error',
    say: (p: { owner: string; name: string; takes: string }) => ({
      message: `${p.owner} needs \`${p.name}\``,
      notes: [`\`${p.name}\` takes ${p.takes}.`],
    }),
  },
  MED1202: {
    severity: 'error',
    say: (p: { name: string; takes: string; found: string }) => ({
      message: `\`${p.name}\` takes ${p.takes}, found ${p.found}`,
    }),
  },
  MED1203: {
    severity: 'error',
    say: (p: { name: string; takes: string; found: string }) => ({
      message: `\`${p.name}\` is out of range`,
      label: `takes ${p.takes}`,
    }),
  },
  MED1204: {
    severity: 'error',
    say: (p: {
      owner: string;
      what: string;
      name: string;
      nearest?: string;
      known: readonly string[];
      cost?: string;
    }) => ({
      message: `${p.owner} has no ${p.what} \`${p.name}\``,
      ...meant(p.nearest),
      notes: [
        ...known(`${capital(p.owner)} ${p.what === 'step' ? 'has' : 'accepts'}`, p.known),
        ...(p.cost ? [p.cost] : []),
      ],
    }),
  },
  MED1205: {
    severity: 'error',
    say: (p: { name: string }) => ({
      message: `\`${p.name}\` is set twice`,
      label: 'second value',
      fix: 'Keep one of them.',
    }),
  },
  MED1206: {
    severity: 'error',
    say: (p: { name: string; found: string; unit: string; takes: string; fix?: string }) => ({
      message: p.unit ? `\`${p.name}\` takes ${p.takes}, not \`${p.unit}\`` : `\`${p.name}\` needs a unit`,
      ...(p.fix ? { label: p.fix } : {}),
      notes: p.unit ? [] : [`It takes ${p.takes}.`],
    }),
  },
  MED1207: {
    severity: 'error',
    say: (p: { name: string; found: string; nearest?: string; known: readonly string[] }) => ({
      message: `\`${p.name}\` cannot be \`${p.found}\``,
      ...meant(p.nearest),
      notes: [`It is ${listWords(code(p.known))}.`],
    }),
  },
  MED1208: {
    severity: 'error',
    say: (p: { call: string; name: string; nearest?: string; known: readonly string[] }) => ({
      message: `\`${p.call}\` has no argument \`${p.name}\``,
      ...meant(p.nearest),
      notes:
        p.known.length > 0 ? [`It accepts ${listWords(code(p.known), 'and')}.`] : ['It takes no arguments.'],
    }),
  },
  MED1209: {
    severity: 'error',
    say: (p: { call: string; name: string; takes: string }) => ({
      message: `\`${p.call}\` needs \`${p.name}\``,
      notes: [`\`${p.name}\` takes ${p.takes}.`],
    }),
  },
  MED1210: {
    severity: 'error',
    say: (p: { call: string; count: number }) => ({
      message: `\`${p.call}\` takes ${p.count === 0 ? 'no arguments' : `at most ${p.count} argument${p.count > 1 ? 's' : ''}`}`,
      label: 'one too many',
    }),
  },
  MED1211: {
    severity: 'error',
    say: (p: { text: string; reason: string }) => ({
      message: `\`${p.text}\` is no range`,
      label: p.reason,
    }),
  },
  MED1212: {
    severity: 'error',
    say: (p: { name: string; found: string }) => ({
      message: `\`${p.name}\` lists ${p.found} twice`,
      fix: 'Remove one of them.',
    }),
  },
  MED1213: {
    severity: 'error',
    say: (p: { key: string; takes: string }) => ({
      message: `\`${p.key}\` is not written like this`,
      fix: `Write \`${p.key} = …\` with ${p.takes}.`,
    }),
  },

  MED1301: {
    severity: 'error',
    say: (p: { name: string; nearest?: string; known: readonly string[] }) => ({
      message: `there is no step \`${p.name}\``,
      ...meant(p.nearest),
      notes: p.known.length > 0 ? [`Here would fit ${listWords(code(p.known))}.`] : [],
    }),
  },
  MED1302: {
    severity: 'error',
    say: (p: { left: string; gives: string; right: string; takes: readonly string[]; between?: string }) => ({
      message: `\`${p.right}\` cannot follow ${p.left}`,
      label: `takes ${listWords(code(p.takes))}`,
      notes: [`${capital(p.left)} gives \`${p.gives}\`.`],
      ...(p.between ? { fix: `Between them would fit \`${p.between}\`.` } : {}),
    }),
  },
  MED1303: {
    severity: 'error',
    say: (p: { modality: string; gives: string; wants: string; missing?: string }) => ({
      message: `the ${p.modality} pipeline stops too early`,
      label: `gives \`${p.gives}\``,
      notes: [`The fusion takes \`${p.wants}\`.`],
      ...(p.missing ? { fix: `Go on with \`-> ${p.missing}\`.` } : {}),
    }),
  },
  MED1304: {
    severity: 'error',
    say: (p: { first: string; second: string }) => ({
      message: `\`${p.second}\` cannot stand in for \`${p.first}\``,
      notes: ['What stands beside `else` has to take and give the same.'],
    }),
  },
  MED1305: {
    severity: 'error',
    say: (p: { found: string }) => ({
      message: `a pipeline is made of steps, found ${p.found}`,
    }),
  },
  MED1306: {
    severity: 'error',
    say: (p: { heads: number; dim: number; fits: readonly number[] }) => ({
      message: `${p.heads} heads do not divide dim = ${p.dim}`,
      notes: [`Heads that do: ${p.fits.join(', ')}.`],
    }),
  },
  MED1307: {
    severity: 'error',
    say: (p: { step: string }) => ({
      message: `\`${p.step}\` has nothing that could be absent`,
      notes: [
        '`else` names what stands in where a model or a dataset is not there: `bert("…") else hashed(768)`.',
      ],
    }),
  },

  MED1401: {
    severity: 'error',
    say: (p: { patch: string; target: string; model: string; nearest?: string; has: readonly string[] }) => ({
      message: `\`${p.model}\` has no \`${p.target}\``,
      ...meant(p.nearest),
      notes: [`\`${p.patch}\` can name ${listWords(code(p.has))}.`],
    }),
  },
  MED1402: {
    severity: 'error',
    say: (p: { model: string }) => ({
      message: `nothing is left of \`${p.model}\``,
      label: 'removes its last modality',
    }),
  },
  MED1403: {
    severity: 'error',
    say: (p: { name: string; setting: string; known: readonly string[] }) => ({
      message: `this version of medx has no \`${p.name}\` yet`,
      notes: [`\`${p.setting}\` knows ${listWords(code(p.known), 'and')}.`],
      fix: 'Remove it.',
    }),
  },
  MED1404: {
    severity: 'error',
    say: (p: { sum: string }) => ({
      message: `the shares of the split add up to ${p.sum}`,
      fix: 'Let train, valid and test add up to 100%.',
    }),
  },
  MED1405: {
    severity: 'error',
    say: (p: { length: string; window: string; below: string; above: string }) => ({
      message: `a case of ${p.length} is not a whole number of windows of ${p.window}`,
      notes: [`${p.below} or ${p.above} would be.`],
    }),
  },
  MED1406: {
    severity: 'error',
    say: (p: { experiment: string }) => ({
      message: `experiment \`${p.experiment}\` has no variant`,
      fix: 'Add `variant full = MODEL`.',
    }),
  },
  MED1407: {
    severity: 'error',
    say: (p: { model: string }) => ({
      message: `model \`${p.model}\` encodes no modality`,
      fix: 'Add `encode log = …`, `encode metric = …` or `encode trace = …`.',
    }),
  },
  MED1408: {
    severity: 'error',
    say: (p: { path: string }) => ({
      message: `\`${p.path}\` cannot be swept`,
      notes: [
        'A sweep changes settings of the model (`mao.alpha`, `dim`, `log.transformer.layers`) or of its training (`train.dropout`).',
      ],
    }),
  },
  MED1409: {
    severity: 'error',
    say: (p: { path: string; step: string; modality: string }) => ({
      message: `the ${p.modality} pipeline has ${p.step} more than once, so \`${p.path}\` does not say which`,
    }),
  },
  MED1410: {
    severity: 'error',
    say: (p: { model: string; path: string }) => ({
      message: `\`${p.model}\` has no \`mao\`, so \`${p.path}\` changes nothing`,
    }),
  },

  MED1411: {
    severity: 'error',
    say: (p: { side: string; simulated: string; wanted: string }) => ({
      message: `the simulation records only ${p.simulated} ${p.side} each injection, a case needs ${p.wanted}`,
      notes: ['The windows beyond would be empty.'],
      fix: `Write \`simulate(…, ${p.side}: ${p.wanted})\`, or a shorter case.`,
    }),
  },

  MED1501: {
    severity: 'error',
    say: () => ({
      message: '`--set` is not written like this',
      fix: 'Write `--set PATH=VALUE`, for example `--set d3.window=30s`.',
    }),
  },
  MED1502: {
    severity: 'error',
    say: (p: { path: string; nearest?: string; blocks: readonly string[] }) => ({
      message: `nothing in this file is called \`${p.path}\``,
      ...meant(p.nearest),
      notes: [
        `A path begins with the name of a block (${p.blocks.join(', ')}) or names a setting that only one of them has.`,
      ],
    }),
  },
  MED1503: {
    severity: 'error',
    say: (p: { path: string; candidates: readonly string[] }) => ({
      message: `\`${p.path}\` could be ${listWords(code(p.candidates))}`,
      fix: 'Write the block before it.',
    }),
  },
});

function capital(text: string): string {
  return text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
