/** Draws the injected fault of a case: class, mechanism, target, strength. */
import type { Effect } from '../effects.ts';
import { RandomStream } from '../random.ts';
import { type CaseTimes, classOf } from '../schedule.ts';
import type { Setup } from '../setup.ts';

export type Fault = {
  readonly class: string;
  /** Spelt as in the labels of the plan's format. */
  readonly failureType: string;
  /** Index into the system's services. */
  readonly service: number;
  /** Affected pods, ascending. */
  readonly pods: readonly number[];
  /** Seconds. */
  readonly duration: number;
  /** The first is the fault's own. */
  readonly effects: readonly Effect[];
};

export function drawFault(setup: Setup, index: number, times: CaseTimes): Fault {
  const { system, plan, params } = setup;
  const draws = new RandomStream(params.seed, index, 'fault');
  const { name, mechanisms, targets = () => true, duration: lengths } = classOf(plan, params.seed, index);
  const mechanism = draws.weighted(mechanisms, (item) => item.share);
  const open = system.services.filter((item) => targets(item, system));
  const target = draws.weighted(open.length > 0 ? open : system.services, (item) => item.weight);
  const service = system.services.indexOf(target);
  const hit = draws.weighted(plan.hits, (item) => item.share).pods;
  const first = service * system.replicas;
  const pods = draws
    .shuffled(Array.from({ length: system.replicas }, (_, replica) => first + replica))
    .slice(0, hit)
    .sort((a, b) => a - b);
  const { from, to, step } = lengths;
  const drawn = step * Math.round(draws.between(from / step, to / step));
  const duration = plan.outlasts > 0 ? drawn : Math.min(times.recordEnd - times.injected - 90, drawn);
  const start = times.injected - times.recordStart;
  const amount = Math.min(mechanism.most, mechanism.draw(draws) * params.severity);
  const ramp = Math.min(draws.between(...mechanism.ramp), duration / 2);
  const share = mechanism.kind === 'hold' ? draws.between(0.5, 1) : 1;
  const main: Effect = { kind: mechanism.kind, pods, start, end: start + duration, ramp, amount, share };
  const also = (mechanism.also ?? []).map(({ kind, factor }) => ({ ...main, kind, amount: amount * factor }));
  return {
    class: name,
    failureType: mechanism.failureType,
    service,
    pods,
    duration,
    effects: [main, ...also],
  };
}
