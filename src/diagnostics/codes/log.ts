/** Codes 3500–3599: log parsing and text embedding. 350x are settings, 352x models, 355x are counted and shown. */
import { defineCodes } from '../diagnostic.ts';

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
    say: (p: { name: string; pattern: string; reason: string }) => ({
      message: `mask \`${p.name}\` is not a regular expression: ${p.reason}`,
      notes: [
        `Found the pattern \`${p.pattern}\`. Patterns are JavaScript regular expressions without flags.`,
      ],
    }),
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
  MED3550: {
    severity: 'notice',
    say: (p: { lines: number; all: number; cases: number }) => ({
      message: `log: ${p.lines} of ${p.all} lines fit no template of the training cases (in ${p.cases} cases); they are counted, not used`,
    }),
  },
});
