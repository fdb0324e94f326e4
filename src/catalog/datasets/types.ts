/** A public dataset that `medx data fetch` knows: where it is published, under which terms, and what its files must be. */
export interface KnownDataset {
  readonly name: string;
  readonly title: string;
  /** SPDX identifier, or what is stated, in words. */
  readonly licence: string;
  readonly homepage: string;
  readonly citation: string;
  readonly reader: { readonly format: string };
  /** Folders that are datasets once everything is there, below the one that bears the name; `.` is that one. */
  readonly roots: readonly string[];
  readonly files: readonly KnownFile[];
  /** What cannot be fetched without a browser or an account, and where to put it. */
  readonly byHand: readonly string[];
  /** Shown before anything is fetched. */
  readonly notes: readonly string[];
}

/**
 * A file to fetch. Without `sha256` nothing is known of its contents beforehand: the manifest written after the first fetch
 * says `verified: false` and records what came.
 */
export interface KnownFile {
  readonly url: string;
  /** Where it is put, below the folder of the dataset. Of an archive: where it is kept while it is unpacked. */
  readonly path: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly unpack?: {
    /** Folder below the dataset's into which it is unpacked. */
    readonly into: string;
    /** Leading folders of the archive's paths that are left out. */
    readonly strip: number;
    /** Only what lies below one of these (after `strip`); all without. */
    readonly only?: readonly string[];
    /** SHA-256 over `PATH NUL SHA256 LF` of the unpacked files below a path, in order of path, and how many they are. */
    readonly contents?: readonly {
      readonly below: string;
      readonly files: number;
      readonly sha256: string;
    }[];
  };
}
