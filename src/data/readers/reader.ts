/**
 * What a dataset reader is: it finds files, reads labels, and describes each modality as SQL over the raw files in one
 * normalised shape. It opens no database and cuts no windows; `src/data/windows` does both for every format alike.
 */
import type { Modality } from '../../stages/contracts.ts';
import type { JsonObject } from '../../stages/stage.ts';

/** Files of a dataset, relative to its root with `/`, sorted. */
export interface DatasetFiles {
  readonly root: string;
  readonly labels: readonly string[];
  readonly log: readonly string[];
  readonly metric: readonly string[];
  readonly trace: readonly string[];
}

/** One injection. `time` is epoch milliseconds, UTC. */
export interface LabelRow {
  readonly time: number;
  readonly service: string;
  readonly instance: string;
  /** Class after the format's own names are mapped. */
  readonly type: string;
  /** File and entry, for messages. */
  readonly place: string;
}

export interface LabelSet {
  readonly rows: readonly LabelRow[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * One modality as SQL. Times are epoch milliseconds (double), durations microseconds.
 *
 * `rows` has one row per row of the files: `time` (null if unreadable), `repaired` (boolean: the time had to be taken
 * from elsewhere), `used` (`touch` of the other columns that `records` reads, so that counting refuses what reading
 * would).
 *
 * `records` has the normalised records:
 * - log: `time, instance, message, key` (`key` tells genuine repetitions from copies of one row; null = cannot tell);
 * - metric: `time, entity, kpi, value` (several records of one instance, KPI and time are averaged; a value that is not
 *   finite is a gap);
 * - trace: `time, trace, span, parent, entity, operation, duration_us` (`parent` null for a root).
 *
 * An `entity` is as the files write it (a pod, mostly); `nameOf` makes an instance or service of it. It is called once per
 * distinct entity: a regular expression per row costs more than reading the row.
 *
 * `recover` reads what it can from rows that the CSV parser refused (table `rejects`, column `csv_line`), in the shape
 * of `records`.
 */
export interface Relation {
  readonly files: readonly string[];
  /** Unit of the time column, for messages. */
  readonly unit: 's' | 'ms' | 'us' | 'ns';
  readonly rows: string;
  readonly records: string;
  readonly recover?: string;
  nameOf(entity: string): string;
}

/** The arguments of the source's call in the `.med` file, `root` left out: `{ time_zone: '+08:00' }`. */
export type ReaderOptions = JsonObject;

export interface DatasetReader {
  readonly format: string;
  /** For the message when nothing is there: `groundtruth*.json, log*.csv, …`. */
  readonly looksFor: string;
  find(root: string, options: ReaderOptions): DatasetFiles;
  /** Throws `MedxError` if a label file cannot be read; refuses single entries by name. */
  labels(files: DatasetFiles, options: ReaderOptions): LabelSet | Promise<LabelSet>;
  /** Throws `MedxError` if a file has not the columns of the format. */
  relation(files: DatasetFiles, modality: Modality, options: ReaderOptions): Relation;
}

export { rejects } from '../tables/csv.ts';
