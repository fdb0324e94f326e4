/**
 * Stage `inspect`: raw telemetry and labels → `findings` (Findings). Reads all rows, not only those in cases. Every check
 * is one file in `src/data/checks`.
 */
import { join } from 'node:path';
import { stageKinds } from '../catalog/stages.ts';
import { buildCases, type CaseSettings, caseIntervals } from '../data/cases.ts';
import { finding, type Staged } from '../data/checks/check.ts';
import { checks } from '../data/checks/index.ts';
import { stageModality } from '../data/checks/stage.ts';
import { tellLabelShifts, tellModalityShifts } from '../data/clocks.ts';
import { buildEventCases } from '../data/events/cases.ts';
import { type Coverage, readCoverage } from '../data/windows/coverage.ts';
import { MedxError } from '../diagnostics/diagnostic.ts';
import { type CaseTable, type Modality, modalities } from './contracts.ts';
import { readEventSet } from './event-cases.ts';
import type { Finding, Findings } from './findings.ts';
import type { StageContext, StageKind } from './stage.ts';
import { type DatasetParams, type OpenDataset, openDataset, openParts, withDatabase } from './telemetry.ts';

type Params = DatasetParams & {
  readonly window_ms: number;
  readonly before_ms: number;
  readonly after_ms: number;
  readonly classes?: readonly string[];
  readonly folds: number;
};

export const stage: StageKind<Params> = {
  kind: 'inspect',
  version: stageKinds.inspect.version,
  cost: stageKinds.inspect.cost,
  async run(params, context) {
    const settings: CaseSettings = {
      windowMs: params.window_ms,
      beforeMs: params.before_ms,
      afterMs: params.after_ms,
      ...(params.classes ? { classes: params.classes } : {}),
    };
    const dataset = await openDataset(params, context);
    const { reader, files, options, simulated } = dataset;
    if (reader.events) {
      context.out.json('findings', await inspectEvents(dataset, settings, params.folds, context));
      return;
    }
    const { labels, relations } = await openParts(dataset);
    const intervals = caseIntervals(labels.rows, settings);
    const findings: Finding[] = [];
    const coverage: { [modality in Modality]?: Coverage } = {};
    for (const modality of modalities) {
      const relation = relations[modality];
      if (!relation) {
        const { looksFor } = reader;
        findings.push(
          finding(
            'MED3424',
            { modality, looksFor },
            1,
            `none of the files below ${params.root || 'the root'}`,
          ),
        );
        continue;
      }
      coverage[modality] = await withDatabase(context, modality, (db) =>
        readCoverage(db, relation, intervals, files.root),
      );
    }
    let table: CaseTable | undefined;
    let missed = false;
    try {
      const clock = (await reader.clock?.(options, files)) ?? {};
      const times = labels.rows.map(({ time }) => time);
      table = buildCases(labels.rows, coverage, settings, simulated, clock);
      findings.push(...tellLabelShifts(times, coverage, clock).map(asFinding));
      findings.push(...tellModalityShifts(coverage, clock).map(asFinding));
    } catch (error) {
      if (!(error instanceof MedxError)) throw error;
      missed = error.diagnostics.some(({ code }) => code === 'MED3006');
      findings.push(...error.diagnostics.map(asFinding));
    }
    await withDatabase(
      context,
      'inspect',
      async (db) => {
        const staged: { [modality in Modality]?: Staged } = {};
        for (const modality of modalities) {
          if (!coverage[modality]) continue;
          const folder = join(context.workDir, 'staged');
          staged[modality] = await stageModality(db, reader, files, modality, options, folder);
        }
        for (const [i, check] of checks.entries()) {
          context.progress({ step: i, steps: checks.length, note: check.name });
          const { folds } = params;
          findings.push(...(await check.run({ db, labels, table, missed, staged, coverage, folds })));
        }
        const result: Findings = {
          findings: bySeverity(findings),
          checks: checks.map(({ name }) => name),
          records: Object.fromEntries(Object.entries(staged).map(([name, { records }]) => [name, records])),
          labels: labels.rows.length + labels.refused.length,
          cases: table?.cases.length ?? 0,
        };
        context.out.json('findings', result);
      },
      512,
    );
  },
};

/** Extracted events have no raw records: what can be judged are the labels and the counts. */
async function inspectEvents(
  dataset: OpenDataset,
  settings: CaseSettings,
  folds: number,
  context: StageContext,
): Promise<Findings> {
  const { labels, set } = await readEventSet(dataset);
  const findings: Finding[] = [];
  const coverage: { [modality in Modality]?: Coverage } = {};
  for (const modality of modalities) {
    const counts = set.counts[modality];
    if (!counts) {
      const { looksFor } = dataset.reader;
      findings.push(finding('MED3424', { modality, looksFor }, 1, 'none among the files of events'));
      continue;
    }
    const perInterval = set.events.map((list) => list.filter((event) => event.modality === modality).length);
    coverage[modality] = {
      rows: counts.rows,
      refused: counts.refused,
      first: counts.first,
      repaired: 0,
      recovered: 0,
      perInterval,
      slots: [],
    };
  }
  let table: CaseTable | undefined;
  try {
    table = buildEventCases(labels, set, settings).table;
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    findings.push(...error.diagnostics.map(asFinding));
  }
  const used = checks.filter(({ labelsOnly }) => labelsOnly);
  await withDatabase(context, 'inspect', async (db) => {
    for (const check of used)
      findings.push(...(await check.run({ db, labels, table, missed: false, staged: {}, coverage, folds })));
  });
  return {
    findings: bySeverity(findings),
    checks: used.map(({ name }) => name),
    records: Object.fromEntries(Object.entries(coverage).map(([name, { rows }]) => [name, rows])),
    labels: labels.rows.length + labels.refused.length,
    cases: table?.cases.length ?? 0,
  };
}

function asFinding({
  code,
  severity,
  message,
  notes = [],
  fix,
  place,
}: MedxError['diagnostics'][number]): Finding {
  return {
    code,
    severity,
    message,
    count: 1,
    example: place ?? '',
    notes,
    ...(fix ? { fix } : {}),
  };
}

const rank = { error: 0, warning: 1, notice: 2 } as const;

export function bySeverity(list: readonly Finding[]): Finding[] {
  return list.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}
