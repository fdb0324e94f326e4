/** MED13xx: pipelines; MED14xx: models, datasets and experiments. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { capital, code, meant } from '../words.ts';

export const modelCodes = defineCodes({
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
    say: (p: { model: string; path: string; way: string }) => ({
      message:
        p.way === 'none'
          ? `\`${p.model}\` has no \`mao\`, so \`${p.path}\` changes nothing`
          : `\`${p.model}\` is balanced by \`${p.way}\`, so \`${p.path}\` changes nothing`,
    }),
  },
  MED1417: {
    severity: 'error',
    say: (p: { variant: string; path: string; part: string; why: 'taken' | 'absent' | 'single' }) => {
      const reasons = {
        taken: `\`${p.variant}\` is without \`${p.part}\``,
        absent: `the model of \`${p.variant}\` does not encode \`${p.part}\``,
        single: `\`${p.variant}\` has one modality, which needs no balance`,
      };
      return {
        message: `${reasons[p.why]}, so \`${p.path}\` changes nothing`,
        fix: 'Remove it: the row would repeat the one without it.',
      };
    },
  },
  MED1416: {
    severity: 'error',
    say: (p: { fuse: string; fits: readonly string[]; profile?: string }) => ({
      message: `\`mao.heads = gates\` goes through the gates of the fusion, and \`${p.fuse}\` has none`,
      notes: [
        `Fusions with a gate per modality: ${listWords(code(p.fits), 'and')}.`,
        ...(p.profile ? [`\`profile = ${p.profile}\` sets \`mao.heads\`.`] : []),
      ],
      fix: 'Choose one of them, or `mao.heads = own`.',
    }),
  },
  MED1412: {
    severity: 'error',
    say: (p: { found: string; known: readonly string[]; nearest?: string }) => ({
      message: `\`corrupt\` knows no \`${p.found}\``,
      ...meant(p.nearest),
      notes: [`It can be followed by ${listWords(code(p.known))}: \`corrupt log drop 30%\`.`],
    }),
  },
  MED1413: {
    severity: 'error',
    say: (p: {
      found: string;
      subject: string;
      known: readonly string[];
      elsewhere: readonly string[];
      nearest?: string;
    }) => ({
      message: `\`corrupt ${p.subject}\` has no \`${p.found}\``,
      ...meant(p.nearest),
      notes: [
        `\`${p.subject}\` takes ${listWords(code(p.known))}.`,
        ...(p.elsewhere.length > 0 ? [`\`${p.found}\` is for ${listWords(code(p.elsewhere), 'and')}.`] : []),
      ],
    }),
  },
  MED1414: {
    severity: 'error',
    say: (p: { what: string; modality: string; who?: string }) => ({
      message: `${p.who ? `\`${p.who}\` does not read` : 'no variant reads'} \`${p.modality}\`, so \`${p.what}\` changes nothing`,
      fix: 'Remove it, or corrupt a modality that is read.',
    }),
  },
  MED1415: {
    severity: 'error',
    say: (p: { what: string; without?: string }) => ({
      message: `\`${p.what}\` leaves nothing to learn from`,
      label: 'all of it, at training',
      fix: p.without
        ? `Write \`${p.without}\`, or corrupt it at test only.`
        : 'Mask fewer instances, or mask them at test only.',
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
});
