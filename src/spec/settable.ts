/** What `--set` and `--experiment` could take in a file, for completion. What a path's values may be is said when they are read. */
import type { BlockSpec, SettingSpec } from '../catalog/types.ts';
import { blockOf } from './baselines.ts';
import { Problems } from './context.ts';
import { type Host, loadProgram } from './load.ts';

/** `standard.epochs`, `medicine.mao.alpha`, `standard.optimiser.lr`; of imported experiments none, because they do not run. */
export function settablePaths(file: string, host: Host): string[] {
  const { definitions } = loadProgram(file, host, new Problems());
  const paths = definitions
    .filter(({ kind, own }) => kind !== 'experiment' || own)
    .flatMap((definition) => pathsOf(blockOf(definition), `${definition.name.text}.`));
  return [...new Set(paths)];
}

/** The names that `--experiment` takes. */
export function ownExperiments(file: string, host: Host): string[] {
  const { definitions } = loadProgram(file, host, new Problems());
  return definitions.flatMap(({ kind, own, name }) => (kind === 'experiment' && own ? [name.text] : []));
}

function pathsOf({ settings, blocks }: BlockSpec, prefix: string): string[] {
  return [
    ...settings.flatMap((setting) => [
      `${prefix}${setting.name}`,
      ...argumentsOf(setting, `${prefix}${setting.name}.`),
    ]),
    ...blocks.flatMap((block) => (block.repeats ? [] : pathsOf(block, `${prefix}${block.name}.`))),
  ];
}

function argumentsOf({ type }: SettingSpec, prefix: string): string[] {
  return type.kind === 'call'
    ? type.of.flatMap(({ args }) => args.map(({ name }) => `${prefix}${name}`))
    : [];
}
