/** `medx data manifest SOURCE`: writes `dataset.yaml` with the checksums of every file that the reader takes. */
import type { Command } from 'commander';
import { moreHelp } from '../../help.ts';
import { globalOptions } from '../../options.ts';
import { datasetArgument } from './describe.ts';

interface ManifestOptions {
  readonly name?: string;
  readonly title?: string;
  readonly licence?: string;
  readonly citation?: string;
  readonly homepage?: string;
  readonly print?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('manifest')
    .description('write dataset.yaml: licence, citation, classes, counts, checksums')
    .argument('<dataset>', datasetArgument)
    .option('--name <name>', 'short name')
    .option('--title <text>', 'one line')
    .option('--licence <text>', 'SPDX identifier or text (default: unknown)')
    .option('--citation <text>', 'how to cite it')
    .option('--homepage <url>', 'where it is published')
    .option('--print', 'print it and write nothing')
    .option('--json', 'print one JSON document (schemas/dataset-manifest.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [['data manifest \'microservo("d3")\' --licence CC-BY-4.0']],
      }),
    )
    .action(async (given: string, { print, json, ...about }: ManifestOptions, command: Command) => {
      const global = globalOptions(command);
      const { createRunner, openNamed } = await import('../../dataset.ts');
      const named = await openNamed(given, [], global);
      const { MedxError, report } = await import('../../../../diagnostics/diagnostic.ts');
      const { datasetCodes } = await import('../../../../diagnostics/codes/datasets.ts');
      const { makeManifest, manifestOf, manifestPath } = await import('../../manifest.ts');
      const { writeBeside } = await import('../../../../disk/write.ts');
      const at = await manifestOf(named.source, global.dataRoot);
      if (!at) throw new MedxError(report(datasetCodes, 'MED3305', { given }));
      const { countDataset } = await import('../../description.ts');
      const { counts, classes } = await countDataset(named, createRunner(named, global.dataRoot));
      const { parseManifest, writeManifestText } = await import('../../../../data/manifest/manifest.ts');
      const manifest = await makeManifest(named.source, at, about, counts, classes);
      const text = await writeManifestText(manifest);
      const path = manifestPath(at.folder);
      // What was given on the command line may not fit: say so before anything is written.
      await parseManifest(text, path);
      if (!print) {
        const { guardStore } = await import('../../../../run/failures.ts');
        guardStore('write', path, () => writeBeside(path, text));
      }
      if (json) {
        const shown = { format: 1, path, written: !print, manifest };
        process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
      } else process.stdout.write(print ? text : `${path}: ${at.files.length} files\n`);
    });
}
