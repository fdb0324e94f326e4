/**
 * ART's network: from the channels of all instances in a few windows to those of the next. A transformer layer over the
 * channels (an element of the sequence is a channel, its vector the instances), a GRU of 32 over the windows, two graph
 * convolutions (32 → 64 → 32) over the instances, and a linear layer back to the channels. Mean squared error.
 */
import * as t from '../../../tensor/build.ts';
import type { Feeds } from '../../../tensor/engine.ts';
import type { Graph, Node } from '../../../tensor/ir.ts';
import { graphConvolution } from '../../../tensor/layers/graph-convolution.ts';
import { gru } from '../../../tensor/layers/gru.ts';
import { linear } from '../../../tensor/layers/linear.ts';
import { transformerLayer } from '../../../tensor/layers/transformer.ts';
import type { Network } from '../learners/neural.ts';

/** `[instance, channel]` of each window: those that are read, and the one that follows. */
export interface Course {
  readonly past: readonly Float32Array[];
  readonly next: Float32Array;
}

export interface ArtShape {
  readonly instances: number;
  readonly channels: number;
  readonly history: number;
  /** Places of caller and callee. */
  readonly calls: readonly (readonly [caller: number, callee: number])[];
}

const heads = 2;
const sizes = { state: 32, hidden: 64 };
const dropouts = { attention: 0.1, graph: 0.3 };
const slope = 0.01;

/** Output `deviation`: squared differences `[course, instance, channel]`. */
export function artNetwork(shape: ArtShape): Network<Course> {
  const nodes = heads * Math.ceil(shape.instances / heads);
  const adjacency = adjacencyOf(shape, nodes);
  return {
    build: (batch) => build(batch, shape, nodes),
    inputs: (courses) => feed(courses, shape, nodes, adjacency),
    targets: () => ({}),
  };
}

function build(batch: number, { instances, channels, history }: ArtShape, nodes: number): Graph {
  const g = t.createGraph();
  const leaky = (x: Node) => t.leakyRelu(g, x, slope);
  // The places of a batch are window by window, so that a window is one piece of every channel.
  const x = t.input(g, 'past', [channels, history * batch, nodes]);
  const next = t.input(g, 'next', [batch, instances, channels]);
  const adjacency = t.input(g, 'adjacency', [batch, nodes, nodes]);
  const attended = transformerLayer(g, x, {
    name: 'channels',
    group: 'all',
    heads,
    feedForward: 2 * nodes,
    dropout: dropouts.attention,
  });
  const windows = t.reshape(g, leaky(attended), [channels, history, batch * nodes]);
  const steps = Array.from({ length: history }, (_, window) =>
    t.reshape(g, t.slice(g, windows, [0, window, 0], [channels, 1, batch * nodes]), [
      channels,
      batch * nodes,
    ]),
  );
  const states = gru(g, steps, { name: 'windows', group: 'all', hidden: sizes.state, groups: 1 });
  const last = t.reshape(g, states.at(-1) as Node, [sizes.state, batch * nodes]);
  let h = t.reshape(g, leaky(t.transpose(g, last, [1, 0])), [batch, nodes, sizes.state]);
  for (const [name, out] of [
    ['first', sizes.hidden],
    ['second', sizes.state],
  ] as const) {
    const heard = leaky(graphConvolution(g, h, adjacency, out, { name, group: 'all' }));
    h = t.dropout(g, heard, dropouts.graph, name);
  }
  const real = t.slice(g, h, [0, 0, 0], [batch, instances, sizes.state]);
  const off = t.sub(g, linear(g, real, channels, { name: 'next', group: 'all' }), next);
  const deviation = t.mul(g, off, off);
  return t.finishGraph(g, { deviation, loss: t.reduceMean(g, deviation, [0, 1, 2]) });
}

/** Each instance hears its callers and itself, which the authors' sums over neighbours alone would leave out. */
function adjacencyOf({ calls, instances }: ArtShape, nodes: number): Float32Array {
  const block = new Float32Array(nodes * nodes);
  for (let i = 0; i < instances; i++) block[i * nodes + i] = 1;
  for (const [caller, callee] of calls) block[callee * nodes + caller] = 1;
  return block;
}

function feed(
  courses: readonly Course[],
  { instances, channels, history }: ArtShape,
  nodes: number,
  adjacency: Float32Array,
): Feeds {
  const batch = courses.length;
  const past = new Float32Array(channels * history * batch * nodes);
  const next = new Float32Array(batch * instances * channels);
  const blocks = new Float32Array(batch * nodes * nodes);
  courses.forEach((course, b) => {
    next.set(course.next, b * instances * channels);
    blocks.set(adjacency, b * nodes * nodes);
    course.past.forEach((window, h) => {
      for (let i = 0; i < instances; i++)
        for (let c = 0; c < channels; c++)
          past[((c * history + h) * batch + b) * nodes + i] = window[i * channels + c] as number;
    });
  });
  return { past, next, adjacency: blocks };
}
