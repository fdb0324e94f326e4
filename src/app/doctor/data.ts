/** Datasets and text models under the data root and in the cache. Of telemetry it reads names, no contents. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listModels, modelCache, modelFiles } from '../../data/embedding/models.ts';
import { type ListedDataset, listDatasets } from '../../data/manifest/list.ts';
import { readers } from '../../data/readers/index.ts';
import { writeSource } from '../cli/description.ts';
import { plural } from '../format.ts';
import { absent, type Check, ok, problem } from './check.ts';

/** The datasets that `medx data list` shows. */
export async function checkData(dataRoot: string): Promise<Check[]> {
  if (!existsSync(dataRoot) || !statSync(dataRoot).isDirectory()) {
    const mend =
      'experiments with a stand-in (`else simulate(…)`) run without; else give `--data-root DIR` or MEDX_DATA';
    return [absent('data', 'data root', `${dataRoot} does not exist`, mend)];
  }
  const found = await listDatasets(dataRoot, false);
  if (found.length === 0) {
    const mend = `put one there in the format ${Object.keys(readers).join(' or ')}, or see \`medx data list\` for public ones`;
    return [absent('data', 'data root', `${dataRoot} holds no dataset that medx can read`, mend)];
  }
  return [ok('data', 'data root', dataRoot), ...found.map(checkDataset)];
}

function checkDataset({
  format,
  root,
  options,
  labels,
  files,
  problem: unfit,
  matches,
}: ListedDataset): Check {
  const source = writeSource({ call: format, args: { root, ...options } });
  if (unfit !== undefined) return absent('data', source, unfit);
  const counts = (['log', 'metric', 'trace'] as const).map((name) => `${files[name]} ${name}`).join(', ');
  const check = ok('data', source, `${plural(labels ?? 0, 'label')}, ${counts} files`);
  if (!matches || matches.ok) return check;
  const differ = `${check.found}; not as in dataset.yaml: ${matches.differ.slice(0, 3).join(', ')}`;
  return problem('data', source, differ, `\`medx data check '${source}'\` says what changed`);
}

export function checkModels(dataRoot: string, cacheDir: string): Check[] {
  const given = listModels(dataRoot).map((name) => ok('models', name, 'in the data root'));
  const cache = modelCache(cacheDir);
  const downloaded = foldersOf(cache)
    .flatMap((owner) => foldersOf(join(cache, owner)).map((name) => `${owner}/${name}`))
    .filter((name) => modelFiles.every((file) => existsSync(join(cache, name, file))))
    .map((name) => ok('models', name, 'downloaded before'));
  const found = [...given, ...downloaded];
  if (found.length > 0) return found;
  const mend =
    'the first run downloads what a file names, or takes the stand-in it names (`else hashed(768)`)';
  return [absent('models', 'text models', 'none here', mend)];
}

const foldersOf = (path: string) =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
