/**
 * Codes 3401–3499: what `medx data check` finds. An error stops a run, or makes its numbers wrong; a warning changes what a
 * result means; a notice is good to know and is dealt with by medx itself.
 */
import { defineCodes } from '../diagnostic.ts';
import { code } from '../words.ts';

const plural = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
const list = (names: readonly string[], limit = 5) =>
  names.length <= limit ? names.join(', ') : `${names.slice(0, limit).join(', ')}, … (${names.length})`;
const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toPrecision(2)}%`;

export const qualityCodes = defineCodes({
  MED3401: {
    severity: 'notice',
    say: (p: { modality: string; copies: number; records: number }) => ({
      message: `${p.modality}: ${plural(p.copies, 'record')} of ${p.records.toLocaleString('en')} are copies of another`,
      fix: 'medx reads each record once; other tools may count them twice',
    }),
  },
  MED3402: {
    severity: 'warning',
    say: (p: { samples: number; times: number }) => ({
      message: `metric: ${plural(p.times, 'time')} with several values of one KPI and instance that differ (${plural(p.samples, 'record')})`,
      fix: 'medx takes their mean; find out which of them is right',
    }),
  },
  MED3403: {
    severity: 'notice',
    say: (p: { modality: string; jumps: number; records: number; minutes: number }) => ({
      message: `${p.modality}: ${plural(p.jumps, 'record')} (${share(p.jumps, p.records)}) lie more than ${p.minutes} min before an earlier row of the same instance in the same file`,
      fix: 'medx sorts by time; if the files should be in order, a clock was set back',
    }),
  },
  MED3404: {
    severity: 'warning',
    say: (p: { modality: string; windows: number; cases: number }) => ({
      message: `${p.modality}: ${plural(p.windows, 'window')} in ${plural(p.cases, 'case')} without any record, between windows that have some`,
      fix: 'their features are 0; look whether the collector was down',
    }),
  },
  MED3405: {
    severity: 'notice',
    say: (p: { modality: string; windows: number; instances: number }) => ({
      message: `${p.modality}: ${plural(p.windows, 'window')} without a record of ${plural(p.instances, 'instance')} that otherwise report in nearly every window`,
      fix: 'a fault may be the cause; otherwise look whether the collector was down',
    }),
  },
  MED3406: {
    severity: 'warning',
    say: (p: { modality: string; windows: number; cases: number; all: number }) => ({
      message: `${p.modality}: ${plural(p.cases, 'case')} of ${p.all} have records in only a part of their interval (${plural(p.windows, 'window')} at its ends are empty)`,
      fix: 'choose a shorter `case`, so that every window can have records',
    }),
  },
  MED3407: {
    severity: 'warning',
    say: (p: { orphans: number; spans: number }) => ({
      message: `trace: the parent of ${plural(p.orphans, 'span')} (${share(p.orphans, p.spans)}) is not in the files`,
      fix: 'their caller counts as `unknown`; a collector that samples or drops spans leaves such gaps',
    }),
  },
  MED3408: {
    severity: 'warning',
    say: (p: { spans: number; all: number }) => ({
      message: `trace: ${plural(p.spans, 'span')} with a negative duration`,
      fix: 'look whether start and end are of different clocks',
    }),
  },
  MED3409: {
    severity: 'warning',
    say: (p: { spans: number; all: number; limit: string }) => ({
      message: `trace: ${plural(p.spans, 'span')} (${share(p.spans, p.all)}) longer than ${p.limit}`,
      fix: 'check the unit of the durations (medx reads microseconds of this format) and open spans',
    }),
  },
  MED3410: {
    severity: 'notice',
    say: (p: { spans: number; all: number }) => ({
      message: `trace: ${plural(p.spans, 'span')} (${share(p.spans, p.all)}) end when they start`,
      fix: 'they are read as lasting 0 µs; a clock of low resolution rounds short calls away',
    }),
  },
  MED3411: {
    severity: 'warning',
    say: (p: { spans: number }) => ({
      message: `trace: ${plural(p.spans, 'span')} without an instance or with a duration that is no number`,
      fix: 'they are left out',
    }),
  },
  MED3412: {
    severity: 'warning',
    say: (p: { kpis: readonly string[]; all: number }) => ({
      message: `metric: ${plural(p.kpis.length, 'KPI')} of ${p.all} without a single number: ${list(p.kpis)}`,
      fix: 'they carry nothing; leave them out of the files to save time',
    }),
  },
  MED3413: {
    severity: 'notice',
    say: (p: { gaps: number; records: number; kpis: readonly string[] }) => ({
      message: `metric: ${plural(p.gaps, 'value')} (${share(p.gaps, p.records)}) are no numbers, in ${plural(p.kpis.length, 'KPI')}: ${list(p.kpis)}`,
      fix: 'they count as missing',
    }),
  },
  MED3414: {
    severity: 'notice',
    say: (p: { kpis: readonly string[]; all: number }) => ({
      message: `metric: ${plural(p.kpis.length, 'KPI')} of ${p.all} constant on every instance: ${list(p.kpis)}`,
      fix: 'they tell nothing apart; standardised they are 0',
    }),
  },
  MED3415: {
    severity: 'warning',
    say: (p: { kpis: readonly string[]; all: number; days: number }) => ({
      message: `metric: ${plural(p.kpis.length, 'KPI')} of ${p.all} not on all of ${plural(p.days, 'day')}: ${list(p.kpis)}`,
      fix: 'their presence tells the day, and with it perhaps the type; leave them out or compare within a day',
    }),
  },
  MED3416: {
    severity: 'warning',
    say: (p: { pairs: number; seconds: number }) => ({
      message: `${plural(p.pairs, 'pair')} of labels of different types within ${p.seconds} s of each other`,
      fix: 'both cases show both faults; keep one of them, or leave both out',
    }),
  },
  MED3417: {
    severity: 'notice',
    say: (p: { cases: number; groups: number }) => ({
      message: `the intervals of ${plural(p.cases, 'case')} overlap another's: ${plural(p.groups, 'independent group')} in all`,
      fix: 'a split with `overlap: together` keeps such cases on one side (the default of profile `sound`)',
    }),
  },
  MED3418: {
    severity: 'warning',
    say: (p: { modality: string; labels: number; all: number }) => ({
      message: `${p.modality}: ${plural(p.labels, 'label')} of ${p.all} without a single record in the interval`,
      fix: 'features of that modality are 0 there; a missing modality must be missing for a reason other than the type',
    }),
  },
  MED3419: {
    severity: 'warning',
    say: (p: { labels: number; all: number }) => ({
      message: `${plural(p.labels, 'label')} of ${p.all} cannot be used`,
      fix: 'mend the label file, or accept that these are left out',
    }),
  },
  MED3420: {
    severity: 'warning',
    say: (p: { types: readonly string[]; folds: number }) => ({
      message: `${plural(p.types.length, 'type')} with fewer cases than ${p.folds} folds: ${list(p.types)}`,
      fix: 'some folds have no such case to score on: use fewer folds, or leave the type out with `classes`',
    }),
  },
  MED3421: {
    severity: 'warning',
    say: (p: {
      by: 'day' | 'service';
      v: number;
      p: string;
      hit: number;
      base: number;
      only: readonly string[];
    }) => ({
      message: `type and ${p.by} are confounded: Cramér's V = ${p.v.toFixed(2)}, p ${p.p}; guessing the type from the ${p.by} alone is right in ${(100 * p.hit).toFixed(0)}% of the cases, the commonest type in ${(100 * p.base).toFixed(0)}%`,
      notes: p.only,
      fix:
        p.by === 'day'
          ? 'whatever tells the day tells the type: use features relative to the time before a fault, and say it in `note`'
          : 'whatever tells the service tells the type: score also with services held out, and say it in `note`',
    }),
  },
  MED3422: {
    severity: 'warning',
    say: (p: { modality: string; refused: number; rows: number }) => ({
      message: `${p.modality}: ${plural(p.refused, 'row')} (${share(p.refused, p.rows)}) cannot be read and are left out`,
      fix: 'mend or fetch the files again',
    }),
  },
  MED3423: {
    severity: 'notice',
    say: (p: { modality: string; rows: number }) => ({
      message: `${p.modality}: ${plural(p.rows, 'row')} with a broken time, taken from a second column`,
    }),
  },
  MED3424: {
    severity: 'warning',
    say: (p: { modality: string; looksFor: string }) => ({
      message: `no ${p.modality} files`,
      fix: `a model can only use the other modalities; expected ${p.looksFor}`,
    }),
  },
  MED3425: {
    severity: 'warning',
    say: (p: { lines: number; files: number }) => ({
      message: `${plural(p.lines, 'line')} in ${plural(p.files, 'file')} ${p.lines === 1 ? 'is' : 'are'} not UTF-8`,
      fix: 'their rows are left out: convert the files, for example with iconv -f LATIN1 -t UTF-8',
    }),
  },
  MED3426: {
    severity: 'error',
    say: (p: { files: readonly string[]; problem: string }) => ({
      message: `${plural(p.files.length, 'file')} ${p.problem} of dataset.yaml: ${list(p.files)}`,
      fix: `fetch them again, or write a new manifest with \`medx data manifest\``,
    }),
  },
  MED3427: {
    severity: 'notice',
    say: (p: { files: readonly string[] }) => ({
      message: `${plural(p.files.length, 'file')} that medx reads ${p.files.length === 1 ? 'is' : 'are'} not listed in dataset.yaml: ${list(code(p.files))}`,
      fix: 'write a new manifest with `medx data manifest`',
    }),
  },
  MED3428: {
    severity: 'notice',
    say: (p: { modality: string; rows: number }) => ({
      message: `${p.modality}: ${plural(p.rows, 'torn row')} kept as far as the text could be read`,
    }),
  },
});
