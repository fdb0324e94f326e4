/**
 * `dataset.yaml`, the manifest of a dataset: its type, and text → manifest with every mistake at its line. The shape is
 * `schemas/dataset.schema.json`; checksums are compared in `checksums.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv';
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { nearestName } from '../../diagnostics/nearest.ts';
import type { JsonObject } from '../../stages/stage.ts';

export const manifestName = 'dataset.yaml';

export interface Manifest {
  readonly format: 1;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly licence: string;
  readonly citation?: string;
  readonly homepage?: string;
  readonly reader: { readonly format: string; readonly options?: JsonObject };
  readonly classes?: Readonly<Record<string, string>>;
  readonly counts?: Readonly<Partial<Record<'labels' | 'log' | 'metric' | 'trace', number>>>;
  readonly origin?: {
    readonly sources: readonly string[];
    readonly fetched?: string;
    readonly verified?: boolean;
  };
  readonly files?: readonly ManifestFile[];
}

export interface ManifestFile {
  /** Relative to the folder of the manifest, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The manifest of a folder; undefined if it has none. Throws MedxError with every mistake of it. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName);
  if (!existsSync(path)) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MedxError(report(dataCodes, 'MED3013', { problem }, { place: path }));
  }
  return parseManifest(text, path);
}

/** `file` is the name in messages. Throws MedxError with every mistake. */
export async function parseManifest(text: string, file: string): Promise<Manifest> {
  const { isMap, isPair, isScalar, parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0)
    throw new MedxError(
      document.errors.map(({ message, pos: [start, end] }) =>
        report(
          datasetCodes,
          'MED3303',
          { problem: message.split('\n')[0] ?? message },
          { span: { file, start, end } },
        ),
      ),
    );
  const value: unknown = document.toJS();
  const errors = await validate(value);
  if (errors.length === 0) return value as Manifest;

  /** Offsets of the value at a path, or with `key` of that key of the map there. */
  const spanOf = (path: readonly string[], key?: string) => {
    let node: unknown = document.contents;
    let range: readonly number[] | null | undefined = document.contents?.range;
    for (const part of path) {
      const next: unknown = document.getIn(path.slice(0, path.indexOf(part) + 1), true);
      if (next && typeof next === 'object' && 'range' in next) {
        node = next;
        range = (next as { range?: readonly number[] | null }).range;
      }
    }
    if (key !== undefined && isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (isScalar(pair?.key)) range = pair.key.range;
    }
    return { file, start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
  };
  throw new MedxError(errors.map((error) => explain(error, value, spanOf)));
}

async function validate(value: unknown): Promise<readonly ErrorObject[]> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, validateFormats: false });
  const check = ajv.compile(manifestSchema());
  return check(value) ? [] : (check.errors ?? []);
}

function manifestSchema(): JsonObject {
  // Three folders up from both src/data/manifest and dist/data/manifest lies the package.
  const file = new URL('../../../schemas/dataset.schema.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

type SpanOf = (path: readonly string[], key?: string) => { file: string; start: number; end: number };

function explain(
  { keyword, instancePath, params, parentSchema, data }: ErrorObject,
  whole: unknown,
  spanOf: SpanOf,
): Diagnostic {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const where = path.length > 0 ? `\`${path.join('.')}\`` : 'the file';
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const known = Object.keys((parentSchema?.properties ?? {}) as object);
    const nearest = nearestName(name, known);
    const problem = `${path.length > 0 ? where : 'it'} has no key \`${name}\``;
    const expected = `one of ${known.join(', ')}`;
    return report(
      datasetCodes,
      'MED3303',
      { problem, expected, ...(nearest ? { nearest } : {}) },
      { span: spanOf(path, name) },
    );
  }
  if (keyword === 'required') {
    const problem = `${path.length > 0 ? where : 'it'} lacks \`${String(params.missingProperty)}\``;
    const properties = (parentSchema?.properties ?? {}) as Record<string, { description?: string }>;
    const expected = properties[String(params.missingProperty)]?.description;
    return report(
      datasetCodes,
      'MED3303',
      { problem, ...(expected ? { expected } : {}) },
      { span: { ...spanOf(path), end: spanOf(path).start + 1 } },
    );
  }
  const expected =
    keyword === 'type'
      ? `${params.type as string}`
      : keyword === 'const'
        ? String(params.allowedValue)
        : ((parentSchema?.description as string | undefined) ??
          (keyword === 'pattern'
            ? `text that matches ${String(params.pattern)}`
            : `${keyword} ${JSON.stringify(params)}`));
  const found = JSON.stringify(path.length > 0 ? data : typeof whole) ?? 'nothing';
  const problem = `${where} is not what it should be`;
  return report(
    datasetCodes,
    'MED3303',
    { problem, expected, found: found.slice(0, 60) },
    { span: spanOf(path) },
  );
}

/** The manifest as text, in the order of the schema, with a comment on top. */
export async function writeManifestText(manifest: Manifest): Promise<string> {
  const { stringify } = await import('yaml');
  const order = [
    'format',
    'name',
    'title',
    'description',
    'licence',
    'citation',
    'homepage',
    'reader',
    'classes',
    'counts',
    'origin',
    'files',
  ] as const;
  const sorted = Object.fromEntries(
    order.flatMap((key) => (manifest[key] === undefined ? [] : [[key, manifest[key]]])),
  );
  return `# Manifest of a dataset for medx. \`medx data check\` compares the files with their checksums.\n${stringify(sorted, { lineWidth: 120 })}`;
}
