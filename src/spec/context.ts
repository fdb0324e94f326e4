/** What the parts of the resolver share: where mistakes go, and where values are noted with their origin. */
import type { Profile } from '../catalog/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ResolvedValue } from './resolved.ts';

/** Collects mistakes. The same mistake met twice (a model that two variants use) is one mistake. */
export class Problems {
  readonly list: Diagnostic[] = [];
  /** Errors so far, each as often as it was met. */
  errors = 0;
  private readonly seen = new Set<string>();

  add(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error') this.errors += 1;
    const key = `${diagnostic.code} ${diagnostic.span?.file}:${diagnostic.span?.start} ${diagnostic.message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push(diagnostic);
  }
}

export interface Context {
  readonly problems: Problems;
  readonly profile: Profile;
  /** Path in front of every value noted: `d3_ablation.data`. */
  readonly path: string;
  readonly values: ResolvedValue[];
  /** Says in a message where a span lies: `experiments/d3.med:12`. */
  readonly placeOf: (span: { readonly file: string; readonly start: number }) => string;
}

/** What draws a split or folds that have no seed of their own, in words. */
export const runsSeed = "the run's seed";

export function within(context: Context, name: string): Context {
  return { ...context, path: context.path ? `${context.path}.${name}` : name };
}

export function note(context: Context, text: string, origin: string): void {
  context.values.push({ path: context.path, text, origin });
}
