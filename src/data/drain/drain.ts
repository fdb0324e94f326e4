/**
 * Drain: log lines → templates, one line at a time (He, Zhu, Zheng and Lyu, "Drain: an online log parsing approach with
 * fixed depth tree", ICWS 2017), with the additions of drain3: masks, numeric tokens that share a path, a bound on the
 * clusters with least-recently-used eviction. For equal settings the answers equal drain3's, line by line.
 *
 * Reading lines, choosing those to learn from and counting are left to `src/stages/drain.ts`.
 */
import { logCodes } from '../../diagnostics/codes/log.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { compileMasks, type Mask } from './masks.ts';
import { type Cluster, createNode, createTree, type Node } from './tree.ts';
import { createVocabulary, type Scan, unknownToken, wildcardToken } from './vocabulary.ts';

export type DrainOptions = {
  /** Least share of equal tokens for a line to join a cluster; wildcards count as different. 0 < similarity ≤ 1. */
  readonly similarity: number;
  /** Levels of the tree, root and leaves included: 3 = by number of tokens alone, 4 = and by the first token, … */
  readonly depth: number;
  /** Most children of an inner node, the wildcard's included. */
  readonly children: number;
  /** Most clusters alive; the least recently used one is evicted. */
  readonly clusters: number;
  /** Characters that separate tokens besides white space. */
  readonly delimiters: string;
  /** Applied in this order, before the line is split. */
  readonly masks: readonly Mask[];
};

export type Change = 'created' | 'changed' | 'none';

export interface Assignment {
  /** Number of the cluster, from 1 in order of creation; never reused. */
  readonly cluster: number;
  readonly change: Change;
}

export type Template = { readonly id: number; readonly size: number; readonly template: string };

/** The whole state as data: what was learnt can be read, compared and taken up again. */
export type DrainState = {
  readonly options: DrainOptions;
  readonly lastId: number;
  /** Least recently used first. */
  readonly clusters: readonly {
    readonly id: number;
    readonly size: number;
    readonly tokens: readonly string[];
  }[];
  /** Number of tokens → node. */
  readonly tree: { readonly [tokens: string]: NodeState };
};
export type NodeState = {
  readonly children?: readonly (readonly [token: string, node: NodeState])[];
  /** Cluster numbers, in order of creation. */
  readonly clusters?: readonly number[];
};

export interface Drain {
  /** Assigns the line and learns from it. */
  fit(line: string): Assignment;
  /** The cluster that `fit` would have chosen, or undefined where it would have made one. Learns nothing. */
  match(line: string): number | undefined;
  /** The clusters alive, by number. */
  templates(): Template[];
  save(): DrainState;
}

function checkOptions(options: DrainOptions): void {
  const faults: Diagnostic[] = [];
  const expect = (fine: boolean, setting: keyof DrainOptions, expected: string): void => {
    if (fine) return;
    faults.push(
      report(logCodes, 'MED3503', {
        setting,
        found: JSON.stringify(options[setting]) ?? 'nothing',
        expected,
      }),
    );
  };
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
  expect(options.similarity > 0 && options.similarity <= 1, 'similarity', 'a number above 0, at most 1');
  expect(whole(options.depth, 3), 'depth', 'a whole number from 3');
  expect(whole(options.children, 2), 'children', 'a whole number from 2');
  expect(whole(options.clusters, 1), 'clusters', 'a whole number from 1');
  expect(typeof options.delimiters === 'string', 'delimiters', 'a text of separating characters');
  if (faults.length > 0) throw new MedxError(faults);
}

/** @throws MedxError for settings out of range (MED3503) and masks that cannot be used (MED3501, MED3502) */
export function createDrain(options: DrainOptions): Drain {
  return build(options);
}

/** A Drain that goes on where `state` was saved. */
export function restoreDrain(state: DrainState): Drain {
  return build(state.options, state);
}

function build(options: DrainOptions, state?: DrainState): Drain {
  checkOptions(options);
  const masker = compileMasks(options.masks);
  const vocabulary = createVocabulary(options.delimiters, masker.gate);
  const tree = createTree(options, vocabulary);
  /** Number of tokens stored at which those no longer needed are looked for. */
  let crowded = 4096;

  /** Equal tokens that a line of `count` tokens needs: the least k with k / count ≥ similarity. */
  const needs: number[] = [];
  function needed(count: number): number {
    const known = needs[count];
    if (known !== undefined) return known;
    let least = Math.floor(options.similarity * count);
    while (least > 0 && (least - 1) / count >= options.similarity) least--;
    while (least / count < options.similarity) least++;
    needs[count] = least;
    return least;
  }

  /**
   * The most similar cluster of the leaf: most equal tokens, then most wildcards, then the oldest. A candidate is given
   * up at the mismatch after which it can no longer win.
   */
  function choose(leaf: Node, scan: Scan): Cluster | undefined {
    const { count, ids } = scan;
    // A line without tokens fits the one cluster of its leaf.
    if (count === 0) return leaf.clusters[0];
    const { clusters } = leaf;
    let best: Cluster | undefined;
    let bestEqual = needed(count) - 1;
    let bestWild = count;
    for (let c = 0; c < clusters.length; c++) {
      const cluster = clusters[c] as Cluster;
      const { template, wild } = cluster;
      let spare = count - wild - bestEqual - (wild > bestWild ? 0 : 1);
      if (spare < 0) continue;
      const spareAtFirst = spare;
      let i = 0;
      while (i < count) {
        const token = template[i] as number;
        if (token !== ids[i] && token !== wildcardToken && --spare < 0) break;
        i++;
      }
      if (spare < 0) continue;
      best = cluster;
      bestEqual = count - wild - (spareAtFirst - spare);
      bestWild = wild;
    }
    return best;
  }

  /** The tokens of the line with its masks applied. */
  function read(line: string): Scan {
    const scan = vocabulary.scan(line);
    if (!masker.mayMatch(scan.hits)) return scan;
    const masked = masker.apply(line, scan.hits);
    return masked === line ? scan : vocabulary.scan(masked);
  }

  function tokensOf(scan: Scan): Int32Array {
    const tokens = scan.ids.slice(0, scan.count);
    for (let i = 0; i < tokens.length; i++) {
      if (tokens[i] === unknownToken) tokens[i] = vocabulary.intern(vocabulary.token(i));
    }
    return tokens;
  }

  /** Writes a wildcard wherever template and line differ. */
  function generalise(cluster: Cluster, scan: Scan): boolean {
    const { template } = cluster;
    let changed = false;
    for (let i = 0; i < template.length; i++) {
      if (template[i] === scan.ids[i] || template[i] === wildcardToken) continue;
      template[i] = wildcardToken;
      cluster.wild++;
      changed = true;
    }
    return changed;
  }

  function forgetUnused(): void {
    if (vocabulary.size < crowded) return;
    const live = new Set<number>();
    const visit = (node: Node): void => {
      for (const [token, child] of node.children) {
        live.add(token);
        visit(child);
      }
      for (const cluster of node.clusters) for (const token of cluster.template) live.add(token);
    };
    for (const node of tree.root.children.values()) visit(node);
    vocabulary.keep(live);
    crowded = Math.max(4096, 2 * vocabulary.size);
  }

  if (state) adoptState(state);

  function adoptState(saved: DrainState): void {
    const places = new Map<number, Node>();
    const nodeOf = (from: NodeState): Node => {
      const node = createNode();
      for (const [token, child] of from.children ?? [])
        node.children.set(vocabulary.intern(token), nodeOf(child));
      for (const id of from.clusters ?? []) places.set(id, node);
      return node;
    };
    for (const [tokens, node] of Object.entries(saved.tree))
      tree.root.children.set(Number(tokens), nodeOf(node));
    for (const { id, size, tokens } of saved.clusters) {
      const leaf = places.get(id);
      if (!leaf) throw new Error(`saved Drain tree has no leaf for cluster ${id}`);
      tree.adopt(
        leaf,
        id,
        size,
        Int32Array.from(tokens, (token) => vocabulary.intern(token)),
      );
    }
    // Adopted in order of use; within a leaf the order of creation decides ties.
    for (const leaf of new Set(places.values())) leaf.clusters.sort((a, b) => a.id - b.id);
    tree.lastId = saved.lastId;
  }

  return {
    fit(line) {
      const scan = read(line);
      const leaf = tree.leaf(scan);
      const cluster = leaf && choose(leaf, scan);
      if (cluster === undefined) {
        const created = tree.create(tokensOf(scan));
        forgetUnused();
        return { cluster: created.id, change: 'created' };
      }
      const changed = generalise(cluster, scan);
      cluster.size++;
      tree.touch(cluster);
      return { cluster: cluster.id, change: changed ? 'changed' : 'none' };
    },
    match(line) {
      const scan = read(line);
      const leaf = tree.leaf(scan);
      return leaf && choose(leaf, scan)?.id;
    },
    templates() {
      return tree
        .clusters()
        .sort((a, b) => a.id - b.id)
        .map(({ id, size, template }) => ({ id, size, template: words(template).join(' ') }));
    },
    save() {
      const nodeState = (node: Node): NodeState => ({
        ...(node.children.size > 0 && {
          children: [...node.children].map(
            ([token, child]) => [vocabulary.text(token), nodeState(child)] as const,
          ),
        }),
        ...(node.clusters.length > 0 && { clusters: node.clusters.map(({ id }) => id) }),
      });
      return {
        options,
        lastId: tree.lastId,
        clusters: tree.clusters().map(({ id, size, template }) => ({ id, size, tokens: words(template) })),
        tree: Object.fromEntries([...tree.root.children].map(([tokens, node]) => [tokens, nodeState(node)])),
      };
    },
  };

  function words(template: Int32Array): string[] {
    return Array.from(template, (token) => vocabulary.text(token));
  }
}
