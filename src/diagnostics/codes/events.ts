/** Codes 3050–3059 and 3140–3149: extracted events, the pipelines over them, and published splits. */
import { defineCodes } from '../diagnostic.ts';
import { listWords } from '../nearest.ts';
import { code } from '../words.ts';

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const some = (names: readonly string[], limit = 5) =>
  names.length <= limit ? names.join(', ') : `${names.slice(0, limit).join(', ')}, … (${names.length})`;

const date = (ms: number) => (Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : `${ms} ms`);
const range = ([from, to]: readonly [number, number]) => `${date(from)} to ${date(to)}`;

const what = { records: 'records of telemetry', events: 'extracted events' } as const;
type Kind = keyof typeof what;

export const eventCodes = defineCodes({
  MED3050: {
    severity: 'error',
    say: (p: {
      model: string;
      reads: Kind;
      source: string;
      gives: Kind;
      begins: readonly { readonly modality: string; readonly steps: readonly string[] }[];
    }) => ({
      message: `model \`${p.model}\` reads ${what[p.reads]}, but \`${p.source}\` gives ${what[p.gives]}`,
      label: `reads ${what[p.reads]}`,
      notes: [
        `Over ${what[p.gives]} ${p.begins
          .map(({ modality, steps }) => `a ${modality} pipeline begins with ${listWords(code(steps))}`)
          .join(', ')}.`,
      ],
      fix: 'Take a model for this source, or other data.',
    }),
  },
  MED3051: {
    severity: 'error',
    say: (p: { first: string; gives: Kind; other: string; otherGives: Kind }) => ({
      message: `\`${p.other}\` cannot stand in for \`${p.first}\``,
      notes: [
        `\`${p.first}\` gives ${what[p.gives]}, \`${p.other}\` ${what[p.otherGives]}: no pipeline reads both.`,
      ],
      fix: 'Give each a dataset of its own.',
    }),
  },
  MED3052: {
    severity: 'error',
    say: (p: { problem: string; expected: string }) => ({
      message: `events cannot be read: ${p.problem}`,
      notes: [`expected ${p.expected}`],
      fix: 'mend or fetch the file again',
    }),
  },
  MED3053: {
    severity: 'error',
    say: (p: { cases: number; unmarked: number; first: string }) => ({
      message:
        p.unmarked === p.cases
          ? '`split = published(…)`: the set does not say which cases are for training and which for test'
          : `\`split = published(…)\`: ${p.unmarked} of ${plural(p.cases, 'case')} are marked neither for training nor for test`,
      notes: [`for example ${p.first}`, 'expected `train` or `test` in the column `data_type` of the labels'],
      fix: 'write `split = stratified(…)`',
    }),
  },
  MED3054: {
    severity: 'error',
    say: (p: { modality: string; has: readonly string[] }) => ({
      message: `the set has no ${p.modality} events`,
      notes: [p.has.length > 0 ? `it has ${p.has.join(' and ')} events` : 'it has no events at all'],
      fix: `use a model without ${p.modality}`,
    }),
  },
  MED3056: {
    severity: 'error',
    say: (p: { what: string; source: string }) => ({
      message: `\`${p.what}\` changes records of telemetry, but \`${p.source}\` gives extracted events`,
      notes: ['What was lost before a detector looked cannot be taken from what it found.'],
      fix: 'Leave `corrupt` out, or take a source of records.',
    }),
  },
  MED3057: {
    severity: 'error',
    say: (p: {
      modality: string;
      labels: readonly [number, number];
      events: readonly [number, number];
      fix: string;
    }) => ({
      message: `no ${p.modality} event lies near the failure that it belongs to`,
      notes: [`labels from ${range(p.labels)}`, `${p.modality} events from ${range(p.events)}`],
      fix: p.fix,
    }),
  },
  MED3140: {
    severity: 'notice',
    say: (p: {
      cases: number;
      counts: Readonly<Record<string, { readonly events: number; readonly empty: number }>>;
    }) => ({
      message: `${plural(p.cases, 'case')} of extracted events: ${Object.entries(p.counts)
        .map(
          ([name, { events, empty }]) =>
            `${name} ${events}${empty > 0 ? ` (${plural(empty, 'case')} without)` : ''}`,
        )
        .join(', ')}`,
    }),
  },
  MED3141: {
    severity: 'warning',
    say: (p: { modality: string; refused: number; rows: number; first: string }) => ({
      message: `${p.modality}: ${plural(p.refused, 'event')} of ${p.rows} refused, for example ${p.first}`,
    }),
  },
  MED3142: {
    severity: 'notice',
    say: (p: { what: string; keys: readonly string[]; events: number }) => ({
      message: `${p.what}: ${plural(p.keys.length, 'key')} without a label left out (${some(p.keys)})${p.events > 0 ? `, with ${plural(p.events, 'event')}` : ''}`,
    }),
  },
  MED3143: {
    severity: 'warning',
    say: (p: { outside: number; events: number }) => ({
      message: `${p.outside} of ${plural(p.events, 'event')} lie outside of the interval of their case and count in no window; \`case\` cuts it`,
    }),
  },
  MED3144: {
    severity: 'notice',
    say: (p: { copies: number; events: number }) => ({
      message: `${plural(p.copies, 'failure')} marked as augmented (copies at invented times) left out, with ${plural(p.events, 'event')}; \`copies: keep\` takes them`,
    }),
  },
  MED3145: {
    severity: 'warning',
    say: (p: { cases: number }) => ({
      message: `the published split has ${plural(p.cases, 'test case')} whose interval overlaps that of a training case`,
    }),
  },
  MED3146: {
    severity: 'warning',
    say: (p: { modality: string; events: number }) => ({
      message: `${p.modality}: ${plural(p.events, 'event')} without a time ${p.events === 1 ? 'counts' : 'count'} in no window`,
    }),
  },
  MED3147: {
    severity: 'notice',
    say: (p: { what: 'events' | 'labels' }) => ({
      message: `the ${p.what} have no times: a case is one window, and \`window\` and \`case\` are not used`,
    }),
  },
  MED3148: {
    severity: 'warning',
    say: (p: { refused: number; first: string }) => ({
      message: `topology: ${plural(p.refused, 'entry', 'entries')} refused, for example ${p.first}`,
    }),
  },
});
