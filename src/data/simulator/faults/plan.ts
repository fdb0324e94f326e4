/** What a plan of faults says: the classes of a data set, how often each happens, and by which mechanisms. */
import type { SimulatedFormat } from '../../../catalog/simulator.ts';
import type { EffectKind } from '../effects.ts';
import type { RandomStream } from '../random.ts';
import type { Service, System } from '../system.ts';

export type Mechanism = {
  readonly kind: EffectKind;
  /** The failure type as the data set's labels spell it; the reader maps it to the class. */
  readonly failureType: string;
  readonly share: number;
  /** Full amount before `severity`. */
  readonly draw: (draws: RandomStream) => number;
  /** Highest amount that means anything. */
  readonly most: number;
  /** Seconds of ramp-up. */
  readonly ramp: readonly [number, number];
  /** What comes with it: kind, and amount as a share of the main one's. */
  readonly also?: readonly { readonly kind: EffectKind; readonly factor: number }[];
};

export type FaultClass = {
  readonly name: string;
  /** How many of a block of cases are of this class. */
  readonly count: number;
  readonly mechanisms: readonly Mechanism[];
  /** Seconds, drawn between the two in steps of `step`. */
  readonly duration: { readonly from: number; readonly to: number; readonly step: number };
  /** Services that can be hit; all where none of the system fits. */
  readonly targets?: (service: Service, system: System) => boolean;
};

export type FaultPlan = {
  readonly format: SimulatedFormat;
  readonly classes: readonly FaultClass[];
  /** Number of affected pods of the target, and how often. */
  readonly hits: readonly { readonly pods: number; readonly share: number }[];
  /** Seconds from one injection to the next, at least. */
  readonly spacing: number;
  /** Seconds that a fault can last beyond the record; 0 = it ends within. */
  readonly outlasts: number;
  /** The first day's local midnight, in epoch seconds. */
  readonly origin: number;
  /** Seconds between two reads of the metrics. */
  readonly scrape: number;
  /** Whether disks are part of what is disturbed, and whether handlers fail now and then for want of a file or a right. */
  readonly disks: boolean;
  readonly glitches: boolean;
};
