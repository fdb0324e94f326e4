import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listDatasets } from '../../../src/data/manifest/list.ts';
import { parseManifest } from '../../../src/data/manifest/manifest.ts';
import { countBadLines } from '../../../src/data/survey/text-lines.ts';
import { MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../../../src/diagnostics/terminal.ts';
import { createSourceFile } from '../../../src/text/source.ts';
import { isBuilt } from '../../run/support.ts';
import { rawFiles, writeRaw } from '../../support/microservo.ts';
import { tempFolder } from '../../support/temp.ts';
import { medxData, schemaErrors } from './support.ts';

/** What a user sees of a manifest's mistakes. */
async function mistakes(text: string): Promise<string> {
  const source = createSourceFile('dataset.yaml', text);
  const error = await parseManifest(text, 'dataset.yaml').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics
    .map((one) => renderDiagnostic(one, { source: () => source, color: false }))
    .join('\n');
}

const good = `format: 1
name: d3
licence: MIT
reader:
  format: microservo
`;

test('a manifest that fits is read as it is', async () => {
  expect(await parseManifest(good, 'dataset.yaml')).toEqual({
    format: 1,
    name: 'd3',
    licence: 'MIT',
    reader: { format: 'microservo' },
  });
});

test('every mistake of a manifest is told at its line, with the nearest key', async () => {
  const said = await mistakes(`format: 2
name: D3!
license: MIT
reader:
  fromat: microservo
counts: { labels: -1 }
files:
  - { path: a.csv, bytes: many, sha256: ${'0'.repeat(64)} }
  - { path: b.csv, bytes: 1, sha256: short }
`);
  expect(said).toMatch(/`format` is not what it should be +dataset.yaml:1:9/);
  expect(said).toContain('expected 1\n  found 2');
  expect(said).toMatch(/`name` is not what it should be +dataset.yaml:2:7/);
  expect(said).toMatch(/it has no key `license` +dataset.yaml:3:1[\s\S]*did you mean `licence`\?/);
  expect(said).toContain('it lacks `licence`');
  expect(said).toMatch(/`reader` has no key `fromat` +dataset.yaml:5:3[\s\S]*did you mean `format`\?/);
  expect(said).toMatch(/`counts.labels` is not what it should be +dataset.yaml:6:19/);
  expect(said).toMatch(/`files.0.bytes` is not what it should be +dataset.yaml:8:27/);
  expect(said).toContain('expected integer\n  found "many"');
  expect(said).toMatch(/`files.1.sha256` is not what it should be +dataset.yaml:9/);
});

test('text that is no YAML is told at its place', async () => {
  expect(await mistakes('format: 1\nname: [d3\n')).toMatch(/MED3303: dataset.yaml: .* dataset.yaml:\d/);
  expect(await mistakes('just a word')).toContain('MED3303');
});

test.runIf(isBuilt)(
  'medx data manifest writes one that check agrees with, and keeps what a person wrote',
  () => {
    const folder = tempFolder('manifest');
    const dataRoot = writeRaw(join(folder, 'data'), rawFiles());
    const path = join(dataRoot, 'd3', 'dataset.yaml');
    const made = medxData(
      folder,
      dataRoot,
      'manifest',
      'microservo("d3")',
      '--licence',
      'CC0-1.0',
      '--title',
      'Three pods',
    );
    expect([made.code, made.out]).toEqual([0, `${path}: 4 files\n`]);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('licence: CC0-1.0');
    expect(text).toMatch(/counts:\n {2}labels: 2\n {2}log: 14\n {2}metric: 56\n {2}trace: 28\n/);
    expect(
      schemaErrors(
        'dataset-check',
        JSON.parse(medxData(folder, dataRoot, 'check', 'microservo("d3")', '--json').out),
      ),
    ).toEqual([]);

    // By a .med file too, and as JSON.
    writeFileSync(
      join(folder, 'd3.med'),
      'med 1\ndataset d3 {\n  from = microservo("d3")\n  window = 60s\n  case = 2m before .. 2m after\n}\n',
    );
    const shown = medxData(folder, dataRoot, 'manifest', 'd3.med#d3', '--print', '--json');
    expect(shown.err).toBe('');
    const told = JSON.parse(shown.out);
    expect(told).toMatchObject({ format: 1, path, written: false, manifest: { title: 'Three pods' } });
    expect(schemaErrors('dataset', told.manifest)).toEqual([]);

    // A person explains the classes; a new file comes; one goes.
    writeFileSync(path, text.replace('cpu: ""', 'cpu: burning'));
    writeFileSync(join(dataRoot, 'd3', 'log', 'log2.csv'), 'log_id,timestamp,cmdb_id,message\n');
    renameSync(join(dataRoot, 'd3', 'trace', 'trace.csv'), join(dataRoot, 'd3', 'trace', 'trace_b.csv'));
    const checked = medxData(folder, dataRoot, 'check', 'microservo("d3")');
    expect(checked.code).toBe(1);
    expect(checked.out).toContain(
      '1 file listed and not there, by the list of dataset.yaml: trace/trace.csv',
    );
    expect(checked.out).toContain('2 files that medx reads are not listed in dataset.yaml: `log/log2.csv`,');
    expect(medxData(folder, dataRoot, 'manifest', 'microservo("d3")').code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/title: Three pods\nlicence: CC0-1.0[\s\S]*cpu: burning/);
    const list = medxData(folder, dataRoot, 'list').out;
    expect(list).toContain('Three pods; licence CC0-1.0');
    expect(list).toContain('sizes as in dataset.yaml');

    const wrong = medxData(folder, dataRoot, 'manifest', 'microservo("d3")', '--homepage', 'example');
    expect([wrong.code, wrong.err]).toEqual([
      1,
      expect.stringContaining('`homepage` is not what it should be'),
    ]);
    writeFileSync(path, 'name: d3\n');
    expect(medxData(folder, dataRoot, 'list').out).toContain('! dataset.yaml: it lacks');
  },
);

test.runIf(isBuilt)(
  'lines that are not UTF-8 are counted, and their rows refused; --strict makes warnings count',
  async () => {
    const folder = tempFolder('latin');
    const dataRoot = writeRaw(join(folder, 'data'), rawFiles());
    const log = join(dataRoot, 'd3', 'log', 'log.csv');
    const text = readFileSync(log);
    const bad = Buffer.concat([
      text,
      Buffer.from('1,x,1711101600,d,frontend-0,caf\xe9\n', 'latin1'),
      text.subarray(text.indexOf(10) + 1),
      Buffer.from('\xff\xfe', 'latin1'),
    ]);
    writeFileSync(log, bad);
    expect(await countBadLines(log)).toEqual({ lines: 2, first: 16 });
    const { code, out } = medxData(folder, dataRoot, 'check', 'microservo("d3")');
    expect(code).toBe(0);
    expect(out).toContain('warning MED3425: 2 lines in 1 file are not UTF-8');
    expect(out).toMatch(/MED3422: log: 2 rows .* cannot be read/);
    expect(out).toContain('for example log/log.csv, line 16');

    writeFileSync(
      join(dataRoot, 'd3', 'groundtruth', 'groundtruth.json'),
      Buffer.from('{"caf\xe9": 1}', 'latin1'),
    );
    const labels = medxData(folder, dataRoot, 'check', 'microservo("d3")');
    expect(labels.code).toBe(1);
    expect(labels.out).toMatch(/error MED3013: .*UTF-8/);

    mkdirSync(join(folder, 'clean'));
    const clean = writeRaw(join(folder, 'clean'), rawFiles());
    const loose = medxData(folder, clean, 'check', 'microservo("d3")');
    expect(loose.code).toBe(0);
    expect(loose.out).toContain('2 types with fewer cases than 5 folds');
    expect(medxData(folder, clean, 'check', 'microservo("d3")', '--strict').code).toBe(1);
    expect(medxData(folder, clean, 'check', 'microservo("d3")', '--folds', '1').code).toBe(2);
  },
);

test('the list knows sets whose folders several readers take', async () => {
  const folder = tempFolder('mixed');
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  // Names of D1's files are names of D3's too, and its labels lie beside its telemetry.
  const d1 = 'd1/cloudbed-1';
  write(
    'd1/groundtruth/groundtruth-2022-05-01.json',
    JSON.stringify({
      timestamp: [1_651_334_400],
      level: ['pod'],
      cmdb_id: ['cartservice-0'],
      failure_type: ['k8s容器cpu负载'],
    }),
  );
  write(`${d1}/metric/container/kpi_container_threads.csv`, 'timestamp,cmdb_id,kpi_name,value\n');
  write(`${d1}/trace/all/trace_jaeger-span.csv`, 'timestamp,cmdb_id\n');
  // Events whose labels are no OTLP labels, in two folders of one set.
  for (const set of ['one', 'two']) {
    write(`events/${set}/label.csv`, 'index,service,instance,anomaly_type\n1,a,a-0,cpu\n');
    write(`events/${set}/raw/metrics.json`, '{"1": []}');
  }
  const listed = await listDatasets(folder, false);
  expect(listed.map(({ format, root, labels }) => [format, root, labels])).toEqual([
    ['aiops22', 'd1', 1],
    ['alerts', 'events/one', 1],
    ['alerts', 'events/two', 1],
  ]);
});
