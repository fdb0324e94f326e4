/** `medx data convert`: the same cases, records and features as the source, whatever the source. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { type Converted, convertDataset } from '../../../src/data/convert/convert.ts';
import { findDataset, isSimulated } from '../../../src/data/dataset.ts';
import { listFiles } from '../../../src/data/files.ts';
import { parseManifest } from '../../../src/data/manifest/manifest.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import type { StageNode } from '../../../src/graph/plan.ts';
import type { CaseTable } from '../../../src/stages/contracts.ts';
import type { JsonObject } from '../../../src/stages/stage.ts';
import { isBuilt } from '../../run/support.ts';
import { lines, rawFiles, t0, writeRaw } from '../../support/microservo.ts';
import { parquetRows } from '../../support/parquet.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { sharedPath } from '../../support/shared.ts';
import { tempFolder } from '../../support/temp.ts';
import { medxData } from './support.ts';

async function convert(
  dataRoot: string,
  format: string,
  root: string,
  out: string,
  fail?: (folder: string) => void,
) {
  const location = findDataset(dataRoot, format, root);
  if (!location.found) throw new MedxError(location.diagnostic);
  const steps: string[] = [];
  const { reader, files } = location;
  const onStep = (step: string) => steps.push(step);
  const finish = async (folder: string) => fail?.(folder);
  const result = await convertDataset({ reader, files, options: {}, out, digest: 'a', onStep }, finish);
  return { ...result, steps };
}

/** Cases, lines, samples and spans of a source, as the stages read them. */
async function records(dataRoot: string, params: JsonObject, around: JsonObject) {
  const node = (
    kind: keyof typeof stageKinds,
    more: JsonObject = {},
    inputs: Record<string, StageNode> = {},
  ) => stageNode(kind, stageKinds[kind].version, { ...params, ...more }, inputs);
  const cases = node('cases', around);
  const nodes = {
    lines: node('lines', {}, { cases }),
    samples: node('samples', {}, { cases }),
    spans: node('spans', {}, { cases }),
  };
  const ran = await runStages([cases, ...Object.values(nodes)], join(tempFolder('records'), 'store'), {
    dataRoot,
  });
  const { refused: _, ...table } = ran.artefact(cases).json<CaseTable>('cases');
  return {
    table,
    lines: await parquetRows(ran.artefact(nodes.lines).path('lines.parquet')),
    samples: await parquetRows(ran.artefact(nodes.samples).path('samples.parquet')),
    spans: await parquetRows(ran.artefact(nodes.spans).path('spans.parquet')),
    axes: [ran.artefact(nodes.samples).json('axes'), ran.artefact(nodes.spans).json('axes')],
  };
}

const around = { window_ms: 60_000, before_ms: 120_000, after_ms: 120_000 };

test('D3’s raw format → converted: equal cases and records; rows read = refused + written', async () => {
  const folder = tempFolder('convert');
  const files = rawFiles();
  const log = files['log/log.csv'] ?? '';
  // A row that is no log row, a copy, a message over two lines, and a row of the next day.
  files['log/log.csv'] = `${log}${lines([
    'torn',
    `0,id0-3,${t0 - 179}.5,2024-03-22T10:00:00Z,frontend-0,"view  cart, user -3"`,
    `90,two,${t0}.25,x,frontend-0,"one\ntwo ""quoted"""`,
    `91,later,${t0 + 86_400},x,frontend-0,tomorrow`,
  ])}`;
  const dataRoot = writeRaw(folder, files);
  const { counts, labels } = await convert(dataRoot, 'microservo', 'd3', join(folder, 'out'));
  expect(labels.rows).toHaveLength(2);
  expect(counts.log).toEqual({ read: 18, refused: 1, written: 17, days: ['2024-03-22', '2024-03-23'] });
  expect(counts.metric).toMatchObject({ read: 56, refused: 0, written: 56 });
  expect(counts.trace).toMatchObject({ read: 28, refused: 0, written: 28 });
  const raw = await records(dataRoot, { format: 'microservo', root: 'd3' }, around);
  expect(raw.lines.length).toBeGreaterThan(7);
  expect(await records(folder, { format: 'converted', root: 'out' }, around)).toEqual(raw);
});

test('an interrupted conversion goes on; a folder that is there is not touched; the same bytes every time', async () => {
  const folder = tempFolder('resume');
  const dataRoot = writeRaw(folder, rawFiles());
  const out = join(folder, 'out');
  const cut = convert(dataRoot, 'microservo', 'd3', out, () => {
    throw new Error('cut');
  });
  await expect(cut).rejects.toThrow('cut');
  expect(existsSync(out)).toBe(false);
  const again = await convert(dataRoot, 'microservo', 'd3', out);
  expect(again.steps).toEqual([]);
  expect(again.counts.log?.written).toBe(14);
  const other = await convert(dataRoot, 'microservo', 'd3', join(folder, 'other'));
  expect(other.steps).toContain('log: writing 2024-03-22');
  const bytes = (root: string) =>
    listFiles(root).map((file) => [file, readFileSync(join(root, file)).toString('base64')]);
  expect(bytes(join(folder, 'other'))).toEqual(bytes(out));
  expect(listFiles(folder).filter((file) => file.includes('.part'))).toEqual([]);
  await expect(convert(dataRoot, 'microservo', 'd3', out)).rejects.toThrow('MED3306');
});

test.runIf(isBuilt)(
  'the command writes a manifest that carries on what the source’s says, and `list` and `check` agree with it',
  async () => {
    const folder = tempFolder('command');
    const dataRoot = writeRaw(join(folder, 'data'), rawFiles());
    writeFileSync(
      join(dataRoot, 'd3', 'dataset.yaml'),
      'format: 1\nname: d3\ntitle: Three pods\nlicence: CC-BY-4.0\ncitation: Nobody 2024\nreader: { format: microservo }\nclasses: { cpu: busy }\n',
    );
    writeFileSync(join(dataRoot, 'd3', 'dataset.json'), '{"simulated": true}\n');
    // A line that is not UTF-8 is refused and counted, as when it is read directly.
    appendFileSync(
      join(dataRoot, 'd3', 'log', 'log.csv'),
      Buffer.from(`9,x,${t0},d,frontend-0,caf\xe9\n`, 'latin1'),
    );
    const { code, out } = medxData(folder, dataRoot, 'convert', 'microservo("d3")', 'data/c3', '--json');
    expect(code).toBe(0);
    const result = JSON.parse(out) as Pick<Converted, 'counts'> & { labels: number; source: string };
    expect(result).toMatchObject({
      source: 'microservo("d3")',
      labels: 2,
      counts: { log: { read: 15, refused: 1, written: 14 }, metric: { written: 56 } },
    });
    const file = join(dataRoot, 'c3', 'dataset.yaml');
    const manifest = await parseManifest(readFileSync(file, 'utf8'), file);
    expect(manifest).toMatchObject({
      name: 'c3',
      title: 'Three pods',
      licence: 'CC-BY-4.0',
      citation: 'Nobody 2024',
      reader: { format: 'converted' },
      classes: { cpu: 'busy', memory: '' },
      counts: { labels: 2, log: 14, metric: 56, trace: 28 },
      origin: { sources: ['microservo("d3")'] },
    });
    expect(manifest.files?.map(({ path }) => path)).toEqual([
      'labels.json',
      'log/2024-03-22.parquet',
      'metric/2024-03-22.parquet',
      'trace/2024-03-22.parquet',
    ]);
    expect(isSimulated(join(dataRoot, 'c3'))).toBe(true);
    // Services and their pods are told apart by a mark that nobody sees.
    const checked = medxData(folder, dataRoot, 'check', 'converted("c3")').out;
    expect(checked).toContain('frontend/observe.frontend-0');
    expect(checked).not.toContain('\u0003');
    const list = JSON.parse(medxData(folder, dataRoot, 'list', '--verify', '--json').out) as {
      datasets: { source: string; matches?: unknown }[];
    };
    expect(list.datasets.map(({ source, matches }) => [source, matches])).toEqual([
      ['converted("c3")', { by: 'sha256', ok: true, differ: [] }],
      ['microservo("d3")', undefined],
    ]);
  },
);

const sample = sharedPath('data', 'microservo-sample');

test.skipIf(!sample)('microservo-sample → converted: equal lines, samples and spans', async () => {
  // A second failure, of another class, so that there is something to tell apart.
  const folder = tempFolder('sample');
  for (const file of listFiles(sample ?? '')) {
    if (!/^(log|trace|metric\/container)\//.test(file)) continue;
    mkdirSync(join(folder, 'd3', file, '..'), { recursive: true });
    symlinkSync(join(sample ?? '', file), join(folder, 'd3', file));
  }
  writeFileSync(
    join(folder, 'd3', 'groundtruth.json'),
    JSON.stringify({
      timestamp: [1_718_651_640, 1_718_651_880],
      service: ['cartservice', 'frontend'],
      cmdb_id: ['cartservice-0', 'frontend-0'],
      failure_type: ['pod-failure', 'cpu anomaly'],
    }),
  );
  const { counts } = await convert(folder, 'microservo', 'd3', join(folder, 'out'));
  expect(counts.log).toEqual({ read: 49_964, refused: 0, written: 49_964, days: ['2024-06-17'] });
  expect(counts.trace?.written).toBe(58_161);
  const short = { window_ms: 30_000, before_ms: 60_000, after_ms: 60_000 };
  const raw = await records(folder, { format: 'microservo', root: 'd3' }, short);
  expect(raw.spans.length).toBeGreaterThan(10_000);
  expect(await records(folder, { format: 'converted', root: 'out' }, short)).toEqual(raw);
});
