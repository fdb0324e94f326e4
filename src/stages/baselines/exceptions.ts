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

/** Levels in capitals anywhere in the line, or behind `level` or `severity`; or in the field of its own. */
const hasLevel = (words: string, field: string) => {
  const inLine = new RegExp(
    `\\b(${words})\\b|(?:[lL]evel|[sS]everity)\\W{1,3}(?:${words}|${words.toLowerCase()})\\b`,
  );
  const own = new RegExp(`^(${field})$`, 'i');
  return (message: string, level: string) => inLine.test(message) || own.test(level);
};
const speaksOfOne = /error|exception|fail|denied|timeout|traceback/i;
const isSevere = hasLevel('FATAL|CRITICAL', 'ERROR|FATAL|CRITICAL');
const isWarning = hasLevel('WARN|WARNING', 'WARN|WARNING');

/** What lines may be of either kind, as SQL: a superset that leaves most lines where they are. */
const mayTell = `(regexp_matches(message, '(?i)${speaksOfOne.source}|fatal|critical|warn') OR regexp_matches(level, '(?i)error|fatal|critical|warn'))`;

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
    `SELECT "case", CAST(count(*) AS INTEGER), instance, message, level
     FROM read_parquet(${sqlText(path)}) WHERE ${mayTell} GROUP BY ALL`,
    ([caseColumn, countColumn, instanceColumn, messageColumn, levelColumn], rows) => {
      if (!caseColumn || !countColumn || !instanceColumn || !messageColumn || !levelColumn) return;
      const [caseOf, counts] = [caseColumn.ints(), countColumn.ints()];
      for (let row = 0; row < rows; row++) {
        const [message, level] = [messageColumn.text(row), levelColumn.text(row).trim()];
        const isException = speaksOfOne.test(message) || isSevere(message, level);
        if (!isException && !isWarning(message, level)) continue;
        const template = drain.match(message);
        if (template === undefined) continue;
        const index = caseOf[row] as number;
        const instance = instanceColumn.text(row);
        const service = names[instance] ?? instance;
        const services = cases.get(index) ?? new Map();
        const own = services.get(service) ?? { exceptions: new Map(), warnings: new Map() };
        const kind: Map<number, number> = isException ? own.exceptions : own.warnings;
        kind.set(template, (kind.get(template) ?? 0) + (counts[row] as number));
        services.set(service, own);
        cases.set(index, services);
      }
    },
  );
  return cases;
}
