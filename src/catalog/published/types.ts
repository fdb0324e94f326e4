/** How published numbers are written down: tables of papers, by data set and row, to stand beside measured ones. */

/**
 * What a publication says of one row on one data set. Scores are averages weighted by support, as the rows of medx have them;
 * `note` says where a number is of another kind.
 */
export type PublishedNumbers = {
  readonly precision_weighted?: number;
  readonly recall_weighted?: number;
  readonly f1_weighted?: number;
  /** Mean seconds to diagnose one failure. */
  readonly detect_seconds?: number;
  readonly note?: string;
};

/**
 * A row is named by the method (`dejavu`), or for variants by what is left of Medicine: `medicine`, `only_metric`, `only_log`,
 * `only_trace`, `without_mao`; a point of a sweep by its setting, `mao.alpha=0.5`.
 */
export type PublishedTable = {
  readonly name: string;
  readonly doc: string;
  /** As a table names it: `Tao et al., ASE 2024, table 3`. */
  readonly source: string;
  readonly sets: { readonly [set: string]: { readonly [row: string]: PublishedNumbers } };
};
