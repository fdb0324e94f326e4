/** The vocabulary of language 1. Everything that may be written in a `.med` file is listed from here. */
import { baseline } from './blocks/baseline.ts';
import { dataset } from './blocks/dataset.ts';
import { experiment } from './blocks/experiment.ts';
import { model } from './blocks/model.ts';
import { report } from './blocks/report.ts';
import { train } from './blocks/train.ts';
import type { BlockSpec } from './types.ts';

export const languageVersion = 1;

/** The named blocks that stand at the top of a file. */
export const blocks = { dataset, model, train, baseline, experiment, report } as const;
export type BlockName = keyof typeof blocks;
export const blockList: readonly BlockSpec[] = Object.values(blocks);

export function isBlockName(word: string): word is BlockName {
  return Object.hasOwn(blocks, word);
}
