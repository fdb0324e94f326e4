/** How a method to compare with is written down. One entry per method; its stage is `baseline.NAME`. */
import type { Modality } from '../../stages/contracts.ts';
import type { SettingSpec } from '../types.ts';

/** How near a row is to what its authors did. `sanity`: no published method, but what every method has to beat. */
export type Provenance = 'sanity' | 'faithful' | 'adapted' | 'reconstruction';

/**
 * What a method is given of the telemetry, as inputs of its stage. Of corrupted telemetry it gets what the training cases
 * are fitted on, and what the test cases have instead:
 *
 * - `lines`, `samples`, `spans`: the records, and `poor_lines`, `poor_samples`, `poor_spans` where test cases are corrupted.
 * - `templates`: `drain` (templates of the training cases) and `counts` (`drain`, or `drain.match`: of all cases).
 * - `windows.metric`, `windows.trace`: `metric`, `trace`: standardised means per window, as stages `features.*` make them.
 * - `events`: `events`, the extracted events themselves; of a source of records those that stage `events.find` finds in them.
 * - `alerts`: `events` too, found in records, but of calls those that an isolation forest sets apart, as TVDiag has them.
 * - `windows.events`: `log`, `metric`, `trace`: events of each kind per window, as `features.events` makes them.
 */
export type TelemetryInput =
  | 'lines'
  | 'samples'
  | 'spans'
  | 'templates'
  | 'windows.metric'
  | 'windows.trace'
  | 'events'
  | 'alerts'
  | 'windows.events';

export type BaselineSpec = {
  readonly name: string;
  readonly doc: string;
  readonly provenance: Provenance;
  /**
   * Modalities that it reads. With `all` a data set that lacks one leaves the row out; with `any` it reads those that are
   * there; a list names those without which the row is left out.
   */
  readonly reads: readonly Modality[];
  readonly needs: 'all' | 'any' | readonly Modality[];
  /** What it takes of a source of records, and of one of extracted events; absent where it cannot read such a source. */
  readonly inputs: {
    readonly records?: readonly TelemetryInput[];
    readonly events?: readonly TelemetryInput[];
  };
  /** Whether chance has a part in it: its stage is given the seed of the run. */
  readonly random: boolean;
  /** Whether it trains a network: its stage is given the experiment's engine, as `engine` (`EngineParams`). */
  readonly neural?: true;
  readonly settings: readonly SettingSpec[];
};
