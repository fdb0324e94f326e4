/**
 * From the records of one case in memory to its diagnosis: templates, features and model, with everything fitted before. The
 * steps are those of `features.*`, the file is `model.onnx`, so a case of the run gets the features that the run gave it.
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
  type FittedLog,
  metricOfCase,
  traceOfCase,
} from '../../data/features/one-case.ts';
import type { FittedTrace } from '../../data/features/trace.ts';
import type { Modality, ModelCard, Step } from '../contracts.ts';
import type { Templates } from '../drain.ts';
import type { ArtefactReader } from '../stage.ts';
import { type CaseFeatures, type Diagnosis, openModel } from './diagnose.ts';

/** Artefacts of a training stage and of the stages that made its features; an absent modality is not read. */
export interface DetectorParts {
  readonly model: ArtefactReader;
  readonly log?: { readonly drain: ArtefactReader; readonly embed: ArtefactReader };
  readonly metric?: ArtefactReader;
  readonly trace?: ArtefactReader;
  /** The feature steps of each modality. */
  readonly steps: { readonly [modality in Modality]?: readonly Step[] };
}

/** A case of which log lines are taken as they come; samples and spans are looked at when it is diagnosed. */
export interface OpenCase {
  take(lines: NonNullable<CaseRecords['lines']>): void;
  features(records: Omit<CaseRecords, 'lines'>): Promise<CaseFeatures>;
  diagnose(records: Omit<CaseRecords, 'lines'>): Promise<Diagnosis>;
}

export interface Detector {
  open(at: CaseWindows): OpenCase;
  release(): Promise<void>;
}

export async function openDetector(parts: DetectorParts): Promise<Detector> {
  const card = parts.model.json<ModelCard>('model');
  const model = await openModel(parts.model.path('model.onnx'), card);
  const log = parts.log && openLog(parts.log.drain, parts.log.embed);
  const form = parseLogSteps(parts.log ? (parts.steps.log ?? []) : [{ op: 'weighted_sum', args: {} }]);
  const metric = parts.metric?.json<FittedMetric>('fit');
  const trace = parts.trace?.json<FittedTrace>('fit');
  return {
    open(at) {
      const intake = log && createLineIntake(log, at);
      const features: OpenCase['features'] = async ({ samples, spans }) => ({
        ...(intake ? { log: intake.features(form) } : {}),
        ...(metric && samples
          ? { metric: await metricOfCase(metric, samples, at, parts.steps.metric ?? []) }
          : {}),
        ...(trace && spans ? { trace: await traceOfCase(trace, spans, at, parts.steps.trace ?? []) } : {}),
      });
      return {
        take: (lines) => intake?.take(lines),
        features,
        diagnose: async (records) => model.diagnose(await features(records)),
      };
    },
    release: () => model.release(),
  };
}

/** Everything at once: lines, features, model. */
export async function diagnoseRecords(
  detector: Detector,
  { lines, ...others }: CaseRecords,
  at: CaseWindows,
): Promise<Diagnosis> {
  const open = detector.open(at);
  if (lines) open.take(lines);
  return open.diagnose(others);
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
