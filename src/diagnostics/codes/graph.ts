/** MED16xx: the file is right, but what it names is not here. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { capital } from '../words.ts';

export const graphCodes = defineCodes({
  MED1601: {
    severity: 'error',
    say: (p: { dataset: string; reasons: readonly string[]; fetch?: string; standIn?: string }) => ({
      message: `the data of \`${p.dataset}\` is not here`,
      notes: p.reasons,
      fix: `${capital(
        listWords([
          ...(p.fetch ? [`get it with \`medx data fetch ${p.fetch}\``] : []),
          'put it there',
          'give another `--data-root`',
          ...(p.standIn ? [`name a stand-in in the file: \`${p.standIn}\``] : []),
        ]),
      )}.`,
    }),
  },
  MED1602: {
    severity: 'error',
    say: (p: { model: string; reason: string }) => ({
      message: `the text model \`${p.model}\` is not here`,
      notes: [p.reason],
      fix: 'Give a local folder, connect to the hub, or name a stand-in in the file: `bert("…") else hashed(768)`.',
    }),
  },
  MED1603: {
    severity: 'error',
    say: (p: { file: string }) => ({
      message: `\`${p.file}\` has no experiment, so there is nothing to run`,
      fix: 'Run a file with an `experiment` block.',
    }),
  },
  MED1604: {
    severity: 'error',
    say: (p: { executor: string; device: string; reason: string }) => ({
      message: `engine \`${p.executor}\` cannot run on device \`${p.device}\` here`,
      notes: [p.reason],
      fix: 'Write `device = auto` or `device = cpu`; `medx doctor` lists what was found.',
    }),
  },
});
