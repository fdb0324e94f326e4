/** `medx data list`: which datasets lie below the data root, and which public ones do not. */
import type { Command } from 'commander';
import { globalOptions } from '../../options.ts';

interface ListOptions {
  readonly verify?: true;
  readonly json?: true;
}

export function register(data: Command): void {
  data
    .command('list')
    .description('list the datasets below the data root, and public ones that are not there')
    .option('--verify', 'compare checksums byte by byte, not sizes alone')
    .option('--json', 'print one JSON document (schemas/dataset-list.schema.json)')
    .action(async (options: ListOptions, command: Command) => {
      const { dataRoot, color } = globalOptions(command);
      const { listDatasets } = await import('../../../../data/manifest/list.ts');
      const { knownDatasets } = await import('../../../../catalog/datasets/index.ts');
      const { writeSource } = await import('../../description.ts');
      const found = (await listDatasets(dataRoot, options.verify === true)).map((one) => ({
        source: writeSource({ call: one.format, args: { root: one.root, ...one.options } }),
        ...one,
      }));
      const here = new Set(found.flatMap(({ root, manifest }) => [root.split('/')[0], manifest?.name ?? '']));
      const absent = knownDatasets
        .filter(({ name }) => !here.has(name))
        .map(({ name, title, licence, homepage, files }) => ({
          name,
          title,
          licence,
          homepage,
          fetch: files.length > 0 ? `medx data fetch ${name}` : null,
        }));
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ format: 1, dataRoot, datasets: found, absent }, null, 2)}\n`,
        );
        return;
      }
      const { renderList } = await import('../../../../report/data/list.ts');
      const { wantsColor } = await import('../../print.ts');
      const lines = renderList(dataRoot, found, absent, {
        width: process.stdout.columns || 100,
        color: wantsColor(process.stdout, color),
      });
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}
