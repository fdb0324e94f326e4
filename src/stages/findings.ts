/** The artefact of stage `inspect`: the quality problems of a dataset, counted. Plain data. */

export type Finding = {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** Records, labels, windows, KPIs or files, as the message says. */
  readonly count: number;
  /** One of them: where, and what it says. */
  readonly example: string;
  readonly notes?: readonly string[];
  readonly fix?: string;
};

/** File `findings`. */
export type Findings = {
  readonly findings: readonly Finding[];
  /** What was looked at: names of the checks, records per modality. */
  readonly checks: readonly string[];
  readonly records: Readonly<Record<string, number>>;
  readonly labels: number;
  readonly cases: number;
};
