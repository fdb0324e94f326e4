/** `medx data manifest SOURCE`: writes `dataset.yaml` with the checksums of every file that the reader takes. */
import type { Command } from 'commander';
import { globalOptions } from '../../options.ts';

interface ManifestOptions {
  readonly name?: string;
  readonly title?: string;
  readonly licence?: string;
  readonly citation?: string;
  readonly homepage?: string;
  readonly print?: true;
}

export function register(data: Command): void {
  data
    .command('manifest')
    .description('write dataset.yaml: licence, citation, classes, counts, checksums')
    .argument('<source>', 'source, as \'microservo("d3")\'')
    .option('--name <name>', 'short name')
    .option('--title <text>', 'one line')
    .option('--licence <text>', 'SPDX identifier or text (default: unknown)')
    .option('--citation <text>', 'how to cite it')
    .option('--homepage <url>', 'where it is published')
    .option('--print', 'print it and write nothing')
    .action(async (given: string, { print, ...about }: ManifestOptions, command: Command) => {
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
      const text = await writeManifestText(await makeManifest(named.source, at, about, counts, classes));
      // What was given on the command line may not fit: say so before anything is written.
      await parseManifest(text, manifestPath(at.folder));
      if (print) {
        process.stdout.write(text);
        return;
      }
      const { guardStore } = await import('../../../../run/failures.ts');
      const path = manifestPath(at.folder);
      guardStore('write', path, () => writeBeside(path, text));
      process.stdout.write(`${path}: ${at.files.length} files\n`);
    });
}
