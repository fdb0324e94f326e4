/** The artefact of stage `describe`: what a dataset holds, as `medx data describe` shows it. Plain data. */
import type { Modality } from './contracts.ts';

/** File `description`. Times are epoch milliseconds, UTC. */
export type Description = {
  readonly simulated: boolean;
  readonly windowMs: number;
  /** Windows per case. */
  readonly windows: number;
  readonly classes: readonly string[];
  readonly cases: readonly DescribedCase[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Groups of cases whose intervals overlap: fewer than the cases where some do. */
  readonly groups: number;
  readonly modalities: { readonly [modality in Modality]?: DescribedModality };
  /** Services of metrics, logs and spans together, in order of name. */
  readonly instances: readonly string[];
  readonly kpis: readonly string[];
  /** Caller and callee with the number of spans in the cases, in order of name. */
  readonly links: readonly { readonly caller: string; readonly callee: string; readonly spans: number }[];
};

export type DescribedCase = {
  readonly id: string;
  readonly injected: number;
  /** Index into `classes`. */
  readonly label: number;
  readonly service: string;
  readonly day: string;
};

export type DescribedModality = {
  /** Rows of the files, and how many of them cannot be used. */
  readonly rows: number;
  readonly refused: number;
  /** First and last time in the files; null without rows. */
  readonly range: readonly [number, number] | null;
  /** Records inside the intervals of cases. */
  readonly inCases: number;
  /** Cases without a single record. */
  readonly casesWithout: number;
  readonly instances: number;
  /** Per window: share of the cases that have at least one record in it. */
  readonly coverage: readonly number[];
};
