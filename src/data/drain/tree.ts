/**
 * Drain's state: clusters, the prefix tree that leads to them, and the order in which they were last used.
 *
 * The tree: first the number of tokens, then the first `depth − 2` tokens one level each; a leaf holds clusters. When
 * `clusters` is reached the least recently used cluster is evicted. Which cluster a line belongs to, and what a line
 * changes, is decided in `drain.ts`.
 */
import { type Scan, type Vocabulary, wildcardToken } from './vocabulary.ts';

export interface Cluster {
  readonly id: number;
  /** Lines assigned so far. */
  size: number;
  /** Token numbers, `wildcardToken` where any token fits. */
  readonly template: Int32Array;
  /** Wildcards in `template`. */
  wild: number;
  readonly leaf: Node;
  /** Neighbours in order of last use. */
  older: Cluster | undefined;
  newer: Cluster | undefined;
}

export interface Node {
  /** Token number → next level. The root's keys are token counts. */
  readonly children: Map<number, Node>;
  /** In order of creation; empty but at a leaf. */
  clusters: Cluster[];
}

export interface Tree {
  readonly root: Node;
  /** The leaf for a line, if a path leads to one. */
  leaf(scan: Scan): Node | undefined;
  /** Adds a cluster for the line, evicting the least recently used one if there are too many. */
  create(tokens: Int32Array): Cluster;
  /** Puts a cluster into a leaf as it was saved, as the most recently used one. */
  adopt(leaf: Node, id: number, size: number, template: Int32Array): Cluster;
  touch(cluster: Cluster): void;
  /** Least recently used first. */
  clusters(): Cluster[];
  /** Number of the cluster created last; numbers begin at 1 and are never used again. */
  lastId: number;
}

export interface TreeShape {
  /** Levels of the tree, the root and the leaves included; 3 or more. */
  readonly depth: number;
  /** Most children of an inner node. */
  readonly children: number;
  /** Most clusters alive. */
  readonly clusters: number;
}

export function createNode(): Node {
  return { children: new Map(), clusters: [] };
}

export function createTree(shape: TreeShape, vocabulary: Vocabulary): Tree {
  const root = createNode();
  const leafDepth = shape.depth - 2;
  let oldest: Cluster | undefined;
  let newest: Cluster | undefined;
  let alive = 0;

  function unlink(cluster: Cluster): void {
    if (cluster.older) cluster.older.newer = cluster.newer;
    else oldest = cluster.newer;
    if (cluster.newer) cluster.newer.older = cluster.older;
    else newest = cluster.older;
  }
  function append(cluster: Cluster): void {
    cluster.older = newest;
    cluster.newer = undefined;
    if (newest) newest.newer = cluster;
    else oldest = cluster;
    newest = cluster;
  }

  function leaf(scan: Scan): Node | undefined {
    const { count, ids } = scan;
    let node = root.children.get(count);
    for (let depth = 1; node && depth < leafDepth && depth < count; depth++) {
      node = node.children.get(ids[depth - 1] as number) ?? node.children.get(wildcardToken);
    }
    return node;
  }

  /** The child that a new template's token leads to, made if need be. */
  function grow(node: Node, token: number): Node {
    const known = node.children.get(token);
    if (known) return known;
    let key = token;
    if (/\p{Nd}/u.test(vocabulary.text(token))) {
      key = wildcardToken;
    } else {
      // The last free place of a node is kept for the wildcard.
      const places = node.children.size + (node.children.has(wildcardToken) ? 0 : 1);
      if (places >= shape.children) key = wildcardToken;
    }
    let child = node.children.get(key);
    if (!child) {
      child = createNode();
      node.children.set(key, child);
    }
    return child;
  }

  function adopt(at: Node, id: number, size: number, template: Int32Array): Cluster {
    let wild = 0;
    for (const token of template) if (token === wildcardToken) wild++;
    const cluster: Cluster = { id, size, template, wild, leaf: at, older: undefined, newer: undefined };
    at.clusters.push(cluster);
    append(cluster);
    alive++;
    return cluster;
  }

  const tree: Tree = {
    root,
    leaf,
    create(tokens) {
      if (alive >= shape.clusters && oldest) {
        const evicted = oldest;
        unlink(evicted);
        evicted.leaf.clusters.splice(evicted.leaf.clusters.indexOf(evicted), 1);
        alive--;
      }
      let node = root.children.get(tokens.length);
      if (!node) {
        node = createNode();
        root.children.set(tokens.length, node);
      }
      for (let depth = 1; depth < leafDepth && depth < tokens.length; depth++) {
        node = grow(node, tokens[depth - 1] as number);
      }
      tree.lastId++;
      return adopt(node, tree.lastId, 1, tokens);
    },
    adopt,
    touch(cluster) {
      if (cluster === newest) return;
      unlink(cluster);
      append(cluster);
    },
    clusters() {
      const list: Cluster[] = [];
      for (let cluster = oldest; cluster; cluster = cluster.newer) list.push(cluster);
      return list;
    },
    lastId: 0,
  };
  return tree;
}
