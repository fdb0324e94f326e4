/**
 * Decides which stage runs when: inputs before users, at most `jobs` slots at once. A failing stage fails the stages that
 * need it and no others. How a stage is run belongs to the executor.
 */
import type { StageNode } from '../graph/plan.ts';
import type { Executor, Outcome, StageListener } from './executor.ts';

export type FinalState = 'done' | 'cached' | 'failed' | 'skipped' | 'stopped';

export type FailedOutcome = Outcome & { readonly state: 'failed' };

export interface Retry {
  readonly afterMs: number;
  /** With no other stage beside it: what ran out of memory in a crowd may fit alone. */
  readonly alone: boolean;
}

export interface ScheduleOptions {
  /** Stages to run, in an order of preference. Inputs that are not listed count as there. */
  readonly nodes: readonly StageNode[];
  readonly jobs: number;
  readonly executor: Executor;
  readonly signal?: AbortSignal;
  onStart(node: StageNode): void;
  onEnd(node: StageNode, outcome: Outcome): void;
  /** When a failed stage is tried again; undefined: it has failed. */
  retry?(node: StageNode, outcome: FailedOutcome): Retry | undefined;
  /** Whether others may start after a failure that is not tried again. Default true. */
  readonly keepGoing?: boolean;
  /** `because` is the hash of the failed stage. */
  onSkip(node: StageNode, because: string): void;
  listener(node: StageNode): StageListener;
}

/** Slots a stage takes: its threads, but never more than there are. */
export function slotsOf(node: StageNode, jobs: number): number {
  const { engine } = node.params as { engine?: { threads?: number } | null };
  const threads = node.cost === 'train' && typeof engine?.threads === 'number' ? engine.threads : 1;
  return Math.max(1, Math.min(jobs, threads));
}

/**
 * Light stages first: they open the way for others. Of trainings those with most inputs first, which take longest (a model of
 * three modalities against one of one): short ones fill the end. Else as listed; `sort` keeps that order.
 */
function byPreference(a: StageNode, b: StageNode): number {
  if (a.cost !== b.cost) return a.cost === 'light' ? -1 : 1;
  if (a.cost === 'light') return 0;
  return Object.keys(b.inputs).length - Object.keys(a.inputs).length;
}

/** Resolves when nothing runs and nothing can start. Rejects if a callback throws; children are then stopped. */
export async function schedule(options: ScheduleOptions): Promise<ReadonlyMap<string, FinalState>> {
  const { nodes, jobs, executor, signal, keepGoing = true } = options;
  const states = new Map<string, FinalState>();
  const listed = new Map(nodes.map((node) => [node.hash, node]));
  const users = new Map<string, StageNode[]>();
  const missing = new Map<string, number>();
  for (const node of listed.values()) {
    const inputs = [...new Set(Object.values(node.inputs))].filter((hash) => listed.has(hash));
    missing.set(node.hash, inputs.length);
    for (const hash of inputs) users.set(hash, [...(users.get(hash) ?? []), node]);
  }
  const rank = new Map([...listed.values()].sort(byPreference).map((node, i) => [node.hash, i]));
  const ready = [...listed.values()].filter((node) => missing.get(node.hash) === 0);
  /** Hash → slots it holds. */
  const running = new Map<string, number>();
  const alone = new Set<string>();
  const waiting = new Set<NodeJS.Timeout>();
  let halted = false;
  let lightLeft = [...listed.values()].filter((node) => node.cost === 'light').length;
  let free = jobs;

  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      signal?.removeEventListener('abort', onAbort);
      forgetRetries();
      executor.stop().then(() => reject(error), reject);
    };
    const guarded = (action: () => void) => {
      try {
        action();
      } catch (error) {
        fail(error);
      }
    };
    const forgetRetries = () => {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    };
    const tryLater = (node: StageNode, { afterMs, alone: apart }: Retry) => {
      if (apart) alone.add(node.hash);
      const timer = setTimeout(() => {
        waiting.delete(timer);
        ready.push(node);
        guarded(startReady);
      }, afterMs);
      waiting.add(timer);
    };
    const widthOf = (node: StageNode) => (alone.has(node.hash) ? jobs : slotsOf(node, jobs));
    const onAbort = () => {
      executor.stop().then(() => undefined, reject);
      ready.length = 0;
      forgetRetries();
      guarded(settle);
    };
    const settle = () => {
      if (running.size > 0 || waiting.size > 0) return;
      if (ready.length > 0 && !signal?.aborted && !halted) return;
      for (const node of listed.values()) if (!states.has(node.hash)) states.set(node.hash, 'stopped');
      signal?.removeEventListener('abort', onAbort);
      executor.close();
      resolve(states);
    };
    const skipUsers = (hash: string, because: string) => {
      for (const user of users.get(hash) ?? []) {
        if (states.has(user.hash)) continue;
        states.set(user.hash, 'skipped');
        if (user.cost === 'light') lightLeft -= 1;
        options.onSkip(user, because);
        skipUsers(user.hash, because);
      }
    };
    const end = (node: StageNode, outcome: Outcome) => {
      free += running.get(node.hash) ?? 0;
      running.delete(node.hash);
      const again = outcome.state === 'failed' && !halted ? options.retry?.(node, outcome) : undefined;
      if (again && !signal?.aborted) {
        tryLater(node, again);
        startReady();
        return;
      }
      states.set(node.hash, outcome.state);
      if (node.cost === 'light') lightLeft -= 1;
      options.onEnd(node, outcome);
      if (outcome.state === 'failed') {
        skipUsers(node.hash, node.hash);
        halted ||= !keepGoing;
        if (halted) forgetRetries();
      } else if (outcome.state !== 'stopped') {
        for (const user of users.get(node.hash) ?? []) {
          const left = missing.get(user.hash)! - 1;
          missing.set(user.hash, left);
          if (left === 0 && !states.has(user.hash)) ready.push(user);
        }
      }
      if (lightLeft === 0) executor.close();
      startReady();
      settle();
    };
    const startReady = () => {
      if (signal?.aborted || halted) return;
      ready.sort((a, b) => rank.get(a.hash)! - rank.get(b.hash)!);
      // In order: a wide job at the head waits for its slots and is not overtaken for ever by narrow ones.
      while (ready.length > 0 && widthOf(ready[0]!) <= free) {
        const node = ready.shift()!;
        free -= widthOf(node);
        running.set(node.hash, widthOf(node));
        options.onStart(node);
        executor.run(node, options.listener(node)).then((outcome) => guarded(() => end(node, outcome)), fail);
      }
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    guarded(() => {
      startReady();
      settle();
    });
  });
}
