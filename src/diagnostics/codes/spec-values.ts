/** MED12xx: settings and values. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { capital, code, known, meant } from '../words.ts';

export const valueCodes = defineCodes({
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
});
