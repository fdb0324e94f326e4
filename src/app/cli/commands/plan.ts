/** `medx plan FILE`: what would run, what is in the store already, how many jobs. Runs nothing. */
import type { Command } from 'commander';
import { moreHelp } from '../help.ts';
import { type FileOptions, globalOptions, withFileOptions } from '../options.ts';

interface PlanOptions extends FileOptions {
  readonly offline?: true;
  readonly stages?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  withFileOptions(
    program
      .command('plan')
      .description('show what would run, and what is in the store already')
      .argument('<file>', '.med file'),
  )
    .option('--offline', 'do not ask the hub for text models')
    .option('--stages', 'list every stage with its hash')
    .option('--json', 'print one JSON document (schemas/plan.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['plan experiments/d3-ablation.med'],
          ['plan experiments/d3-ablation.med --set d3_ablation.seeds=1..2'],
          ['plan experiments/audit.med --experiment audit_d3 --stages'],
        ],
      }),
    )
    .action(async (file: string, options: PlanOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { loadSpec } = await import('../spec.ts');
      const spec = loadSpec(file, options, color);
      const { readWorld } = await import('../../world.ts');
      const { planSpec } = await import('../../../graph/plan-spec.ts');
      const world = await readWorld(spec, { dataRoot, store, allowRemote: !options.offline });
      const plan = planSpec(spec, world, file);
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ format: 1, ...plan }, null, 2)}\n`);
        return;
      }
      const { hasArtefact, openStore } = await import('../../../run/store.ts');
      const { renderPlan, renderStages } = await import('../show-plan.ts');
      const opened = openStore(store);
      const isCached = (hash: string) => hasArtefact(opened, hash);
      process.stdout.write(renderPlan(plan, isCached));
      if (options.stages) process.stdout.write(`\n${renderStages(plan, isCached)}`);
    });
}
