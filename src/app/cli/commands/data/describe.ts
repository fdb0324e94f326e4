/** `medx data describe DATASET`: what a dataset holds, in the terminal, as SVG or as JSON. */
import type { Command } from 'commander';
import { moreHelp } from '../../help.ts';
import { collect, globalOptions } from '../../options.ts';

interface DescribeOptions {
  readonly set: readonly string[];
  readonly svg?: string;
  readonly json?: true;
}

export const datasetArgument = 'source, as \'microservo("d3")\', or FILE.med#DATASET';

export function register(data: Command): void {
  data
    .command('describe')
    .description('show what a dataset holds: cases, instances, KPIs, links, coverage')
    .argument('<dataset>', datasetArgument)
    .option('--set <path=value>', 'change a setting, as window=30s; may be repeated', collect, [])
    .option('--svg <file>', 'draw it as SVG')
    .option('--json', 'print one JSON document (schemas/dataset-description.schema.json)')
    .addHelpText(
      'after',
      moreHelp({
        examples: [
          ['data describe \'nezha("nezha-trainticket")\''],
          ['data describe experiments/hello.med#boutique --svg boutique.svg'],
        ],
      }),
    )
    .action(async (given: string, options: DescribeOptions, command: Command) => {
      const global = globalOptions(command);
      const { svg } = options;
      const { guardStore } = await import('../../../../run/failures.ts');
      if (svg !== undefined) {
        const { accessSync, constants } = await import('node:fs');
        const { dirname } = await import('node:path');
        guardStore('write', svg, () => accessSync(dirname(svg), constants.W_OK));
      }
      const { createRunner, openNamed } = await import('../../dataset.ts');
      const named = await openNamed(given, options.set, global);
      const { describeDataset } = await import('../../description.ts');
      const { description, about } = await describeDataset(
        named,
        createRunner(named, global.dataRoot),
        global.dataRoot,
      );
      if (svg !== undefined) {
        const { drawDescription } = await import('../../../../report/data/svg.ts');
        const { writeFileSync } = await import('node:fs');
        guardStore('write', svg, () => writeFileSync(svg, drawDescription(description, about.source)));
      }
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ format: 1, source: about.source, ...description }, null, 2)}\n`,
        );
        return;
      }
      const { renderDescription } = await import('../../../../report/data/text.ts');
      const { wantsColor } = await import('../../print.ts');
      const lines = renderDescription(description, about, {
        width: process.stdout.columns || 100,
        color: wantsColor(process.stdout, global.color),
      });
      process.stdout.write(`${lines.join('\n')}\n`);
      if (svg !== undefined) process.stdout.write(`\nDrawn: ${svg}\n`);
    });
}
