/**
 * `medx stage HASH…`: runs stages that a plan described in the store. Needs the store and the datasets and nothing else, so
 * whatever can start a command can execute a plan. With `--worker` it is the child of a run and talks over Node's IPC channel.
 */
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import { moreHelp } from '../help.ts';
import { globalOptions } from '../options.ts';
import { printDiagnostics } from '../print.ts';

interface StageOptions {
  readonly worker?: true;
  readonly withInputs?: true;
}

export function register(program: Command): void {
  program
    .command('stage')
    .description('run single stages of a planned experiment by their hashes')
    .argument('[hash...]', 'hashes, or their first digits')
    .option('--with-inputs', 'first run the stages they need')
    .addOption(new Option('--worker', 'take hashes from the parent process').hideHelp())
    .addHelpText(
      'after',
      moreHelp({
        text: 'A run describes its stages in the store when it starts; `medx plan FILE --stages` shows their hashes.',
        examples: [['stage 1b735217ec16 --with-inputs']],
        exits: [
          [exitCodes.ok, 'all are in the store'],
          [exitCodes.userError, 'the store does not know such a stage'],
          [exitCodes.jobFailed, 'one failed'],
        ],
      }),
    )
    .action(async (hashes: readonly string[], options: StageOptions, command: Command) => {
      const { store, dataRoot, color } = globalOptions(command);
      const { stageRegistry: kinds } = await import('../../../stages/registry.ts');
      if (options.worker) {
        const { serveStages } = await import('../../../run/worker.ts');
        serveStages({ store, dataRoot, kinds });
        return;
      }
      if (hashes.length === 0) command.error('error: give at least one hash', { exitCode: exitCodes.usage });
      await runByHand(hashes, { store, dataRoot, color, withInputs: options.withInputs === true });
    });
}

async function runByHand(
  hashes: readonly string[],
  options: {
    readonly store: string;
    readonly dataRoot: string;
    readonly color: boolean;
    readonly withInputs: boolean;
  },
): Promise<void> {
  const { stageRegistry: kinds } = await import('../../../stages/registry.ts');
  const { artefactPath, openStore, findNode, hasArtefact } = await import('../../../run/store.ts');
  const { runStage } = await import('../../../run/run-stage.ts');
  const { stageFailure } = await import('../../../run/failures.ts');
  const { formatSeconds } = await import('../../format.ts');
  const store = openStore(options.store);
  const { useStore } = await import('../../../run/in-use.ts');
  await useStore(store);
  const wanted = hashes.map((hash) => findNode(store, hash));
  const done = new Set<string>();

  const run = async (node: (typeof wanted)[number]): Promise<boolean> => {
    if (done.has(node.hash)) return true;
    if (options.withInputs && !hasArtefact(store, node.hash)) {
      for (const input of Object.values(node.inputs)) {
        if (!(await run(findNode(store, input)))) return false;
      }
    }
    try {
      const result = await runStage(node, {
        store,
        dataRoot: options.dataRoot,
        kinds,
        onNotice: ({ message }) =>
          process.stdout.write(`  notice: ${message}
`),
      });
      const how = result.state === 'cached' ? 'is in the store' : `done in ${formatSeconds(result.seconds)}`;
      process.stdout.write(`${node.hash.slice(0, 16)} ${node.label}: ${how}\n`);
      done.add(node.hash);
      return true;
    } catch (error) {
      const failure = stageFailure(error, node.label, artefactPath(store, node.hash));
      if (failure.bug !== undefined) throw error;
      printDiagnostics(failure.diagnostics, { color: options.color });
      process.exitCode = exitCodes.jobFailed;
      return false;
    }
  };
  for (const node of wanted) await run(node);
}
