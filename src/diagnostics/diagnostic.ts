/**
 * What medx tells a user about a mistake. A diagnostic names one cause: what, where, expected, found, how to mend it.
 * Codes map to typed parameters; the wording sits in `codes/`, one file per area.
 */
import type { SourceSpan } from '../text/source.ts';

export type Severity = 'error' | 'warning' | 'notice';

/** What may pass on a second try: a process ended from outside, memory, the disk, a hub that did not answer. */
export type Mishap = 'killed' | 'memory' | 'disk' | 'hub';

export interface Diagnostic {
  /** `MED` and four digits: 1xxx language, 3xxx data, 4xxx runs and store, 5xxx engines. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Place in a `.med` file. */
  readonly span?: SourceSpan;
  /** Place elsewhere, for example `log/log.csv.gz, row 12`. */
  readonly place?: string;
  /** Short text beside the carets. */
  readonly label?: string;
  readonly related?: readonly { readonly span: SourceSpan; readonly message: string }[];
  /** Expected, found, and what ignoring it would have cost. One sentence each. */
  readonly notes?: readonly string[];
  /** One repair. */
  readonly fix?: string;
  /** Absent where another try would end the same. */
  readonly mishap?: Mishap;
}

export interface Wording {
  readonly message: string;
  readonly label?: string;
  readonly notes?: readonly string[];
  readonly fix?: string;
  readonly mishap?: Mishap;
}

export interface CodeEntry<P> {
  readonly severity: Severity;
  readonly say: (params: P) => Wording;
}

// biome-ignore lint/suspicious/noExplicitAny: the parameter type of each entry is its own.
export type CodeTable = Readonly<Record<`MED${number}`, CodeEntry<any>>>;

/** Keeps each entry's parameter type while checking the shape of the table. */
export function defineCodes<const T extends CodeTable>(table: T): T {
  return table;
}

export interface Place {
  readonly span?: SourceSpan;
  readonly place?: string;
  readonly related?: NonNullable<Diagnostic['related']>;
}

type ParamsOf<E> = E extends CodeEntry<infer P> ? P : never;

/** Builds a diagnostic from a code table: `report(dataCodes, 'MED3001', { path }, { place })`. */
export function report<T extends CodeTable, K extends keyof T & string>(
  table: T,
  code: K,
  params: ParamsOf<T[K]>,
  where: Place = {},
): Diagnostic {
  const entry = table[code as keyof T] as CodeEntry<unknown>;
  return { code, severity: entry.severity, ...entry.say(params), ...where };
}

/** Thrown for a user's mistake; carries every diagnostic found. Anything else that is thrown is a bug in medx. */
export class MedxError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[]) {
    const list = Array.isArray(diagnostics)
      ? (diagnostics as readonly Diagnostic[])
      : [diagnostics as Diagnostic];
    super(list.map((d) => `${d.code}: ${d.message}`).join('\n'));
    this.name = 'MedxError';
    this.diagnostics = list;
  }
}
