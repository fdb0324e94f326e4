/** What a simulation is made of: the system and the faults that go with the settings, and how much is recorded. */
import type { SimulatedFormat, SimulatedSystem, SimulatorParams } from '../../catalog/simulator.ts';
import { aiops22Faults } from './faults/aiops22.ts';
import { gaiaFaults } from './faults/gaia.ts';
import { microservoFaults } from './faults/microservo.ts';
import type { FaultPlan } from './faults/plan.ts';
import type { System } from './system.ts';
import { micross } from './systems/micross.ts';
import { type BoutiqueShape, onlineBoutique } from './systems/online-boutique.ts';

export type Setup = {
  readonly params: SimulatorParams;
  readonly system: System;
  readonly plan: FaultPlan;
  /** Seconds between two reads of the metrics. */
  readonly scrape: number;
  /** Seconds of a case where telemetry is recorded without a break; absent where only the cases are recorded. */
  readonly slot?: number;
};

const plans: Readonly<Record<SimulatedFormat, FaultPlan>> = {
  microservo: microservoFaults,
  aiops22: aiops22Faults,
  gaia: gaiaFaults,
};

/** D2 shows two instances of a service, D3 three, D1 four. */
const shapes: Readonly<Record<SimulatedFormat, BoutiqueShape>> = {
  microservo: { ads: false, replicas: 3, nodes: 4 },
  aiops22: { ads: true, replicas: 4, nodes: 6 },
  gaia: { ads: false, replicas: 3, nodes: 4 },
};

const systems: Readonly<Record<SimulatedSystem, (format: SimulatedFormat) => System>> = {
  online_boutique: (format) => onlineBoutique(shapes[format]),
  micross: () => micross(),
};

export function setUp(params: SimulatorParams, extent: Pick<Partial<Setup>, 'scrape' | 'slot'> = {}): Setup {
  const plan = plans[params.format];
  return { params, system: systems[params.system](params.format), plan, scrape: plan.scrape, ...extent };
}
