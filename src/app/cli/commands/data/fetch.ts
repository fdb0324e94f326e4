/** `medx data fetch NAME`: a public dataset from where it is published, after its licence is accepted. */
import type { Command } from 'commander';
import { exitCodes } from '../../exit.ts';
import { moreHelp } from '../../help.ts';
import { globalOptions } from '../../options.ts';

interface FetchOptions {
  readonly acceptLicence?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('fetch')
    .description('fetch a public dataset; `medx data list` names them')
    .argument('<name>', 'name of a public dataset')
    .option('--accept-licence', 'accept the licence that is shown without being asked')
    .option('--json', 'print one JSON document (schemas/dataset-fetch.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [['data fetch nezha-trainticket']],
      }),
    )
    .action(async (name: string, options: FetchOptions, command: Command) => {
      const { dataRoot } = globalOptions(command);
      const { fetchKnown, findKnown, licenceText } = await import('../../fetching.ts');
      const known = findKnown(name);
      const say = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
      say(licenceText(known));
      const fetched = await fetchKnown(known, { dataRoot, accepted: options.acceptLicence === true, say });
      if (!fetched) {
        process.exitCode = exitCodes.stopped;
        return;
      }
      const { folder, files, bytes, verified, sources } = fetched;
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ format: 1, name, folder, files, bytes, verified, sources }, null, 2)}\n`,
        );
        return;
      }
      const { formatBytes } = await import('../../../format.ts');
      say(`${folder}: ${files} files, ${formatBytes(bytes)}.`);
      say(
        verified
          ? 'All checksums are right.'
          : 'Not every checksum was known before: what came is recorded in dataset.yaml (verified: false).',
      );
      for (const text of known.byHand) say(text);
      say(`Next: ${sources.map((source) => `medx data check '${source}'`).join('; ')}`);
    });
}
