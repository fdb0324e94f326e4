/** `medx data templates FILE`: the log templates that a job learnt, and what differs between two of them. */
import type { Command } from 'commander';
import { moreHelp } from '../../help.ts';
import { collect, globalOptions } from '../../options.ts';

export interface TemplateOptions {
  readonly set: readonly string[];
  readonly experiment?: string;
  readonly variant?: string;
  readonly seed?: string;
  readonly fold?: string;
  readonly diff?: readonly string[];
  readonly tree?: true;
  readonly offline?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('templates')
    .description('list the log templates that a run learnt, or what differs between two fits')
    .argument('[file]', '.med file (not needed where --diff names artefacts by hash)')
    .option('--set <path=value>', 'change a setting; may be repeated', collect, [])
    .option('--experiment <name>', 'experiment of the file (default: the first)')
    .option('--variant <name>', 'variant (default: the first that reads logs)')
    .option('--seed <number>', 'seed (default: the first)')
    .option('--fold <number>', 'fold, counted from 1 (default: the first)')
    .option('--diff <fits...>', 'two fits to compare: SEED, SEED/FOLD, or the hash of a drain artefact')
    .option('--tree', 'the nodes of the tree too')
    .option('--offline', 'do not ask the hub for text models')
    .option('--json', 'print one JSON document (schemas/templates.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['data templates experiments/hello.med'],
          [
            'data templates experiments/nezha-trainticket.med --diff 1/1 1/2',
            'what differs between two folds',
          ],
        ],
      }),
    )
    .action(async (file: string | undefined, options: TemplateOptions, command: Command) => {
      const { store: root, dataRoot, color } = globalOptions(command);
      const { openStore } = await import('../../../../run/store.ts');
      const templates = await import('../../templates.ts');
      const store = openStore(root);
      const plan = file === undefined ? undefined : await planOf(file);
      const lines = options.diff
        ? templates.showDiff(store, plan, options.diff, options)
        : templates.showTemplates(store, plan, options);
      process.stdout.write(lines);

      async function planOf(path: string) {
        const { loadSpec } = await import('../../spec.ts');
        const { readWorld } = await import('../../../world.ts');
        const { planSpec } = await import('../../../../graph/plan-spec.ts');
        const spec = loadSpec(path, { set: options.set }, color);
        const world = await readWorld(spec, { dataRoot, store: root, allowRemote: !options.offline });
        return planSpec(spec, world, path);
      }
    });
}
