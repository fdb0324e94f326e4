/** Files as they should not be: every row is read or refused and counted, and a damaged file is an error that names it. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { stageKinds } from '../../../src/catalog/stages.ts';
import { uniformAt } from '../../../src/data/random.ts';
import { type Diagnostic, MedxError } from '../../../src/diagnostics/diagnostic.ts';
import { convertFolder } from '../../support/convert.ts';
import { caseParams, rawFiles, t0, writeRaw } from '../../support/microservo.ts';
import { runStages, stageNode } from '../../support/run-stages.ts';
import { tempFolder } from '../../support/temp.ts';

interface Counts {
  readonly rows: number;
  readonly refused: number;
}

/** The files of the tiny dataset, log files aside; `logs` by path below its root. */
async function countLogs(logs: Record<string, string | Buffer>) {
  const folder = tempFolder('hostile');
  const files = rawFiles();
  delete files['log/log.csv'];
  writeRaw(folder, files);
  for (const [path, text] of Object.entries(logs)) {
    const target = join(folder, 'd3', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const node = stageNode('cases', stageKinds.cases.version, caseParams);
  const ran = await runStages([node], join(folder, 'store'), { dataRoot: folder });
  const { log } = ran.artefact(node).json<{ files: { log: Counts } }>('telemetry').files;
  return {
    counts: { rows: log.rows, refused: log.refused },
    notices: ran.notices
      .map(({ code, message }) => `${code} ${message}`)
      .filter((text) => / log: |3120/.test(text)),
  };
}

async function refusalOf(work: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MedxError)) throw error ?? new Error('nothing was refused');
  return error.diagnostics;
}

const header = 'timestamp,cmdb_id,message\n';
const good = (k: number) => `${t0 + k},frontend-0,"line ""${k}"""\n`;
const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9]);

/** Bytes of one row each, and how many of its rows can be read. */
const hostileRows: Readonly<Record<string, readonly [string | Buffer, number]>> = {
  'not UTF-8': [Buffer.concat([Buffer.from(`${t0},frontend-0,`), latin, Buffer.from('\n')]), 0],
  'a NUL byte': [`${t0},frontend-0,a\0b\n`, 1],
  'a carriage return and a line feed': [`${t0},frontend-0,text\r\n`, 1],
  'a lone carriage return': [`${t0},frontend-0,a\rb\n`, 1],
  'a quote within a field': [`${t0},frontend-0,say "hello, you" there\n`, 0],
  'a quote within the last field': [`${t0},frontend-0,say "hello" there\n`, 1],
  'text behind a closing quote': [`${t0},frontend-0,"say" hello\n`, 0],
  'a quote that is never closed': [`${t0},frontend-0,"say hello\n`, 0],
  'a line of 1 MB': [`${t0},frontend-0,${'x'.repeat(1 << 20)}\n`, 1],
  'a line of 5 MB': [`${t0},frontend-0,${'x'.repeat(5 << 20)}\n`, 0],
  'a quoted line of 5 MB': [`${t0},frontend-0,"${'x'.repeat(5 << 20)}"\n`, 0],
  'a field over three lines': [`${t0},frontend-0,"one\r\ntwo\n\nthree"\n`, 1],
  'too few fields': [`${t0},frontend-0\n`, 0],
  'too many fields': [`${t0},frontend-0,a,b\n`, 0],
  'a time that is none': ['noon,frontend-0,a\n', 0],
  'no time': [',frontend-0,a\n', 0],
};

test.each(Object.entries(hostileRows))('CSV, %s: that row alone is at stake', async (_, [row, readable]) => {
  const rows = [good(0), row, good(1), row, row, good(2)];
  const plain = Buffer.concat([header, ...rows].map((part) => Buffer.from(part)));
  const { counts, notices } = await countLogs({ 'log/log.csv': plain, 'log/log-2.csv.gz': gzipSync(plain) });
  expect(counts).toEqual({ rows: 12, refused: 6 * (1 - readable) });
  expect(notices.filter((text) => text.startsWith('MED3120'))).toEqual([]);
});

test('JSON lines: what is no object or cannot be converted is refused, blank lines are no rows', async () => {
  const line = (message: string) => `{"timestamp": ${t0}, "cmdb_id": "frontend-0", "message": ${message}}\n`;
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const lines: readonly (readonly [string | Buffer, 'read' | 'refused' | 'blank'])[] = [
    [line('"one"'), 'read'],
    ['\n  \n', 'blank'],
    [`{"timestamp": ${t0}, "message":\n`, 'refused'],
    ['}\n', 'refused'],
    ['[1, 2]\n', 'refused'],
    ['null\n', 'refused'],
    ['{}\n', 'refused'],
    ['{"timestamp": "noon", "cmdb_id": "a", "message": "b"}\n', 'refused'],
    [`{"timestamp": "${t0}", "cmdb_id": "a", "message": {"text": "b"}}\n`, 'read'],
    [line('"a\\u0000b"'), 'read'],
    [line('"a\0b"'), 'refused'],
    [line(deep), 'read'],
    [Buffer.concat([Buffer.from(line('"caf')).subarray(0, -2), latin, Buffer.from('"}\n')]), 'refused'],
    [line(`"${'x'.repeat(1 << 20)}"`), 'read'],
    [line(`"${'x'.repeat(40 << 20)}"`), 'refused'],
    [line('"last"').trim(), 'read'],
  ];
  const text = Buffer.concat(lines.map(([bytes]) => Buffer.from(bytes)));
  const count = (what: string) => lines.filter(([, kind]) => kind === what).length;
  const { counts, notices } = await countLogs({
    'log/log.jsonl': text,
    'log/log-2.ndjson.gz': gzipSync(Buffer.concat([Buffer.from('\ufeff'), text])),
  });
  expect(counts).toEqual({ rows: 2 * (count('read') + count('refused')), refused: 2 * count('refused') });
  expect(notices).toEqual([
    'MED3101 log: 18 rows of 30 refused, for example log/log-2.ndjson, row 2: no JSON object',
  ]);
});

test('CSV of random bytes between good rows: no row is lost', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const parts: Buffer[] = [Buffer.from(header)];
    let draw = 0;
    const next = (below: number) => Math.floor(uniformAt(seed, 0, draw++) * below);
    const alphabet = Buffer.from('ab,",\r\n\n0\0\xe9"', 'latin1');
    for (let k = 0; k < 60; k++)
      parts.push(
        next(2) === 0
          ? Buffer.from(good(k))
          : Buffer.from(Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)] ?? 0)),
      );
    const { notices } = await countLogs({
      'log/log.csv': Buffer.concat([...parts, Buffer.from(`\n${good(1)}`)]),
    });
    expect([seed, notices.filter((text) => text.startsWith('MED3120'))]).toEqual([seed, []]);
  }
});

test('headers: quotes, a mark of the byte order, other order, more columns, an index without a name', async () => {
  const { counts } = await countLogs({
    'log/log-1.csv': `\ufeff"","message","time, local",cmdb_id,"timestamp"\n0,a,x,frontend-0,${t0}\n`,
    'log/log-2.csv': `timestamp,cmdb_id,value\r\n${t0},frontend-0,a\r\n${t0},frontend-0,b\r\n`,
    'log/log-3.csv': `message,cmdb_id,timestamp\n"two\nlines",frontend-0,${t0}`,
  });
  expect(counts).toEqual({ rows: 4, refused: 0 });
});

test('damaged, empty and foreign files are one error each, all at once', async () => {
  const folder = tempFolder('hostile');
  const root = join(writeRaw(folder, rawFiles()), 'd3');
  const zstd = join(
    await convertFolder(join(root, 'log'), join(folder, 'zstd'), 'csv.zst', () => true),
    'log.csv.zst',
  );
  const parquet = join(
    await convertFolder(join(root, 'log'), join(folder, 'pq'), 'parquet', () => true),
    'log.parquet',
  );
  const text = gzipSync(header + Array.from({ length: 5000 }, (_, k) => good(k)).join(''));
  writeFileSync(join(root, 'log/log-a.csv.gz'), text.subarray(0, text.length - 100));
  writeFileSync(join(root, 'log/log-b.csv.zst'), readFileSync(zstd).subarray(0, -7));
  writeFileSync(join(root, 'log/log-c.parquet'), readFileSync(parquet).subarray(0, -100));
  writeFileSync(join(root, 'log/log-d.parquet'), header);
  writeFileSync(join(root, 'log/log-e.csv.zst'), header);
  writeFileSync(join(root, 'log/log-f.csv.gz'), '');
  appendFileSync(join(root, 'log/log-g.jsonl.gz'), header);
  const node = stageNode('cases', stageKinds.cases.version, caseParams);
  const found = await refusalOf(runStages([node], join(folder, 'store'), { dataRoot: folder }));
  expect(found.map(({ code, place }) => `${code} ${place}`)).toEqual([
    'MED3005 log/log-a.csv.gz',
    'MED3005 log/log-b.csv.zst',
    'MED3013 log/log-c.parquet',
    'MED3013 log/log-d.parquet',
    'MED3005 log/log-e.csv.zst',
    'MED3005 log/log-f.csv.gz',
    'MED3005 log/log-g.jsonl.gz',
  ]);
});
