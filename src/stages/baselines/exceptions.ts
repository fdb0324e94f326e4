/**
 * Exception lines of the cases, counted by service and template: what of `lines`, `poor_lines` and `drain` Cloud19 reads. A
 * level is what the set's own field says, else a word of the line.
 */
import { type Database, sqlText } from '../../data/database.ts';
import { type Drain, type DrainState, restoreDrain } from '../../data/drain/drain.ts';
import type { CorruptionNote } from '../corrupt.ts';
import type { StageContext } from '../stage.ts';
import { requireInput, withDatabase } from '../telemetry.ts';

/** Lines of one kind by template (id of the tree). */
export type Counts = ReadonlyMap<number, number>;

export interface ServiceLines {
  readonly exceptions: Counts;
  readonly warnings: Counts;
}

export interface Exceptions {
  /** Case → service → lines. Without a line of either kind a service is not there. */
  readonly sound: CaseLines;
  /** The same of the cases whose lines are corrupted when they are answered, and of no others. */
  readonly poor: { readonly cases: ReadonlySet<number>; readonly lines: CaseLines };
}

export type CaseLines = ReadonlyMap<number, ReadonlyMap<string, ServiceLines>>;

/** As SQL over `message` and `level`. */
const isException = `(regexp_matches(message, '(?i)error|exception|fail|denied|timeout|traceback') OR ${hasLevel('FATAL|CRITICAL', 'ERROR|FATAL|CRITICAL')})`;
const isWarning = hasLevel('WARN|WARNING', 'WARN|WARNING');

/** Levels in capitals anywhere in the line, or behind `level` or `severity`; or in the field of its own. */
function hasLevel(words: string, field: string): string {
  return `regexp_matches(message, '\\b(${words})\\b|(?i:(level|severity)\\W{1,3}(${words})\\b)') OR regexp_full_match(level, '(?i)${field}')`;
}

export async function readExceptions(context: StageContext): Promise<Exceptions> {
  const lines = requireInput(context, 'lines');
  const drain = restoreDrain(requireInput(context, 'drain').json<DrainState>('tree'));
  const names = lines.json<Readonly<Record<string, string>>>('instances');
  const { poor_lines: poor } = context.inputs;
  return withDatabase(context, 'exceptions', async (db) => ({
    sound: await countLines(db, lines.path('lines.parquet'), names, drain),
    poor: {
      cases: new Set(poor?.json<CorruptionNote>('corruption').cases),
      lines: poor ? await countLines(db, poor.path('lines.parquet'), names, drain) : new Map(),
    },
  }));
}

/** Counting needs no order; equal lines are matched once. */
async function countLines(
  db: Database,
  path: string,
  names: Readonly<Record<string, string>>,
  drain: Drain,
): Promise<CaseLines> {
  const cases = new Map<
    number,
    Map<string, { exceptions: Map<number, number>; warnings: Map<number, number> }>
  >();
  await db.stream(
    `SELECT "case", CAST(${isException} AS INTEGER) AS exception, CAST(count(*) AS INTEGER) AS n, instance, message
     FROM read_parquet(${sqlText(path)}) WHERE ${isException} OR ${isWarning} GROUP BY ALL`,
    ([caseColumn, exceptionColumn, countColumn, instanceColumn, messageColumn], rows) => {
      if (!caseColumn || !exceptionColumn || !countColumn || !instanceColumn || !messageColumn) return;
      const [caseOf, exception, counts] = [caseColumn.ints(), exceptionColumn.ints(), countColumn.ints()];
      for (let row = 0; row < rows; row++) {
        const template = drain.match(messageColumn.text(row));
        if (template === undefined) continue;
        const index = caseOf[row] as number;
        const instance = instanceColumn.text(row);
        const service = names[instance] ?? instance;
        const services = cases.get(index) ?? new Map();
        const own = services.get(service) ?? { exceptions: new Map(), warnings: new Map() };
        const kind: Map<number, number> = exception[row] ? own.exceptions : own.warnings;
        kind.set(template, (kind.get(template) ?? 0) + (counts[row] as number));
        services.set(service, own);
        cases.set(index, services);
      }
    },
  );
  return cases;
}
