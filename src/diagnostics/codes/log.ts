/** Codes 3500–3599: log parsing and text embedding. 350x are settings, 352x models, 353x what is asked of the store, 355x and 356x are counted and shown. */
import { defineCodes } from '../diagnostic.ts';

export type MaskProblem = {
  readonly what: 'no expression' | 'matches nothing' | 'exponential' | 'backreference' | 'too large';
  readonly detail?: string;
};

const maskWords: Readonly<
  Record<
    MaskProblem['what'],
    (detail: string) => { readonly message: string; readonly note?: string; readonly fix?: string }
  >
> = {
  'no expression': (detail) => ({ message: `is not a regular expression: ${detail}` }),
  'matches nothing': () => ({
    message: 'can match the empty text',
    note: 'It would be written between all characters of every line.',
    fix: 'Let it match at least one character: `+` instead of `*`.',
  }),
  exponential: () => ({
    message: 'can take time exponential in the length of a line',
    note: 'Some text can be read in several ways by a part that is repeated, as in `(a+)+` or `(a|a)+`; before a line that does not match is given up, all of them are tried.',
    fix: 'Let each repetition begin with something that the one before cannot end with: `[0-9]+(,[0-9]+)*`.',
  }),
  backreference: () => ({
    message: 'refers back to a group',
    note: 'How long such an expression takes cannot be told beforehand.',
  }),
  'too large': () => ({
    message: 'is too large to be checked',
    note: 'Repeats are written out: `{1,1000}` of a group of ten characters is ten thousand.',
    fix: 'Use `+` or smaller counts.',
  }),
};

export const logCodes = defineCodes({
  MED3501: {
    severity: 'error',
    say: (p: { name: string }) => ({
      message: `mask name \`${p.name}\` is not made of letters and digits`,
      notes: [`A match is written \`<:NAME:>\` in the templates; other characters would split or hide it.`],
      fix: 'Use a name such as `IP` or `UUID`.',
    }),
  },
  MED3502: {
    severity: 'error',
    say: (p: { name: string; pattern: string; problem: MaskProblem }) => {
      const { message, note, fix } = maskWords[p.problem.what](p.problem.detail ?? '');
      return {
        message: `mask \`${p.name}\` ${message}`,
        notes: [
          `Found the pattern \`${p.pattern}\`. Patterns are JavaScript regular expressions without flags.`,
          ...(note ? [note] : []),
        ],
        ...(fix ? { fix } : {}),
      };
    },
  },
  MED3503: {
    severity: 'error',
    say: (p: { setting: string; found: string; expected: string }) => ({
      message: `\`drain\` cannot use ${p.setting} = ${p.found}`,
      notes: [`Expected ${p.expected}.`],
    }),
  },
  MED3504: {
    severity: 'error',
    say: (p: { name: string; known: readonly string[] }) => ({
      message: `no mask is called \`${p.name}\``,
      notes: [`Known masks: ${p.known.join(', ')}.`],
    }),
  },
  MED3520: {
    severity: 'error',
    say: (p: { model: string; reason: string }) => ({
      message: `text model \`${p.model}\` is not here`,
      notes: [`Looked for it: ${p.reason}.`],
      fix: `Put its folder below \`models/\`, go on-line, or name a stand-in: \`bert("${p.model}") else hashed(768)\`.`,
    }),
  },
  MED3521: {
    severity: 'error',
    say: (p: { model: string; planned: string; found: string; where: string }) => ({
      message: `text model \`${p.model}\` has changed since the run was planned`,
      notes: [
        `Planned with weights ${p.planned.slice(0, 12)}, found ${p.found.slice(0, 12)} (${p.where}).`,
        'The run would be filed under a model that it did not use.',
      ],
      fix: 'Plan the run again, or name the revision: `bert("owner/name@revision")`.',
    }),
  },
  MED3522: {
    severity: 'error',
    say: (p: { model: string; problem: string }) => ({
      message: `text model \`${p.model}\` cannot be used: ${p.problem}`,
      notes: [
        'Expected the float32 ONNX export of an encoder: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx.',
      ],
    }),
  },
  MED3523: {
    severity: 'error',
    say: (p: { model: string; problem: string }) => ({
      message: `the hub did not hand out text model \`${p.model}\`: ${p.problem}`,
      fix: 'run the same command again later, or put its folder below `models/`',
      mishap: 'hub' as const,
    }),
  },
  MED3530: {
    severity: 'error',
    say: (p: { label: string }) => ({
      message: `the templates of \`${p.label}\` are not in the store`,
      notes: ['They are learnt when a job that needs them runs.'],
      fix: 'Make them first: `medx data prepare FILE`, or `medx run FILE`.',
    }),
  },
  MED3531: {
    severity: 'error',
    say: (p: { given: number }) => ({
      message: `--diff compares two fits, found ${p.given}`,
      fix: 'Name two: `medx data templates FILE --diff 1/1 1/2`, or two hashes of drain artefacts.',
    }),
  },
  MED3532: {
    severity: 'error',
    say: (p: { wanted: string }) => ({
      message: `${p.wanted} of which file?`,
      fix: 'Name the `.med` file: `medx data templates FILE`.',
    }),
  },
  MED3533: {
    severity: 'error',
    say: (p: { what: string; wanted: string; known: readonly string[] }) => ({
      message: `there is no ${p.what}${p.wanted === '' ? '' : ` \`${p.wanted}\``}`,
      ...(p.known.length > 0 ? { notes: [`There is ${p.known.join(', ')}.`] } : {}),
    }),
  },
  MED3534: {
    severity: 'error',
    say: (p: { hash: string; kind: string; label: string }) => ({
      message: `${p.hash.slice(0, 12)} holds no templates: it is \`${p.label}\`, a stage of kind \`${p.kind}\``,
      fix: '`medx plan FILE --stages` lists the hashes of the `drain` stages.',
    }),
  },
  MED3560: {
    severity: 'notice',
    say: (p: { evicted: number; made: number; clusters: number }) => ({
      message: `log: ${p.evicted} of ${p.made} templates were dropped while learning, because no more than ${p.clusters} may be alive; mask what varies (\`drain(masks: …)\`) or raise \`drain(clusters: ${p.clusters})\``,
    }),
  },
  MED3550: {
    severity: 'notice',
    say: (p: { lines: number; all: number; cases: number }) => ({
      message: `log: ${p.lines} of ${p.all} lines fit no template of the training cases (in ${p.cases} cases); they are counted, not used`,
    }),
  },
});
