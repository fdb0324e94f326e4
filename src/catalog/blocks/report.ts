/** `report NAME { … }`: what files `medx report FILE` writes about the experiments of a file, and what they show. */
import type { BlockSpec, ChoiceWord } from '../types.ts';

/** Columns besides the rank and the name of a row, which are always there. */
export const reportColumns = [
  { name: 'kind', doc: 'Variant or baseline, and where a baseline is from.' },
  { name: 'f1', doc: 'Weighted F1, by which rows are ranked.' },
  { name: 'paper', doc: 'Published numbers, where the experiment names some.' },
  {
    name: 'p',
    doc: 'p of the comparison with the best row, or with that of `against`, corrected for the number of rows.',
  },
  { name: 'difference', doc: 'Weighted F1 less that of the row that it is compared with, and its interval.' },
  { name: 'accuracy', doc: 'Share of right answers, with its interval over cases.' },
  { name: 'precision', doc: 'Weighted precision.' },
  { name: 'recall', doc: 'Weighted recall.' },
  { name: 'f1_macro', doc: 'Plain average of F1 over classes.' },
  { name: 'precision_macro', doc: 'Plain average of precision over classes.' },
  { name: 'recall_macro', doc: 'Plain average of recall over classes.' },
  { name: 'seeds', doc: 'Seeds with a result.' },
  { name: 'fit_time', doc: 'What fitting took.' },
  { name: 'answer_time', doc: 'What answering a case took, from its features.' },
  { name: 'detect_time', doc: 'What answering a case took, from its raw records, all at once.' },
  {
    name: 'online_time',
    doc: 'What answering a case took after its last window, the records before it taken as they came.',
  },
] as const satisfies readonly ChoiceWord[];
export type ReportColumn = (typeof reportColumns)[number]['name'];

export const reportCharts = [
  { name: 'scores', doc: 'Weighted F1 and accuracy of every row, with intervals.' },
  { name: 'sweeps', doc: 'Weighted F1 over each setting that was swept (as figure 10).' },
  { name: 'loss', doc: 'Losses over epochs, per modality (as figure 2).' },
  { name: 'theta', doc: 'θ over epochs, per modality.' },
  { name: 'confusion', doc: 'Which types were taken for which.' },
  { name: 'times', doc: 'Time to diagnose one case (as figure 9).' },
] as const satisfies readonly ChoiceWord[];
export type ReportChart = (typeof reportCharts)[number]['name'];

/** What a file is, by its ending. */
export const reportEndings = ['.md', '.tex', '.html', '.csv'] as const;
export type ReportEnding = (typeof reportEndings)[number];

export const report: BlockSpec = {
  name: 'report',
  doc: 'Files about the experiments of this file: `medx report FILE.med` writes them from the newest runs that are as the file has it, `medx run FILE.med --reports` at the end of the run. A run without that option writes nothing outside its store and says which command does. A report changes no number and makes nothing run again: ranks, p, alarms and what was expected are always those of all rows, and a table that leaves rows out says so. Reports of imported files are not written.',
  settings: [
    {
      name: 'write',
      type: { kind: 'list', of: { kind: 'text' }, atLeast: 1 },
      doc: 'Files, by their endings: `.md` (Markdown), `.tex` (LaTeX, ruled by booktabs), `.html` (one page with charts), `.csv` (every column in full precision). Paths are relative to this file, or to `--out DIR`, and stay below it. Folders are made; a file that no report has written is never overwritten.',
    },
    {
      name: 'of',
      type: { kind: 'list', of: { kind: 'reference', to: 'experiment' }, atLeast: 1 },
      optional: true,
      doc: 'Experiments of this file, in this order. Default: all.',
    },
    {
      name: 'title',
      type: { kind: 'text' },
      optional: true,
      doc: 'Said above the tables; the caption in LaTeX.',
    },
    {
      name: 'rows',
      type: { kind: 'list', of: { kind: 'reference', to: 'row' }, atLeast: 1 },
      optional: true,
      doc: 'Which rows are shown, in this order: variants, baselines, points of sweeps in quotes. Default: all.',
    },
    {
      name: 'columns',
      type: { kind: 'list', of: { kind: 'choice', of: reportColumns } },
      optional: true,
      doc: 'Which columns tables show behind the names of rows, in this order. Default: all, in LaTeX those that a page of a paper has room for.',
    },
    {
      name: 'charts',
      type: { kind: 'list', of: { kind: 'choice', of: reportCharts } },
      optional: true,
      doc: 'Which charts the page shows, in this order. Default: all that there is something to draw for.',
    },
    {
      name: 'note',
      type: { kind: 'text' },
      optional: true,
      doc: 'Said with the title, in LaTeX under every table.',
    },
  ],
  blocks: [],
  forms: [],
};
