/**
 * The settings of `simulate(online_boutique, …)`: names, units, defaults and ranges, once, as data. The language checks
 * a `.med` file against this table and the simulator checks its parameters against it; what the settings do is in
 * `src/data/simulator`.
 */

export type SimulatedSystem = 'online_boutique' | 'micross';
export const simulatedSystems: readonly { readonly name: SimulatedSystem; readonly doc: string }[] = [
  {
    name: 'online_boutique',
    doc: 'Online Boutique: nine services with three pods each, or as data set D1 runs it: ten with four.',
  },
  {
    name: 'micross',
    doc: 'A system like MicroSS (data set D2): web, mob, log, redis and db services, two instances each.',
  },
];

export type SimulatedFormat = 'microservo' | 'aiops22' | 'gaia';
export const simulatedFormats: readonly { readonly name: SimulatedFormat; readonly doc: string }[] = [
  {
    name: 'microservo',
    doc: "Data set D3's raw format and classes: cpu, http/grpc, memory, network, pod_failure.",
  },
  { name: 'aiops22', doc: "Data set D1's raw format and classes: cpu, io, memory, network, process." },
  { name: 'gaia', doc: "Data set D2's raw format and classes: login, memory, file, access." },
];

/** Parameters of stage `simulate`. Durations are milliseconds. Every value is resolved. */
export type SimulatorParams = {
  readonly system: SimulatedSystem;
  readonly format: SimulatedFormat;
  readonly cases: number;
  readonly seed: number;
  readonly rate: number;
  readonly before_ms: number;
  readonly after_ms: number;
  readonly severity: number;
  readonly noise: number;
};

export type SimulatorSetting = {
  /** As a `.med` file writes it. */
  readonly name: string;
  /** As the stage's parameters hold it: a duration `before` becomes `before_ms`. */
  readonly param: Exclude<keyof SimulatorParams, 'system' | 'format'>;
  readonly type: 'integer' | 'number' | 'duration';
  /** Milliseconds for a duration, as are the bounds. */
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly doc: string;
};

const minute = 60_000;

export const simulatorSettings: readonly SimulatorSetting[] = [
  {
    name: 'cases',
    param: 'cases',
    type: 'integer',
    default: 119,
    min: 1,
    max: 5000,
    doc: 'Number of injected failures. Case k is the same whatever their number.',
  },
  {
    name: 'seed',
    param: 'seed',
    type: 'integer',
    default: 1,
    min: 0,
    max: 2 ** 31 - 1,
    doc: 'Seed of every random draw. Same seed, same files, to the byte.',
  },
  {
    name: 'rate',
    param: 'rate',
    type: 'number',
    default: 0.4,
    min: 0.02,
    max: 8,
    doc: 'Requests per second, at the mean load of a day, whose spans and log lines are kept (head sampling); metrics count all requests.',
  },
  {
    name: 'before',
    param: 'before_ms',
    type: 'duration',
    default: 10 * minute,
    min: minute,
    max: 120 * minute,
    doc: 'Telemetry recorded before each injection (one more minute is written as margin).',
  },
  {
    name: 'after',
    param: 'after_ms',
    type: 'duration',
    default: 10 * minute,
    min: 3 * minute,
    max: 120 * minute,
    doc: 'Telemetry recorded after each injection (one more minute is written as margin).',
  },
  {
    name: 'severity',
    param: 'severity',
    type: 'number',
    default: 1,
    min: 0.1,
    max: 5,
    doc: 'Multiplies the strength of the injected faults. 1 is calibrated; less is harder.',
  },
  {
    name: 'noise',
    param: 'noise',
    type: 'number',
    default: 1,
    min: 0,
    max: 3,
    doc: 'Multiplies how often harmless disturbances happen (load spikes, noisy neighbours, restarts, log bursts).',
  },
];
