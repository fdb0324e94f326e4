/**
 * From the records of one case in memory to its diagnosis: templates, features and model, with everything fitted before. The
 * steps are those of `features.*`, so a case of the run gets the features that the run gave it; the model is `model.onnx` made
 * quick for one case (`folded.ts`).
 * Records stand as the artefacts `lines`, `samples` and `spans` have them: cut to the case, pods averaged, spans joined to
 * their parents.
 */
import type { Database } from '../../data/database.ts';
import { sqlText } from '../../data/database.ts';
import { type DrainState, restoreDrain } from '../../data/drain/drain.ts';
import { parseLogSteps } from '../../data/features/log.ts';
import type { FittedMetric } from '../../data/features/metric.ts';
import {
  type CaseRecords,
  type CaseWindows,
  createLineIntake,
  createMetricIntake,
  createTraceIntake,
  type FittedLog,
} from '../../data/features/one-case.ts';
import type { FittedTrace } from '../../data/features/trace.ts';
import type { DetectorNumbers, Modality, ModelCard, ModelParams, Step } from '../contracts.ts';
import type { Templates } from '../drain.ts';
import type { ArtefactReader } from '../stage.ts';
import type { CaseFeatures, Diagnosis } from './diagnose.ts';
import { openFolded } from './folded.ts';

/** Artefacts of a training stage and of the stages that made its features; an absent modality is not read. */
export interface DetectorParts {
  readonly model: ArtefactReader;
  /** The network that was trained. */
  readonly network: ModelParams;
  readonly log?: { readonly drain: ArtefactReader; readonly embed: ArtefactReader };
  readonly metric?: ArtefactReader;
  readonly trace?: ArtefactReader;
  /** Of what products are made; `float32` without it. */
  readonly numbers?: DetectorNumbers;
  /** The feature steps of each modality. */
  readonly steps: { readonly [modality in Modality]?: readonly Step[] };
}

/** A case of which records are taken as they come: lines in any order, samples and spans in order of time. */
export interface OpenCase {
  take(records: CaseRecords): void;
  /** Of what was taken so far; then the case takes no more. */
  features(): Promise<CaseFeatures>;
  diagnose(): Promise<Diagnosis>;
}

export interface Detector {
  /** What was folded in the model, in words. */
  readonly folds: readonly string[];
  open(at: CaseWindows): OpenCase;
  release(): Promise<void>;
}

export async function openDetector(parts: DetectorParts): Promise<Detector> {
  const card = parts.model.json<ModelCard>('model');
  const log = parts.log && openLog(parts.log.drain, parts.log.embed);
  const form = parseLogSteps(parts.log ? (parts.steps.log ?? []) : [{ op: 'weighted_sum', args: {} }]);
  const metric = parts.metric?.json<FittedMetric>('fit');
  const trace = parts.trace?.json<FittedTrace>('fit');
  const vectors = log && { data: log.vectors, dim: log.dim };
  const model = await openFolded(parts.model.path('model.onnx'), card, parts.network, vectors, parts.numbers);
  return {
    folds: model.folds,
    open(at) {
      const asked = model.open();
      const lines = log && createLineIntake(log, at);
      const samples = metric && createMetricIntake(metric, at, parts.steps.metric ?? []);
      const spans = trace && createTraceIntake(trace, at, parts.steps.trace ?? []);
      const series = async () => ({
        ...(samples && { metric: await samples.features() }),
        ...(spans && { trace: await spans.features() }),
      });
      return {
        take(records) {
          if (lines && records.lines) {
            lines.take(records.lines);
            asked.see(lines.templates());
          }
          if (records.samples) samples?.take(records.samples);
          if (records.spans) spans?.take(records.spans);
        },
        features: async () => ({ ...(lines && { log: lines.features(form) }), ...(await series()) }),
        diagnose: async () =>
          asked.diagnose({ ...(lines && { log: lines.shares(form) }), ...(await series()) }),
      };
    },
    release: () => model.release(),
  };
}

/** Everything at once: records, features, model. */
export async function diagnoseRecords(
  detector: Detector,
  records: CaseRecords,
  at: CaseWindows,
): Promise<Diagnosis> {
  const open = detector.open(at);
  open.take(records);
  return open.diagnose();
}

function openLog(drain: ArtefactReader, embed: ArtefactReader): FittedLog {
  const { data, shape } = embed.array<Float32Array>('vectors');
  return {
    drain: restoreDrain(drain.json<DrainState>('tree')),
    rowOf: new Map(drain.json<Templates>('templates').map(({ id }, row) => [id, row])),
    vectors: data,
    dim: shape[1] ?? 0,
  };
}

/** Paths of the Parquet files of the records. */
export interface RecordFiles {
  readonly lines?: string;
  readonly samples?: string;
  readonly spans?: string;
}

/** The records of one case, in the order of the files. `db` keeps the order of rows. */
export async function readCaseRecords(db: Database, files: RecordFiles, index: number): Promise<CaseRecords> {
  const column = async (file: string, columns: Record<string, 'ints' | 'doubles' | 'texts'>) => {
    const names = Object.keys(columns);
    const found = names.map((): (number | string)[] => []);
    const selected = names.map((name) =>
      columns[name] === 'doubles' ? `coalesce("${name}", 'NaN'::DOUBLE)` : `"${name}"`,
    );
    await db.stream(
      `SELECT ${selected.join(', ')} FROM read_parquet(${sqlText(file)}) WHERE "case" = ${index}`,
      (read, rows) =>
        read.forEach((one, c) => {
          const into = found[c] ?? [];
          const kind = columns[names[c] ?? ''];
          const values = kind === 'ints' ? one.ints() : kind === 'doubles' ? one.doubles() : undefined;
          for (let row = 0; row < rows; row++) into.push(values ? (values[row] as number) : one.text(row));
        }),
    );
    return found;
  };
  const ints = (values: readonly (number | string)[] | undefined) => Int32Array.from(values ?? [], Number);
  const doubles = (values: readonly (number | string)[] | undefined) =>
    Float64Array.from(values ?? [], Number);
  const { lines, samples, spans } = files;
  const records: { -readonly [part in keyof CaseRecords]: CaseRecords[part] } = {};
  if (lines) {
    const [window, message] = await column(lines, { window: 'ints', message: 'texts' });
    records.lines = { window: ints(window), message: (message ?? []).map(String) };
  }
  if (samples) {
    const kinds = { instance: 'ints', kpi: 'ints', time: 'doubles', value: 'doubles' } as const;
    const [instance, kpi, time, value] = await column(samples, kinds);
    records.samples = {
      instance: ints(instance),
      kpi: ints(kpi),
      time: doubles(time),
      value: doubles(value),
    };
  }
  if (spans) {
    const codes = { window: 'ints', caller: 'ints', callee: 'ints', operation: 'ints' } as const;
    const [window, caller, callee, operation, own, called] = await column(spans, {
      ...codes,
      duration_us: 'doubles',
      caller_us: 'doubles',
    });
    records.spans = {
      window: ints(window),
      caller: ints(caller),
      callee: ints(callee),
      operation: ints(operation),
      duration_us: doubles(own),
      caller_us: doubles(called),
    };
  }
  return records;
}
