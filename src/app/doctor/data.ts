/** Datasets and text models under the data root and in the cache. Reads names, no contents. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findDataset } from '../../data/dataset.ts';
import { listModels, modelCache, modelFiles } from '../../data/embedding/models.ts';
import { readers } from '../../data/readers/index.ts';
import { plural } from '../format.ts';
import { absent, type Check, ok } from './check.ts';

/** Every folder of the data root against every reader. */
export function checkData(dataRoot: string): Check[] {
  if (!existsSync(dataRoot) || !statSync(dataRoot).isDirectory()) {
    const mend =
      'experiments with a stand-in (`else simulate(…)`) run without; else give `--data-root DIR` or MEDX_DATA';
    return [absent('data', 'data root', `${dataRoot} does not exist`, mend)];
  }
  const folders = readdirSync(dataRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const inside = folders.flatMap((folder) => datasetsIn(dataRoot, folder));
  // The root itself only where it is a dataset and not a folder of datasets: readers look into subfolders.
  const found = inside.length > 0 ? inside : datasetsIn(dataRoot, '.');
  return found.length > 0
    ? [ok('data', 'data root', dataRoot), ...found]
    : [
        absent(
          'data',
          'data root',
          `${dataRoot} holds no dataset that medx can read`,
          `put one there in the format ${Object.keys(readers).join(' or ')}`,
        ),
      ];
}

function datasetsIn(dataRoot: string, folder: string): Check[] {
  return Object.keys(readers).flatMap((format) => {
    const location = findDataset(dataRoot, format, folder);
    if (!location.found) return [];
    const { labels, log, metric, trace } = location.files;
    const counts = [`${log.length} log`, `${metric.length} metric`, `${trace.length} trace`].join(', ');
    return [ok('data', `${format}("${folder}")`, `${plural(labels.length, 'label file')}, ${counts} files`)];
  });
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
