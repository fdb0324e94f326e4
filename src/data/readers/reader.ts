/**
 * What a dataset reader is: it finds files, reads labels, and describes each modality as SQL over the raw files in one
 * normalised shape. It opens no database and cuts no windows; `src/data/windows` does both for every format alike.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Modality, SplitPart } from '../../stages/contracts.ts';
import type { JsonObject } from '../../stages/stage.ts';

/** Files of a dataset, relative to its root with `/`, sorted. */
export interface DatasetFiles {
  readonly root: string;
  readonly labels: readonly string[];
  readonly log: readonly string[];
  readonly metric: readonly string[];
  readonly trace: readonly string[];
  /** What was left aside on purpose. */
  readonly notices?: readonly Diagnostic[];
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
  /** What files of extracted events call the failure. */
  readonly key?: string;
  /** When it ended, where the labels say so. */
  readonly end?: number;
  /** The set's own mark. */
  readonly part?: SplitPart;
  /** Failures with one origin are the same one, copied. */
  readonly origin?: string;
}

export interface LabelSet {
  readonly rows: readonly LabelRow[];
  /** The labels give no times: every `time` is 0. */
  readonly timeless?: true;
  /** Keys of failures that are left out on purpose. */
  readonly copies?: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** What was chosen or left out on purpose, counted. */
  readonly notices?: readonly Diagnostic[];
}

/** Arguments of the source that a part's times depend on: as they are now, so that a message can say what to write. */
export interface PartClock {
  /** Offset from UTC in milliseconds that `time_zone` now gives to these times. */
  readonly zone?: number;
  /** The argument `unit`: what it is now, what it may be, and the call it belongs to where that is not the source's own. */
  readonly unit?: { readonly now: string; readonly of: readonly string[]; readonly within?: string };
}
export type DatasetClock = { readonly [part in Modality | 'labels']?: PartClock };

/**
 * One modality as SQL. Times are epoch milliseconds (double), durations microseconds.
 *
 * `rows` has one row per row of the files: `time` (null if unreadable), `repaired` (boolean: the time had to be taken
 * from elsewhere), `used` (`touch` of the other columns that `records` reads, so that counting refuses what reading
 * would).
 *
 * `records` has the normalised records:
 * - log: `time, instance, message, key, level` (`key` tells genuine repetitions from copies of one row; null = cannot tell;
 *   `level` is what a field of its own says, null where the level is part of the message or not told);
 * - metric: `time, entity, kpi, value` (several records of one instance, KPI and time are averaged; a value that is not
 *   finite is a gap);
 * - trace: `time, trace, span, parent, entity, operation, duration_us, status` (`parent` null for a root; `status` as written,
 *   null where the set has none).
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
  /** True if the unit of the times was taken from their size or form: worth a notice. */
  readonly detected?: boolean;
  nameOf(entity: string): string;
}

/** One event that a detector raised. */
export interface ExtractedEvent {
  readonly modality: Modality;
  /** In the order of `eventFields` of its modality (`src/catalog/steps/events.ts`); empty text where the set says nothing. */
  readonly fields: readonly string[];
  /** Epoch milliseconds, UTC; null where the set gives none. */
  readonly time: number | null;
  /** How many occurrences it stands for. */
  readonly count: number;
  /** Texts of log lines; the most telling one first. */
  readonly messages?: readonly string[];
}

/** What became of the events of one modality: `rows` = read + `refused` + those of `surplus` + of `copies`. */
export interface EventCounts {
  readonly rows: number;
  readonly refused: number;
  /** The first refused, in words; empty if there is none. */
  readonly first: string;
  /** Keys without a label, and how many events they have. */
  readonly surplus: { readonly keys: readonly string[]; readonly events: number };
  /** Events of failures that are left out on purpose. */
  readonly copies: number;
}

/** Instances as names. */
export interface CaseTopology {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export interface EventSet {
  /** Per label row its events: modality by modality, each in the order of its file. */
  readonly events: readonly (readonly ExtractedEvent[])[];
  /** Per label row: whether any file knows its key. */
  readonly known: readonly boolean[];
  /** Modalities that the set has files of. */
  readonly counts: { readonly [modality in Modality]?: EventCounts };
  /** Per label row, null without; empty where the set gives none. */
  readonly topology: readonly (CaseTopology | null)[];
  readonly topologyRefused: {
    readonly entries: number;
    readonly first: string;
    readonly surplus: readonly string[];
  };
  /** Texts of templates, where the set has them. */
  readonly templates: readonly { readonly id: string; readonly text: string }[];
}

/** The arguments of the source's call in the `.med` file, `root` left out: `{ time_zone: '+08:00' }`. */
export type ReaderOptions = JsonObject;

export interface DatasetReader {
  readonly format: string;
  /** For the message when nothing is there: `groundtruth*.json, log*.csv, …`. */
  readonly looksFor: string;
  /** True if a row of a file may hold several records: rows and records cannot be compared. */
  readonly nested?: true;
  find(root: string, options: ReaderOptions): DatasetFiles;
  /** Which times the arguments `time_zone` and `unit` move; without it, none can be moved. */
  clock?(options: ReaderOptions, files: DatasetFiles): DatasetClock | Promise<DatasetClock>;
  /** Throws `MedxError` if a label file cannot be read; refuses single entries by name. */
  labels(files: DatasetFiles, options: ReaderOptions): LabelSet | Promise<LabelSet>;
  /** Throws `MedxError` if a file has not the columns of the format. */
  relation(files: DatasetFiles, modality: Modality, options: ReaderOptions): Relation;
  /** Only of a set of extracted events, which has no records: its `relation` throws. */
  events?(files: DatasetFiles, labels: LabelSet, options: ReaderOptions): EventSet;
}

export { rejects } from '../tables/csv.ts';
