/**
 * Stage `baseline.diagmlp`: DiagMLP (Gao et al., "Are GNNs actually effective for multimodal fault diagnosis in microservice
 * systems?", ICWS 2025, arXiv 2501.02766), the question whether a method needs its graph at all: the vectors of all instances
 * and modalities concatenated → linear → ReLU → linear → class. No graph, no attention.
 *
 * A reconstruction from the paper; there is no public code. The paper takes the vectors of the method that it stands
 * against; here they are the summary features of `summary.ts`, standardised over the training cases. Ours too: Adam at 1e-3
 * on batches of 32, until the training loss has not fallen for `patience` epochs.
 */
import { stageKinds } from '../../catalog/stages.ts';
import * as t from '../../tensor/build.ts';
import { linear } from '../../tensor/layers/linear.ts';
import type { EngineParams } from '../contracts.ts';
import { withEngine } from '../engine.ts';
import { probabilitiesOf } from '../medicine/scoring.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases } from './answer.ts';
import { fitNetwork, type Network, outOfPatience } from './learners/neural.ts';
import { readSummaries, standardise } from './summary.ts';

export type DiagMlpParams = JsonObject & {
  readonly seed: number;
  readonly engine: EngineParams;
  readonly hidden: number;
  readonly lr: number;
  readonly epochs: number;
  readonly patience: number;
};

const batch = 32;

export const stage: StageKind<DiagMlpParams> = {
  kind: 'baseline.diagmlp',
  version: stageKinds['baseline.diagmlp'].version,
  cost: stageKinds['baseline.diagmlp'].cost,
  run: ({ engine, seed, hidden, lr, epochs, patience }, context) =>
    withEngine(engine, (opened) =>
      answerCases(context, async ({ train, classes }) => {
        const summaries = readSummaries(context, 'diagmlp');
        const rowOf = standardise(
          summaries,
          train.map(({ index }) => index),
        );
        const width = rowOf(0).length;
        if (width === 0) return () => undefined;
        const items = train.map(({ index, label }) => ({ row: rowOf(index), label }));
        const fitted = await fitNetwork<Item>(opened, perceptron({ width, hidden, classes }), {
          train: items,
          batch,
          epochs,
          optimiser: { kind: 'adam', lr, weight_decay: 0, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
          seed,
          stop: outOfPatience(patience),
          progress: context.progress,
        });
        return async (index) => {
          if (!summaries.evidence[index]) return undefined;
          const { logits = [] } = await fitted.run([{ row: rowOf(index) }]);
          return probabilitiesOf({ classes, data: logits }, 0);
        };
      }),
    ),
};

interface Item {
  readonly row: Float64Array;
  /** Only of training cases. */
  readonly label?: number;
}

interface Shape {
  readonly width: number;
  readonly hidden: number;
  readonly classes: number;
}

function perceptron({ width, hidden, classes }: Shape): Network<Item> {
  return {
    build: (size) => {
      const g = t.createGraph();
      const x = t.input(g, 'x', [size, width]);
      const told = t.input(g, 'labels', [size], 'int32');
      const inner = t.relu(g, linear(g, x, hidden, { name: 'hidden', group: 'all' }));
      const logits = linear(g, inner, classes, { name: 'out', group: 'all' });
      return t.finishGraph(g, { logits, loss: t.crossEntropy(g, logits, told, t.constant(g, [1], [size])) });
    },
    inputs: (items) => {
      const x = new Float32Array(items.length * width);
      items.forEach(({ row }, i) => {
        x.set(row, i * width);
      });
      return { x };
    },
    targets: (items) => ({ labels: Int32Array.from(items, ({ label = 0 }) => label) }),
  };
}
