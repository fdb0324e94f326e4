/**
 * Stage `cases`: labels and one counting pass per modality → `cases` (CaseTable) and `telemetry` (rows read and refused
 * per modality, records per case). The records themselves are read by `lines`, `samples` and `spans`.
 */
import { stageKinds } from '../catalog/stages.ts';
import { buildCases, caseIntervals, countWindows } from '../data/cases.ts';
import { tellLabelShifts, tellModalityShifts } from '../data/clocks.ts';
import { type Coverage, readCoverage } from '../data/windows/coverage.ts';
import { dataCodes } from '../diagnostics/codes/data.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';
import { type Modality, modalities } from './contracts.ts';
import { runEventCases } from './event-cases.ts';
import type { StageContext, StageKind } from './stage.ts';
import { type DatasetParams, noticeCode, openDataset, openParts, withDatabase } from './telemetry.ts';

type Params = DatasetParams & {
  readonly window_ms: number;
  readonly before_ms: number;
  readonly after_ms: number;
  readonly classes?: readonly string[];
};

export const stage: StageKind<Params> = {
  kind: 'cases',
  version: stageKinds.cases.version,
  cost: stageKinds.cases.cost,
  async run(params, context) {
    const classes = params.classes;
    const settings = {
      windowMs: params.window_ms,
      beforeMs: params.before_ms,
      afterMs: params.after_ms,
      ...(classes ? { classes } : {}),
    };
    const dataset = await openDataset(params, context);
    const { reader, files, options, simulated, rows } = dataset;
    if (reader.events) return runEventCases(dataset, settings, context);
    countWindows(settings);
    const { labels, relations } = await openParts(dataset);
    for (const { code, message } of [...(files.notices ?? []), ...(labels.notices ?? [])])
      context.notice({ code, message });
    const intervals = caseIntervals(labels.rows, settings);
    const coverage: Partial<Record<Modality, Coverage>> = {};
    for (const modality of modalities) {
      const relation = relations[modality];
      if (!relation) {
        noticeCode(context, 'MED3115', { modality, looksFor: reader.looksFor });
        continue;
      }
      if (relation.detected) noticeCode(context, 'MED3121', { what: modality });
      coverage[modality] = await withDatabase(context, modality, (db) =>
        readCoverage(db, relation, intervals, files.root),
      );
    }
    tell(coverage, context);
    for (const [what, { rows: told }] of Object.entries(coverage)) {
      const there = rows?.[what as Modality] ?? Number.NaN;
      if (Number.isFinite(there) && there !== told) noticeCode(context, 'MED3120', { what, there, told });
    }
    const clock = (await reader.clock?.(options, files)) ?? {};
    const table = buildCases(labels.rows, coverage, settings, simulated, clock);
    const times = labels.rows.map(({ time }) => time);
    for (const { code, message } of [
      ...tellLabelShifts(times, coverage, clock),
      ...tellModalityShifts(coverage, clock),
    ])
      context.notice({ code, message });
    const refused = [...labels.refused, ...table.refused];
    if (refused.length > 0) {
      const names = refused.map(({ id, reason }) => `${id} (${reason})`);
      noticeCode(context, 'MED3102', { refused: refused.length, names }, refused.length);
    }
    const positions = table.cases.map(({ injected, service }) =>
      labels.rows.findIndex((row) => row.time === injected && row.service === service),
    );
    const records = Object.fromEntries(
      Object.entries(coverage).map(([modality, { perInterval }]) => [
        modality,
        positions.map((i) => perInterval[i] ?? 0),
      ]),
    );
    const counts = Object.fromEntries(
      Object.entries(records).map(([modality, list]) => [modality, list.reduce((a, b) => a + b, 0)]),
    );
    noticeCode(context, 'MED3114', { counts, cases: table.cases.length }, table.cases.length);
    context.out.json('cases', { ...table, refused });
    context.out.json('telemetry', { files: fileCounts(coverage), records });
  },
};

function fileCounts(coverage: Readonly<Partial<Record<Modality, Coverage>>>) {
  return Object.fromEntries(
    Object.entries(coverage).map(([modality, { rows, refused, repaired, recovered, range }]) => [
      modality,
      { rows, refused, repaired, recovered, range: range ?? null },
    ]),
  );
}

/** Counts what was refused or repaired; a modality of which nothing can be read is an error. */
function tell(coverage: Readonly<Partial<Record<Modality, Coverage>>>, context: StageContext): void {
  const unreadable = Object.entries(coverage)
    .filter(([, { rows, refused }]) => rows > 0 && refused === rows)
    .map(([what, { refused, first }]) =>
      report(dataCodes, 'MED3009', { what: `${what} files`, refused, first }),
    );
  if (unreadable.length > 0) throw new MedxError(unreadable);
  for (const [what, { rows, refused, first, repaired, recovered, range, perInterval }] of Object.entries(
    coverage,
  )) {
    if (refused > 0) noticeCode(context, 'MED3101', { what, refused, rows, first }, refused);
    if (repaired > 0) noticeCode(context, 'MED3103', { what, repaired }, repaired);
    if (recovered > 0) noticeCode(context, 'MED3105', { recovered }, recovered);
    if (range && perInterval.every((n) => n === 0))
      noticeCode(context, 'MED3113', { what, telemetry: range });
  }
}
