/** The manifest of a dataset in the commands: what it says, what its checksums say, and writing one. */
import { join } from 'node:path';
import type { Manifest } from '../../data/manifest/manifest.ts';
import type { DatasetFiles } from '../../data/readers/reader.ts';
import { MedxError } from '../../diagnostics/diagnostic.ts';
import type { ResolvedCall } from '../../spec/resolved.ts';
import type { Finding } from '../../stages/findings.ts';

export interface ManifestAt {
  readonly folder: string;
  /** Every file that the reader takes. */
  readonly files: readonly string[];
  readonly manifest: Manifest | undefined;
}

/** The folder of a source that reads files, with its manifest. Throws MedxError with every mistake of the manifest. */
export async function manifestOf(source: ResolvedCall, dataRoot: string): Promise<ManifestAt | undefined> {
  const { root, ...options } = source.args;
  if (typeof root !== 'string') return undefined;
  const { findDataset } = await import('../../data/dataset.ts');
  const { readManifest } = await import('../../data/manifest/manifest.ts');
  const location = findDataset(dataRoot, source.call, root, options);
  if (!location.found) return undefined;
  return {
    folder: location.files.root,
    files: filesOf(location.files),
    manifest: await readManifest(location.files.root),
  };
}

const filesOf = ({ labels, log, metric, trace }: DatasetFiles) =>
  [...new Set([...labels, ...log, ...metric, ...trace])].sort();

/** What is shown above a description. */
export async function factsOf(
  source: ResolvedCall,
  dataRoot: string,
): Promise<(readonly [key: string, text: string])[]> {
  const found = await manifestOf(source, dataRoot);
  if (!found?.manifest) return [];
  const { title, name, licence, citation, homepage } = found.manifest;
  return [
    ['title', title ?? name] as const,
    ['licence', licence] as const,
    ...(citation ? [['cite', citation.trim().replace(/\s+/g, ' ')] as const] : []),
    ...(homepage ? [['homepage', homepage] as const] : []),
  ];
}

/** Compares every listed file byte by byte. Mistakes of the manifest itself are findings too. */
export async function verifyManifest(source: ResolvedCall, dataRoot: string): Promise<Finding[]> {
  const { checksumFindings, compareFiles } = await import('../../data/manifest/checksums.ts');
  try {
    const found = await manifestOf(source, dataRoot);
    if (!found?.manifest) return [];
    return checksumFindings(await compareFiles(found.folder, found.manifest, found.files, 'sha256'));
  } catch (error) {
    if (!(error instanceof MedxError)) throw error;
    return error.diagnostics.map(({ code, severity, message, notes = [], span }) => ({
      code,
      severity,
      message,
      count: 1,
      example: span?.file ?? '',
      notes,
    }));
  }
}

/** The manifest of what lies there now. What a person wrote into an earlier one is kept, checksums and counts are not. */
export async function makeManifest(
  source: ResolvedCall,
  at: ManifestAt,
  given: Partial<Pick<Manifest, 'name' | 'title' | 'licence' | 'citation' | 'homepage'>>,
  counts: NonNullable<Manifest['counts']>,
  types: readonly string[],
): Promise<Manifest> {
  const { checksumOf } = await import('../../data/manifest/checksums.ts');
  const { root, ...options } = source.args;
  const before = at.manifest;
  const files: NonNullable<Manifest['files']>[number][] = [];
  for (const file of at.files) files.push(await checksumOf(at.folder, file));
  const classes = Object.fromEntries(types.map((type) => [type, before?.classes?.[type] ?? '']));
  const base = String(root).split('/').at(-1) ?? 'dataset';
  return {
    ...before,
    format: 1,
    name:
      before?.name ??
      base
        .toLowerCase()
        .replace(/[^a-z0-9._-]/g, '-')
        .replace(/^[^a-z0-9]+/, ''),
    licence: before?.licence ?? 'unknown',
    ...given,
    reader: { format: source.call, ...(Object.keys(options).length > 0 ? { options } : {}) },
    classes,
    counts,
    files,
  };
}

export const manifestPath = (folder: string) => join(folder, 'dataset.yaml');
