/**
 * What a simulated system is: services with their pods, resources and operations, and what follows from them. The systems
 * themselves are in `systems/`; what happens to them is in the other files of this folder.
 */
import type { SimulatedSystem } from '../../catalog/simulator.ts';

export type Language = 'go' | 'dotnet' | 'node' | 'python' | 'java';

export type Service = {
  readonly name: string;
  readonly language: Language;
  /** CPU quota of a pod in cores. */
  readonly cores: number;
  readonly shares: number;
  /** Memory of a pod at rest and its limit, in MiB. */
  readonly rss: number;
  readonly cache: number;
  readonly limit: number;
  readonly threads: number;
  /** Cores a pod uses without any request: probes, agents, garbage collection. */
  readonly idle: number;
  /** Seconds from the start of the container until it accepts requests. */
  readonly boot: number;
  /** How often the service is the target of a fault, relative to the others. */
  readonly weight: number;
};

/** A call that a handler makes. An optional one may fail without failing the handler. */
export type Call = { readonly to: string; readonly times: number; readonly optional: boolean };

export type Operation = {
  /** Short name: `GetCart`. Unique in the system. */
  readonly key: string;
  /** As spans carry it: `/hipstershop.CartService/GetCart`. */
  readonly name: string;
  /** Index into `services`. */
  readonly service: number;
  /** Median own time of an unloaded pod in milliseconds, most of it CPU. */
  readonly work: number;
  /** Milliseconds a caller waits for it at most. */
  readonly timeout: number;
  /** Mean bytes of request and response. */
  readonly bytes: readonly [number, number];
  readonly calls: readonly Call[];
};

/** Caller and callee as indices into `services`. */
export type Edge = { readonly caller: number; readonly callee: number };

/** A call with its names looked up. `edge` is an index into `edges`. */
export type ResolvedCall = {
  readonly operation: number;
  readonly service: number;
  readonly edge: number;
  readonly times: number;
  readonly optional: boolean;
};

/** What a system's own file tells; `buildSystem` adds the rest. */
export type SystemParts = {
  readonly name: SimulatedSystem;
  readonly services: readonly Service[];
  readonly operations: readonly Operation[];
  /** What users do, as shares of the load. */
  readonly requestMix: readonly { readonly operation: number; readonly share: number }[];
  /** The service that requests from outside reach; index into `services`. */
  readonly entry: number;
  readonly replicas: number;
  readonly nodes: number;
  /** Requests per second from outside, averaged over a day. */
  readonly meanLoad: number;
  /** Whether a sidecar stands before each pod and counts its messages. */
  readonly sidecars: boolean;
  /** Name of a pod: its service and its number among the service's pods. */
  readonly podName: (service: string, replica: number) => string;
  /** The worker node a pod runs on. */
  readonly podNode: (service: number, replica: number) => number;
};

/** Pods of service s are numbers s · replicas and following. */
export type System = Omit<SystemParts, 'podName' | 'podNode'> & {
  readonly podCount: number;
  readonly podNames: readonly string[];
  readonly podNodes: readonly number[];
  /** Index of a pod's service. */
  readonly serviceOf: Uint8Array;
  /** Every edge of the call graph between services. */
  readonly edges: readonly Edge[];
  /** Calls per operation. */
  readonly calls: readonly (readonly ResolvedCall[])[];
  /** Operations per service. */
  readonly served: readonly (readonly number[])[];
};

export function buildSystem(parts: SystemParts): System {
  const { services, operations, replicas, podName, podNode, ...rest } = parts;
  const width = services.length;
  const keyOf = (caller: number, to: string) =>
    caller * width + (operations[findOperation(operations, to)] as Operation).service;
  const keys = [
    ...new Set(operations.flatMap(({ service, calls }) => calls.map(({ to }) => keyOf(service, to)))),
  ].sort((a, b) => a - b);
  const pods = Array.from({ length: width * replicas }, (_, pod) => pod);
  return {
    ...rest,
    services,
    operations,
    replicas,
    podCount: pods.length,
    podNames: pods.map((pod) =>
      podName((services[Math.floor(pod / replicas)] as Service).name, pod % replicas),
    ),
    podNodes: pods.map((pod) => podNode(Math.floor(pod / replicas), pod % replicas)),
    serviceOf: Uint8Array.from(pods, (pod) => Math.floor(pod / replicas)),
    edges: keys.map((key) => ({ caller: Math.floor(key / width), callee: key % width })),
    calls: operations.map(({ service, calls }) =>
      calls.map(({ to, times, optional }) => {
        const operation = findOperation(operations, to);
        const edge = keys.indexOf(keyOf(service, to));
        return { operation, service: (operations[operation] as Operation).service, edge, times, optional };
      }),
    ),
    served: services.map((_, service) =>
      operations.flatMap((operation, index) => (operation.service === service ? [index] : [])),
    ),
  };
}

/** @throws RangeError for a key that is not there: a mistake in a system's tables. */
export function findOperation(operations: readonly Operation[], key: string): number {
  const index = operations.findIndex((operation) => operation.key === key);
  if (index < 0) throw new RangeError(`no operation ${key}`);
  return index;
}

export function podService(system: System, pod: number): Service {
  return system.services[system.serviceOf[pod] as number] as Service;
}
