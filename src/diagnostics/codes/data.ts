/** Codes 3001–3199: reading datasets, cases, splits and features. 30xx stop a stage; 31xx are counted and shown. */
import { defineCodes } from '../diagnostic.ts';

const list = (names: readonly string[], limit = 8) =>
  names.length === 0
    ? 'nothing'
    : names.length <= limit
      ? names.join(', ')
      : `${names.slice(0, limit).join(', ')}, … (${names.length})`;
const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const date = (ms: number) =>
  Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : `${ms} ms`;

export const dataCodes = defineCodes({
  MED3001: {
    severity: 'error',
    say: (p: { format: string; root: string; folder: string; looksFor: string; fetch?: string }) => ({
      message: `dataset \`${p.root}\` (${p.format}) is not there`,
      notes: [`looked in ${p.folder}`, `expected ${p.looksFor}`],
      fix: `${p.fetch ? `get it with \`medx data fetch ${p.fetch}\`, ` : ''}put the dataset there, or name another folder with --data-root or MEDX_DATA`,
    }),
  },
  MED3002: {
    severity: 'error',
    say: (p: { format: string; folder: string; what: string; looksFor: string }) => ({
      message: `no ${p.what} of ${/^[aeiou]/.test(p.format) ? 'an' : 'a'} ${p.format} dataset`,
      notes: [`looked in ${p.folder} and its folders`, `expected ${p.looksFor}`],
      fix: 'check that the folder is the root of this dataset and that the format is right',
    }),
  },
  MED3003: {
    severity: 'error',
    say: (p: { problem: string; expected: string }) => ({
      message: `labels cannot be read: ${p.problem}`,
      notes: [`expected ${p.expected}`],
      fix: 'mend or fetch the file again',
    }),
  },
  MED3004: {
    severity: 'error',
    say: (p: { missing: readonly string[]; found: readonly string[]; nearest?: string }) => ({
      message: `${plural(p.missing.length, 'column')} missing: ${p.missing.join(', ')}`,
      notes: [`found the columns ${list(p.found, 30)}`],
      fix: p.nearest
        ? `did you mean \`${p.nearest}\`?`
        : 'check the header row and the format of the dataset',
    }),
  },
  MED3005: {
    severity: 'error',
    say: (p: { packing: string; problem: string }) => ({
      message: `${p.packing} file is damaged: ${p.problem}`,
      notes: ['rows after the damage would be missing without a word'],
      fix: 'fetch or pack the file again',
    }),
  },
  MED3006: {
    severity: 'error',
    say: (p: {
      what: string;
      labels: readonly [number, number];
      telemetry: readonly [number, number];
      fix: string;
    }) => ({
      message: `no label falls into the ${p.what}`,
      notes: [
        `labels from ${date(p.labels[0])} to ${date(p.labels[1])}`,
        `${p.what} from ${date(p.telemetry[0])} to ${date(p.telemetry[1])}`,
      ],
      fix: p.fix,
    }),
  },
  MED3007: {
    severity: 'error',
    say: (p: { type: string; cases: number }) => ({
      message: `there is one class alone, \`${p.type}\` (${plural(p.cases, 'case')}): nothing to tell apart`,
      notes: ['expected at least two classes'],
      fix: 'add labels of other classes, or check `classes`',
    }),
  },
  MED3008: {
    severity: 'error',
    say: (p: { labels: number; reasons: readonly string[] }) => ({
      message:
        p.labels === 0 ? 'the dataset has no labels' : `none of ${plural(p.labels, 'label')} became a case`,
      notes: p.reasons.slice(0, 5),
      fix: 'check the labels against the telemetry',
    }),
  },
  MED3009: {
    severity: 'error',
    say: (p: { what: string; refused: number; first: string }) => ({
      message: `no row of the ${p.what} can be read; ${plural(p.refused, 'row')} refused`,
      notes: [p.first],
      fix: 'check the format of the files',
    }),
  },
  MED3010: {
    severity: 'error',
    say: (p: { modality: string; looksFor: string }) => ({
      message: `the dataset has no ${p.modality} records in its cases`,
      notes: [`expected ${p.looksFor}`],
      fix: `use a model without ${p.modality}, or add the files`,
    }),
  },
  MED3011: {
    severity: 'error',
    say: (p: { modality: string; step: string; problem: string; steps: string }) => ({
      message: `${p.modality} features: \`${p.step}\` ${p.problem}`,
      notes: [`the steps are ${p.steps}`],
      fix: 'for metrics write `standardize -> difference -> window_mean`, for traces `spans(by: [caller, callee]) -> standardize -> three_sigma -> weigh(by: fluctuation)`',
    }),
  },
  MED3012: {
    severity: 'error',
    say: (p: { root: string }) => ({
      message: `dataset \`${p.root}\` has changed since the run was planned`,
      notes: ['its contents no longer match the digest in the plan'],
      fix: 'start the run again: it plans with the new contents',
    }),
  },
  MED3013: {
    severity: 'error',
    say: (p: { problem: string }) => ({
      message: `file cannot be read: ${p.problem}`,
      fix: 'mend or fetch the file again',
    }),
  },
  MED3014: {
    severity: 'error',
    say: (p: { doing: string; problem: string }) => ({
      message: `${p.doing}: ${p.problem}`,
      fix: 'check free disk space and permissions; nothing half-written is kept',
    }),
  },
  MED3015: {
    severity: 'error',
    say: (p: { problem: string; expected: string }) => ({
      message: `the split is not possible: ${p.problem}`,
      notes: [`expected ${p.expected}`],
      fix: 'change the split or the number of folds',
    }),
  },
  MED3016: {
    severity: 'error',
    say: (p: { window: number; length: number }) => ({
      message: `a case of ${p.length / 1000} s is not a whole number of windows of ${p.window / 1000} s`,
      notes: ['the last window would be shorter than the others'],
      fix: 'choose `window` so that it divides the length of a case',
    }),
  },
  MED3017: {
    severity: 'error',
    say: (p: { setting: string; found: string; expected: string }) => ({
      message: `\`${p.setting}\` is ${p.found}`,
      notes: [`expected ${p.expected}`],
    }),
  },
  MED3018: {
    severity: 'error',
    say: (p: { modality: string }) => ({
      message: `no training case has ${p.modality} records`,
      notes: ['features have the axes of the training cases; there would be none'],
      fix: `use a model without ${p.modality}, or another split`,
    }),
  },
  MED3020: {
    severity: 'error',
    say: (p: { unfit: readonly string[] }) => ({
      message: `${plural(p.unfit.length, 'column')} of another type: ${p.unfit.join('; ')}`,
      fix: 'convert the file, or check the format of the dataset',
    }),
  },
  MED3021: {
    severity: 'error',
    say: (p: { part: string; files: string; there: readonly string[] }) => ({
      message: `\`${p.part}\`: no file fits \`${p.files}\``,
      notes: [`the folder has ${list(p.there, 12)}`],
      fix: 'write the path below the folder of the dataset, with `*` for any part of a name and `**` for any folders',
    }),
  },
  MED3101: {
    severity: 'warning',
    say: (p: { what: string; refused: number; rows: number; first: string }) => ({
      message: `${p.what}: ${plural(p.refused, 'row')} of ${p.rows} refused, for example ${p.first}`,
    }),
  },
  MED3102: {
    severity: 'warning',
    say: (p: { refused: number; names: readonly string[] }) => ({
      message: `${plural(p.refused, 'label')} refused: ${list(p.names, 5)}`,
    }),
  },
  MED3103: {
    severity: 'notice',
    say: (p: { what: string; repaired: number }) => ({
      message: `${p.what}: ${plural(p.repaired, 'row')} had a broken time; the second time column was taken`,
    }),
  },
  MED3104: {
    severity: 'notice',
    say: (p: { what: string; copies: number }) => ({
      message: `${p.what}: ${plural(p.copies, 'copy', 'copies')} of rows left out`,
    }),
  },
  MED3105: {
    severity: 'notice',
    say: (p: { recovered: number }) => ({
      message: `log: ${plural(p.recovered, 'torn row')} kept as far as the text could be read`,
    }),
  },
  MED3106: {
    severity: 'notice',
    say: (p: { gaps: number; records: number }) => ({
      message: `metric: ${p.gaps} of ${plural(p.records, 'value')} are not numbers and count as missing`,
    }),
  },
  MED3107: {
    severity: 'notice',
    say: (p: { orphans: number; spans: number }) => ({
      message: `trace: the parent of ${p.orphans} of ${plural(p.spans, 'span')} is not in the files; their caller is \`unknown\``,
    }),
  },
  MED3108: {
    severity: 'warning',
    say: (p: { modality: string; cases: readonly string[] }) => ({
      message: `${plural(p.cases.length, 'case')} without ${p.modality} records: features 0 (${list(p.cases, 3)})`,
    }),
  },
  MED3109: {
    severity: 'notice',
    say: (p: { modality: string; cells: number; all: number }) => ({
      message: `${p.modality}: ${p.cells} of ${p.all} feature cells have no record and are 0`,
    }),
  },
  MED3110: {
    severity: 'notice',
    say: (p: { modality: string; series: number; what: string }) => ({
      message: `${p.modality}: ${plural(p.series, 'series', 'series')} constant in the fitted cases: standardised to 0 (${p.what})`,
    }),
  },
  MED3111: {
    severity: 'warning',
    say: (p: { modality: string; names: readonly string[]; records: number }) => ({
      message: `${p.modality}: ${plural(p.records, 'record')} of ${list(p.names, 5)} left out: not seen in the training cases`,
    }),
  },
  MED3112: {
    severity: 'warning',
    say: (p: { type: string; cases: number; parts: readonly string[] }) => ({
      message: `class \`${p.type}\` has ${plural(p.cases, 'case')}: none in ${p.parts.join(', ')}`,
    }),
  },
  MED3113: {
    severity: 'warning',
    say: (p: { what: string; telemetry: readonly [number, number] }) => ({
      message: `no case has ${p.what} records; the files hold ${date(p.telemetry[0])} to ${date(p.telemetry[1])}`,
    }),
  },
  MED3114: {
    severity: 'notice',
    say: (p: { counts: Readonly<Record<string, number>>; cases: number }) => ({
      message: `${plural(p.cases, 'case')}; records in their intervals: ${Object.entries(p.counts)
        .map(([name, n]) => `${name} ${n}`)
        .join(', ')}`,
    }),
  },
  MED3115: {
    severity: 'warning',
    say: (p: { modality: string; looksFor: string }) => ({
      message: `the dataset has no ${p.modality} files (${p.looksFor})`,
    }),
  },
  MED3116: {
    severity: 'warning',
    say: (p: { modality: string; cells: number }) => ({
      message: `${p.modality}: ${plural(p.cells, 'feature')} too large for 32-bit numbers, set to 0`,
    }),
  },
  MED3117: {
    severity: 'warning',
    say: (p: { cases: number; ids: readonly string[] }) => ({
      message: `${plural(p.cases, 'case')} left out: they overlap with later cases across a border of the temporal split (${p.ids.slice(0, 3).join(', ')}${p.cases > 3 ? ', …' : ''})`,
    }),
  },
  MED3120: {
    severity: 'warning',
    say: (p: { what: string; there: number; told: number }) => ({
      message: `${p.what}: the files have ${plural(p.there, 'row')}, of which ${p.told} were read or refused`,
    }),
  },
  MED3121: {
    severity: 'notice',
    say: (p: { what: string }) => ({
      message: `${p.what}: times are read by their form; of numbers, 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. \`unit: …\` fixes it`,
    }),
  },
});
