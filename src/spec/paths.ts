/** Paths that `with` and `sweep` may name: settings of the model (`mao.alpha`), of a step (`log.transformer.layers`), of training (`train.dropout`). */
import { blocks } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { steps } from '../catalog/steps/index.ts';
import type { SettingSpec } from '../catalog/types.ts';
import type { Ident } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { findSetting, reportUnknown } from './given.ts';

export interface PathTarget {
  readonly of: 'model' | 'train';
  /** Without `train.`. */
  readonly path: string;
  /** Unknown for a step that does not exist: the pipeline says so. */
  readonly setting?: SettingSpec;
}

/** Undefined where there is no such path (reported). `cost` says what ignoring it would have cost. */
export function findPath(key: Ident, owner: string, context: Context, cost?: string): PathTarget | undefined {
  const path = key.text.split('.');
  const [first, second, third] = path;
  if (first === 'train' && path.length > 1) {
    const rest = path.slice(1);
    const found = findSetting(blocks.train, rest);
    if (found.ok) return { of: 'train', path: rest.join('.'), setting: found.setting };
    reportUnknown({ ...found, at: found.at + 1, owner: found.owner ?? '`train`' }, owner, key, context, cost);
    return undefined;
  }
  if (modalities.some((modality) => modality === first) && path.length === 3) {
    const setting = steps.find((step) => step.name === second)?.args.find((arg) => arg.name === third);
    return { of: 'model', path: key.text, ...(setting ? { setting } : {}) };
  }
  const found = findSetting(blocks.model, path);
  if (found.ok) return { of: 'model', path: key.text, setting: found.setting };
  if (found.owner) reportUnknown(found, owner, key, context, cost);
  else {
    const list = (words: readonly string[]) => [...words.filter((word) => word !== 'encode'), 'train'];
    const shown = list(found.shown ?? found.names);
    reportUnknown({ ...found, names: list(found.names), shown }, owner, key, context, cost);
  }
  return undefined;
}
