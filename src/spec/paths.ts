/**
 * Paths that `with` and `sweep` may name: settings of the model (`mao.alpha`), of a step (`log.transformer.layers`), of training (`train.dropout`), of the telemetry
 * (`corrupt.log.drop`).
 */
import { corrupt } from '../catalog/blocks/corrupt.ts';
import { blocks } from '../catalog/index.ts';
import { modalities } from '../catalog/modalities.ts';
import { stepFor } from '../catalog/steps/index.ts';
import type { SettingSpec } from '../catalog/types.ts';
import type { Ident } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { findSetting, reportUnknown } from './given.ts';

export interface PathTarget {
  readonly of: 'model' | 'train' | 'corrupt';
  /** Without `train.` and `corrupt.`. */
  readonly path: string;
  /** Unknown for a step that does not exist: the pipeline says so. */
  readonly setting?: SettingSpec;
}

/** Undefined where there is no such path (reported). `cost` says what ignoring it would have cost. */
export function findPath(key: Ident, owner: string, context: Context, cost?: string): PathTarget | undefined {
  const path = key.text.split('.');
  const [first, second, third] = path;
  if ((first === 'train' || first === 'corrupt') && path.length > 1) {
    const rest = path.slice(1);
    const found = findSetting(first === 'train' ? blocks.train : corrupt, rest);
    if (found.ok) return { of: first, path: rest.join('.'), setting: found.setting };
    const at = { at: found.at + 1, owner: found.owner ?? `\`${first}\`` };
    reportUnknown({ ...found, ...at }, owner, key, context, cost);
    return undefined;
  }
  const modality = modalities.find((one) => one === first);
  if (modality && second !== undefined && path.length === 3) {
    const setting = stepFor(second, modality)?.args.find((arg) => arg.name === third);
    return { of: 'model', path: key.text, ...(setting ? { setting } : {}) };
  }
  const found = findSetting(blocks.model, path);
  if (found.ok) return { of: 'model', path: key.text, setting: found.setting };
  if (found.owner) reportUnknown(found, owner, key, context, cost);
  else {
    const list = (words: readonly string[]) => [
      ...words.filter((word) => word !== 'encode'),
      'train',
      'corrupt',
    ];
    const shown = list(found.shown ?? found.names);
    reportUnknown({ ...found, names: list(found.names), shown }, owner, key, context, cost);
  }
  return undefined;
}
