/**
 * Plans corrupted telemetry: which records the model is fitted on and which its test cases have. A method that reads
 * telemetry takes `fitted` as its records and, where there is `poor`, that one for the test cases (`viewRecords` in
 * `src/data/corruption` puts the two together).
 */
import { type Side, subjects } from '../catalog/blocks/corrupt.ts';
import { formatDuration, formatFraction } from '../catalog/units.ts';
import type { Corruption, Corruptions, Modality } from '../stages/contracts.ts';
import type { JsonObject } from '../stages/stage.ts';
import type { GraphBuilder } from './builder.ts';

export interface RecordPlace {
  readonly graph: GraphBuilder;
  readonly cases: string;
  readonly split: string;
  readonly fit: 'train' | 'all';
  readonly seed: number;
  /** For labels: `d3 seed 1`. */
  readonly label: string;
}

export interface PlannedRecords {
  /** The stage with the records of all cases, those of the training cases corrupted if they are to be. */
  readonly fitted: string;
  /** The stage with the corrupted records of the test cases. Absent where they are sound. */
  readonly poor?: string;
}

/** What a stage's input with the records of a modality is called. */
export const recordInputs = { log: 'lines', metric: 'samples', trace: 'spans' } as const;

/** `records` is the stage that reads the modality. */
export function planRecords(
  modality: Modality,
  records: string,
  corrupt: Corruptions,
  place: RecordPlace,
): PlannedRecords {
  const at = (side: Side): string | undefined => {
    const amounts = amountsOf(modality, corrupt[side] ?? {});
    if (Object.keys(amounts).length === 0) return undefined;
    const { graph, cases, split, fit, seed, label } = place;
    const params = { at: side, seed, ...amounts, ...('noise' in amounts ? { fit } : {}) };
    return graph.add(
      `corrupt.${modality}`,
      params,
      { [recordInputs[modality]]: records, cases, split },
      `corrupt ${modality} ${label} at ${side}: ${describe(amounts)}`,
    );
  };
  const poor = at('test');
  return { fitted: at('train') ?? records, ...(poor ? { poor } : {}) };
}

function amountsOf(modality: Modality, { mask, ...corruption }: Corruption): JsonObject {
  return {
    ...corruption[modality],
    ...(mask?.instance === undefined ? {} : { mask: mask.instance }),
  };
}

function describe(amounts: JsonObject): string {
  return Object.entries(amounts)
    .map(([name, amount]) => `${name} ${formatAmount(name, Number(amount))}`)
    .join(', ');
}

function formatAmount(name: string, amount: number): string {
  if (name === 'delay') return formatDuration(amount);
  if (name === 'noise') return String(amount);
  return amount === 1 ? 'all' : formatFraction(amount);
}

/** For tables: `at test: log drop 30%, mask instance 20%`, one text per side that is corrupted. */
export function describeCorruptions(corrupt: Corruptions): string[] {
  const text = (corruption: Corruption | undefined): string =>
    subjects
      .flatMap(({ name }) =>
        Object.entries(corruption?.[name as keyof Corruption] ?? {}).map(
          ([how, amount]) => `${name} ${how} ${formatAmount(how, amount)}`,
        ),
      )
      .join(', ');
  const [train, test] = [text(corrupt.train), text(corrupt.test)];
  if (train !== '' && train === test) return [`at both: ${train}`];
  return [...(train === '' ? [] : [`at train: ${train}`]), ...(test === '' ? [] : [`at test: ${test}`])];
}
