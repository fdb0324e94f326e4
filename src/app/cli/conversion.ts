/** Converting the dataset that was named, and the manifest of what comes out. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Converted, type ConvertRequest, convertDataset } from '../../data/convert/convert.ts';
import { findDataset, markSimulated } from '../../data/dataset.ts';
import { mendFiles, readFacts } from '../../data/facts.ts';
import { listFiles } from '../../data/files.ts';
import { checksumOf } from '../../data/manifest/checksums.ts';
import { type Manifest, writeManifestText } from '../../data/manifest/manifest.ts';
import { readers } from '../../data/readers/index.ts';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import { makeFolder } from '../../disk/write.ts';
import { guardStore } from '../../run/failures.ts';
import { createRunner, openNamed } from './dataset.ts';
import { writeSource } from './description.ts';
import { manifestOf, manifestPath } from './manifest.ts';
import type { GlobalOptions } from './options.ts';

export interface Conversion {
  readonly source: string;
  readonly counts: Converted['counts'];
  readonly labels: number;
  readonly refusedLabels: number;
  readonly bytes: number;
}

export async function convertNamed(given: string, out: string, global: GlobalOptions): Promise<Conversion> {
  const named = await openNamed(given, [], global);
  const source = writeSource(named.source);
  const input = await openInput(named, global);
  guardStore('write', out, () => makeFolder(dirname(out)));
  let bytes = 0;
  const about = (await manifestOf(named.source, global.dataRoot))?.manifest;
  const finish = async (folder: string, converted: Converted) => {
    const manifest = await describeOutput(folder, basename(out), source, about, converted);
    bytes = (manifest.files ?? []).reduce((sum, file) => sum + file.bytes, 0);
    writeFileSync(manifestPath(folder), await writeManifestText(manifest));
    if (named.telemetry.simulated) markSimulated(folder);
  };
  const { counts, labels } = await convertDataset({ ...input, out, onStep: tell }, finish).finally(() =>
    tell(''),
  );
  return { source, counts, labels: labels.rows.length, refusedLabels: labels.refused.length, bytes };
}

/** The files of a source: those below the data root, or those that the simulator has written into the store. */
async function openInput(
  named: Awaited<ReturnType<typeof openNamed>>,
  global: GlobalOptions,
): Promise<Omit<ConvertRequest, 'out' | 'onStep'>> {
  const { source, graph, telemetry } = named;
  const cases = graph.stages().find(({ hash }) => hash === telemetry.cases);
  const raw = cases?.inputs.raw;
  const { root, ...options } = source.args;
  if (raw !== undefined) {
    const artefact = await createRunner(named, global.dataRoot)(raw);
    const format = String(cases?.params.format);
    const reader = readers[format];
    if (!reader) throw new Error(`the simulator writes an unknown format ${format}`);
    return { reader, files: reader.find(artefact.path('raw'), {}), options: {}, digest: raw };
  }
  const location = findDataset(global.dataRoot, source.call, String(root), options);
  if (!location.found) throw new MedxError(location.diagnostic);
  const { reader, files } = location;
  const facts = await readFacts(files, join(global.store, 'cache'));
  const mend = (folder: string) => mendFiles(files, facts, folder);
  return { reader, files, options, mend, digest: JSON.stringify([source, cases?.params.digest]) };
}

async function describeOutput(
  folder: string,
  name: string,
  source: string,
  about: Manifest | undefined,
  { counts, labels }: Converted,
): Promise<Manifest> {
  const files: NonNullable<Manifest['files']>[number][] = [];
  for (const path of listFiles(folder))
    if (existsSync(`${folder}/${path}`)) files.push(await checksumOf(folder, path));
  const types = [...new Set(labels.rows.map(({ type }) => type))].sort();
  return {
    format: 1,
    name:
      name
        .toLowerCase()
        .replace(/[^a-z0-9._-]/g, '-')
        .replace(/^[^a-z0-9]+/, '') || 'converted',
    ...(about?.title ? { title: about.title } : {}),
    licence: about?.licence ?? 'unknown',
    ...(about?.citation ? { citation: about.citation } : {}),
    ...(about?.homepage ? { homepage: about.homepage } : {}),
    reader: { format: 'converted' },
    classes: Object.fromEntries(types.map((type) => [type, about?.classes?.[type] ?? ''])),
    counts: {
      labels: labels.rows.length,
      ...Object.fromEntries(Object.entries(counts).map(([modality, { written }]) => [modality, written])),
    },
    origin: { sources: [source, ...(about?.origin?.sources ?? [])] },
    files: files.filter(({ path }) => path !== 'dataset.yaml'),
  };
}

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
