/** `medx data list`: which folders below the data root medx can read, and as what. */
import { existsSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import { globalOptions } from '../../options.ts';

export function register(data: Command): void {
  data
    .command('list')
    .description('list the datasets below the data root')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: true }, command: Command) => {
      const { dataRoot } = globalOptions(command);
      const { findDataset } = await import('../../../../data/dataset.ts');
      const { readers } = await import('../../../../data/readers/index.ts');
      const folders = existsSync(dataRoot)
        ? readdirSync(dataRoot, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
            .map((entry) => entry.name)
            .sort()
        : [];
      const found = folders.flatMap((root) =>
        Object.keys(readers).flatMap((format) => {
          const location = findDataset(dataRoot, format, root);
          if (!location.found) return [];
          const { labels, log, metric, trace } = location.files;
          const files = {
            labels: labels.length,
            log: log.length,
            metric: metric.length,
            trace: trace.length,
          };
          return [{ source: `${format}("${root}")`, files }];
        }),
      );
      if (options.json) {
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
        return;
      }
      if (found.length === 0) process.stdout.write(`${dataRoot}: no dataset that medx can read\n`);
      for (const { source, files } of found) {
        const counts = Object.entries(files).map(([what, n]) => `${n} ${what}`);
        process.stdout.write(`${source}: files: ${counts.join(', ')}\n`);
      }
    });
}
