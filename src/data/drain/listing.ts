/**
 * A learnt tree for people: its rows in an order that does not depend on when a template was met, as text that `diff`
 * shows sensibly, and what changed between two trees.
 */
import type { DrainState, NodeState } from './drain.ts';
import { wildcard } from './vocabulary.ts';

/** One node of the tree (no `id`, no `template`; `size` counts the lines below it) or one cluster in its leaf. */
export interface TreeRow {
  /** Number of tokens, then the tokens that lead here: `['4', 'user']`. */
  readonly path: readonly string[];
  readonly id?: number;
  readonly size: number;
  readonly template?: string;
}

/** Depth first: by number of tokens, then tokens by code unit, then templates by code unit. */
export function treeRows({ clusters, tree }: DrainState): TreeRow[] {
  const known = new Map(clusters.map((cluster) => [cluster.id, cluster]));
  const rowsBelow = (path: readonly string[], node: NodeState): TreeRow[] => {
    const own = (node.clusters ?? [])
      .flatMap((id) => known.get(id) ?? [])
      .map(({ id, size, tokens }) => ({ path, id, size, template: tokens.join(' ') }))
      .sort((a, b) => compare(a.template, b.template) || a.id - b.id);
    const below = [...(node.children ?? [])]
      .sort(([a], [b]) => compare(a, b))
      .flatMap(([token, child]) => rowsBelow([...path, token], child));
    const size = [...own, ...below].reduce(
      (sum, row) => sum + (row.template === undefined ? 0 : row.size),
      0,
    );
    return [{ path, size }, ...own, ...below];
  };
  return Object.entries(tree)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([tokens, node]) => rowsBelow([tokens], node));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * One line per node and per cluster, columns apart by tabs: path, number of the cluster (`-` for a node), lines learnt,
 * template.
 */
export function treeText(state: DrainState): string {
  const lines = treeRows(state).map(({ path, id, size, template }) =>
    [path.join(' / '), id ?? '-', size, ...(template === undefined ? [] : [template])].join('\t'),
  );
  return `${['path\tid\tlines\ttemplate', ...lines].join('\n')}\n`;
}

export interface TemplateDiff {
  /** In both, word for word. */
  readonly same: number;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Equally long templates that can be the same statement, more or less generalised. */
  readonly changed: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Templates of `after` against those of `before`. A lost template and a gained one are one that changed if wherever
 * they differ one of them has a wildcard; of several such, the two with most equal tokens.
 */
export function diffTemplates(before: readonly string[], after: readonly string[]): TemplateDiff {
  const old = new Set(before);
  const now = new Set(after);
  const lost = [...old].filter((text) => !now.has(text)).sort(compare);
  const gained = [...now].filter((text) => !old.has(text)).sort(compare);
  const pairs = lost
    .flatMap((from) => gained.map((to) => ({ from, to, equal: equalTokens(from, to) })))
    .filter(({ equal }) => equal > 0)
    .sort((a, b) => b.equal - a.equal || compare(a.from, b.from) || compare(a.to, b.to));
  const changed: { from: string; to: string }[] = [];
  const taken = new Set<string>();
  for (const { from, to } of pairs) {
    if (taken.has(`- ${from}`) || taken.has(`+ ${to}`)) continue;
    taken.add(`- ${from}`).add(`+ ${to}`);
    changed.push({ from, to });
  }
  return {
    same: [...old].filter((text) => now.has(text)).length,
    gained: gained.filter((text) => !taken.has(`+ ${text}`)),
    lost: lost.filter((text) => !taken.has(`- ${text}`)),
    changed: changed.sort((a, b) => compare(a.from, b.from)),
  };
}

/** Equal words, wildcards apart; 0 if the two cannot be the same statement. */
function equalTokens(a: string, b: string): number {
  const [left, right] = [a.split(' '), b.split(' ')];
  if (left.length !== right.length) return 0;
  let equal = 0;
  for (let i = 0; i < left.length; i++) {
    if (left[i] === right[i]) equal += left[i] === wildcard ? 0 : 1;
    else if (left[i] !== wildcard && right[i] !== wildcard) return 0;
  }
  return equal;
}
