/** A Parquet file whose pages are damaged is named: DuckDB alone says what is wrong and not where. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Diagnostic, MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { convertFolder } from '../../support/convert.ts';
import { rawFiles, writeRaw } from '../../support/microservo.ts';
import { readRecords } from '../../support/read-records.ts';
import { tempFolder } from '../../support/temp.ts';

async function refusalOf(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error;
  return error.diagnostics;
}

test('every damaged file of a modality is named, and no sound one', async () => {
  const [from, root] = [tempFolder('damage'), tempFolder('damage')];
  writeRaw(from, rawFiles());
  await convertFolder(from, root, 'parquet', (path) => !path.includes('istio'));
  const path = (name: string) => join(root, 'd3', 'log', name);
  for (const name of ['a_log.parquet', 'b_log.parquet']) copyFileSync(path('log.parquet'), path(name));
  const bytes = readFileSync(path('b_log.parquet'));
  // All pages; the footer, which is looked at before anything is read, stays.
  bytes.fill(0xff, 4, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
  for (const name of ['b_log.parquet', 'log.parquet']) writeFileSync(path(name), bytes);
  const found = await refusalOf(readRecords(root, 'microservo("d3")'));
  expect(found.map(({ code, place }) => [code, place])).toEqual([
    ['MED3013', 'log/b_log.parquet'],
    ['MED3013', 'log/log.parquet'],
  ]);
  expect(found[0]?.message).toMatch(/^file cannot be read: \S/);
});
