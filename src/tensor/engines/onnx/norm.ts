/** Layer norm and its backward. The forward operator also gives mean and 1/std, which the backward shares. */
import type { Node } from '../../ir.ts';
import { nodeOf } from '../../ir.ts';
import { numberAttr } from '../../ops/op.ts';
import type { Lowering } from './lower.ts';
import type { OnnxAttribute } from './proto.ts';

const named = (output: string | undefined) => (output === undefined ? {} : { output });

function attributesOf(node: Node): { readonly [name: string]: OnnxAttribute } {
  return {
    axis: { kind: 'int', value: -1 },
    epsilon: { kind: 'float', value: numberAttr(node.attrs, 'eps') },
  };
}

export function lowerLayerNorm(
  l: Lowering,
  node: Node,
  inputs: readonly string[],
  output: string | undefined,
): string {
  const name = output ?? `norm${node.id}`;
  const facts = { mean: `${name}/mean`, invStd: `${name}/inv_std` };
  l.statistics.set(statisticsKey(node, inputs[0]!), facts);
  return l.push('LayerNormalization', inputs, {
    attributes: attributesOf(node),
    output: name,
    more: [facts.mean, facts.invStd],
  });
}

function statisticsKey(node: Node, x: string): string {
  return `${x} eps ${numberAttr(node.attrs, 'eps')}`;
}

/** Mean and 1/std of x: those of the forward operator, or of one written for them. */
function statisticsOf(l: Lowering, node: Node, x: string, last: number): { mean: string; invStd: string } {
  const key = statisticsKey(node, x);
  const there = l.statistics.get(key);
  if (there) return there;
  const facts = { mean: `stats${node.id}/mean`, invStd: `stats${node.id}/inv_std` };
  const scale = l.push('Expand', [l.float([1], []), l.int64([last])]);
  l.push('LayerNormalization', [x, scale], {
    attributes: attributesOf(node),
    more: [facts.mean, facts.invStd],
  });
  l.statistics.set(key, facts);
  return facts;
}

function normalised(l: Lowering, node: Node, x: string, last: number): string {
  const key = `normalised ${statisticsKey(node, x)}`;
  const there = l.memo.get(key);
  if (there) return there;
  const { mean, invStd } = statisticsOf(l, node, x, last);
  const hat = l.push('Mul', [l.push('Sub', [x, mean]), invStd]);
  l.memo.set(key, hat);
  return hat;
}

export function lowerNormalise(
  l: Lowering,
  node: Node,
  [x]: readonly string[],
  output: string | undefined,
): string {
  const hat = normalised(l, node, x!, node.type.shape.at(-1)!);
  return output === undefined ? hat : l.push('Identity', [hat], named(output));
}

export function lowerLayerNormGrad(
  l: Lowering,
  node: Node,
  [dy, x, gamma]: readonly string[],
  output: string | undefined,
): string {
  const last = nodeOf(l.graph, node.inputs[1]!).type.shape.at(-1)!;
  const rank = node.type.shape.length;
  const hat = normalised(l, node, x!, last);
  const { invStd } = statisticsOf(l, node, x!, last);
  const axes = l.int64([rank - 1]);
  const u = l.push('Mul', [dy!, gamma!]);
  const mean = l.push('ReduceMean', [u, axes]);
  const slope = l.push('ReduceMean', [l.push('Mul', [u, hat]), axes]);
  const centred = l.push('Sub', [l.push('Sub', [u, mean]), l.push('Mul', [hat, slope])]);
  return l.push('Mul', [centred, invStd], named(output));
}
