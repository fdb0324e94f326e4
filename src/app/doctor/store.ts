/** What the store holds: artefacts, runs, leftovers of a kill, damaged artefacts. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspectArtefact } from '../../run/artefact.ts';
import { listRecords } from '../../run/record.ts';
import { formatBytes, plural } from '../format.ts';
import { absent, type Check, ok, problem } from './check.ts';

export function checkStore(root: string): Check[] {
  if (!existsSync(join(root, 'artefacts'))) {
    return [absent('store', 'store', `${root} does not exist yet; the first run creates it`)];
  }
  const hashes = readdirSync(join(root, 'artefacts'));
  const damaged = hashes.filter((hash) => 'damage' in inspectArtefact(join(root, 'artefacts', hash)));
  const checks = [
    ok('store', 'store', `${root}, ${formatBytes(sizeOf(root))}`),
    ok('store', 'artefacts', plural(hashes.length, 'finished stage')),
    ok('store', 'runs', plural(listRecords({ root }).length, 'record')),
  ];
  if (damaged.length > 0) {
    const some = damaged.slice(0, 3).map((hash) => hash.slice(0, 12));
    checks.push(
      problem(
        'store',
        'damaged',
        `${plural(damaged.length, 'artefact')} (${some.join(', ')}${damaged.length > 3 ? ', …' : ''})`,
        'nothing to do: the next run that needs them sets them aside and makes them again',
      ),
    );
  }
  const aside = join(root, 'damaged');
  if (existsSync(aside) && readdirSync(aside).length > 0) {
    const found = `${plural(readdirSync(aside).length, 'damaged artefact')}, ${formatBytes(sizeOf(aside))}`;
    checks.push(problem('store', 'set aside', found, `look at them or remove \`${aside}\``));
  }
  return checks;
}

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
