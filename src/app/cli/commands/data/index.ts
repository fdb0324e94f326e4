/** `medx data ...`: what can be done with telemetry before an experiment. One file per subcommand. */
import type { Command } from 'commander';
import { register as registerCheck } from './check.ts';
import { register as registerConvert } from './convert.ts';
import { register as registerDescribe } from './describe.ts';
import { register as registerFetch } from './fetch.ts';
import { register as registerList } from './list.ts';
import { register as registerManifest } from './manifest.ts';
import { register as registerPrepare } from './prepare.ts';
import { register as registerSimulate } from './simulate.ts';
import { register as registerTemplates } from './templates.ts';

/** In the order in which help lists them. */
const commands: readonly ((data: Command) => void)[] = [
  registerList,
  registerDescribe,
  registerCheck,
  registerPrepare,
  registerSimulate,
  registerManifest,
  registerConvert,
  registerFetch,
  registerTemplates,
];

export function register(program: Command): void {
  const data = program.command('data').description('look at datasets and prepare them');
  for (const command of commands) command(data);
}
