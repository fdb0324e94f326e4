/** The forms in which a table of telemetry may lie on disk, told by the file's name. Reading them is left to the files beside. */

export type TableFormat = 'csv' | 'jsonl' | 'parquet';

const text = '(?:csv|jsonl|ndjson)(?:\\.(?:gz|zst))?';

/** Words for messages. */
export const tableFormats = '.csv, .jsonl or .ndjson (plain, .gz or .zst) or .parquet';

/** A pattern of file names: `tableFile('^log.*')` takes `log-1.csv.gz`, `log.jsonl.zst` and `log.parquet`. */
export function tableFile(stem: string): RegExp {
  return new RegExp(`${stem}\\.(?:${text}|parquet)$`, 'i');
}

/** Undefined for a name that is of no table. A table in `.json` is JSON lines too: OpenTelemetry's collector writes such. */
export function formatOf(file: string): TableFormat | undefined {
  const found = /\.(csv|json|jsonl|ndjson|parquet)(\.gz|\.zst)?$/i.exec(file);
  const name = found?.[1]?.toLowerCase();
  if (name === 'parquet') return found?.[2] ? undefined : 'parquet';
  return name === 'csv' ? 'csv' : name ? 'jsonl' : undefined;
}

export type Packing = 'gzip' | 'zstd';

export function packingOf(file: string): Packing | undefined {
  return /\.gz$/i.test(file) ? 'gzip' : /\.zst$/i.test(file) ? 'zstd' : undefined;
}
