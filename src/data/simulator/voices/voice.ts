/** What the log writers of all systems share: lines, the story of one visit, and what is told of it. */
import type { Status } from '../spans.ts';

/** `unknown`: the text itself says how bad it is. */
export const level = { unknown: 0, info: 1, warning: 2, error: 3 } as const;
export type Level = (typeof level)[keyof typeof level];

export type Line = {
  /** Milliseconds since the start of the record. */
  readonly time: number;
  readonly pod: number;
  /** The request that caused it, -1 for none. */
  readonly trace: number;
  readonly level: Level;
  readonly message: string;
};

/** Why an attempt was refused; only the caller's log tells. */
export type Refusal = 'none' | 'refused' | 'terminated' | 'no_endpoint' | 'aborted';

/** Why a handler cannot do its work. */
export type Complaint = 'none' | 'login' | 'denied' | 'missing';

/** One visit of an operation that is being logged. */
export type Story = { readonly operation: number; readonly pod: number; readonly trace: number };

export interface Voice {
  readonly lines: readonly Line[];
  begin(operation: number, pod: number, time: number, trace: number): Story;
  /** A call that failed or took long, as the caller tells it. Times are milliseconds. */
  trouble(
    story: Story,
    callee: number,
    time: number,
    code: Status,
    refusal: Refusal,
    took: number,
    optional: boolean,
  ): void;
  fail(story: Story, time: number, complaint: Exclude<Complaint, 'none'>): void;
  end(story: Story, time: number, code: Status, took: number): void;
}
