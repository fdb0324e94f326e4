import { describe, expect, test } from 'vitest';
import { gaiaFiles, microssFiles, type SetFiles } from '../support/alerts.ts';
import { readSet, refusal } from '../support/read-events.ts';

describe('what is wrong is refused and counted', () => {
  test('events', async () => {
    const files = gaiaFiles();
    files['raw/metrics.json.gz'] = JSON.stringify({
      10: [
        ['mobservice1', 'docker_cpu'],
        ['mobservice1', 'docker_cpu', 'sideways'],
        'text',
        ['mobservice1', 'cpu', 'up'],
      ],
      2: 'not a list',
      3: [[null, 'cpu', 'up']],
      4: [
        ['12:30', 'mobservice1', null, 'cpu', 'up'],
        ['a', 'b', 'c', 'd', 'up', 'f'],
      ],
    });
    files['raw/edges.json'] = JSON.stringify({ 10: [[0, 7], [0], [null, 1]], 2: [[0, 0]] });
    const { telemetry, notices, rows, topology } = await readSet(files);
    expect(telemetry).toMatchObject({
      files: { metric: { rows: 8, refused: 7 } },
      records: { metric: [1, 0, 0, 0] },
    });
    expect(rows.filter(({ modality }) => modality === 1)).toHaveLength(1);
    expect(notices).toContain(
      'MED3141 metric: 7 events of 8 refused, for example raw/metrics.json.gz, key 2: not a list of events',
    );
    expect(notices).toContain(
      'MED3148 topology: 3 entries refused, for example raw/edges.json, key 10, edge 1: [0, 7] joins no two of its nodes',
    );
    expect(topology?.[0]?.edges).toEqual([]);
    const { 'raw/nodes.json': _, ...without } = gaiaFiles();
    const bare = await readSet(without);
    expect(bare.topology).toBeUndefined();
    expect(bare.notices).toContain(
      'MED3148 topology: 4 entries refused, for example raw/edges.json, key 2: edges without nodes',
    );
  });

  test('hostile entries: deep nesting, halves of characters, NUL, counts beyond 32 bits', async () => {
    const files = microssFiles();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const [half, nul, most, more] = [String.raw`\ud800`, String.raw`\u0000`, 2 ** 31 - 1, 2 ** 31];
    files['log/logs.json'] = `{"0": [["a${half}", "1", ["x${half}y", "n${nul}n"], ${most}, null],
      ["a", "1", ["text"], ${more}, null], ["a", ${deep}], ${deep}, {"a": ${deep}}], "1": ${deep}, "2": []}`;
    const { rows, telemetry, axes } = await readSet(files);
    expect(telemetry).toMatchObject({ files: { log: { rows: 6, refused: 5 } } });
    const [log] = rows.filter(({ modality }) => modality === 0);
    expect(log).toMatchObject({ count: most });
    expect(JSON.stringify(log?.messages)).toContain('x\ufffdy');
    expect(JSON.stringify(log?.messages)).toContain(String.raw`n\u0000n`);
    expect(axes.items.log?.rows).toHaveLength(1);
  });

  test('labels', async () => {
    const files = gaiaFiles();
    const [header, first, second, third, fourth] = String(files['label.csv']).split('\n');
    files['label.csv'] = [
      header,
      first,
      first,
      second?.replace('2021-07-04 00:20:11.553000', 'yesterday'),
      third?.replace(/test$/, 'exam'),
      fourth,
      '7,2021-07-04,dbservice,dbservice1,x,WARNING,[login failure],2021-07-04 01:00:00,2021-07-04 01:10:00,600,train',
    ].join('\n');
    const { table } = await readSet(files);
    expect(table.cases).toHaveLength(2);
    expect(table.refused).toEqual([
      { id: 'label.csv, line 3', reason: 'the index 10 is there twice' },
      { id: 'label.csv, line 4', reason: 'its time `yesterday` cannot be read' },
      { id: 'label.csv, line 5', reason: 'its part `exam` is neither train, valid nor test' },
      { id: 'label.csv, line 7', reason: 'no event file knows the index 7' },
    ]);
  });

  test('files', async () => {
    const with_ = (changes: SetFiles) => refusal(readSet({ ...gaiaFiles(), ...changes }));
    expect(await with_({ 'raw/logs.json': '{"10": [], "2": [], "10": []}' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: the key 10 is there twice',
    );
    expect(await with_({ 'raw/logs.json': '[]' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: not an object',
    );
    expect(await with_({ 'raw/logs.json': '{"10": [' })).toMatch(
      /^MED3052 \| raw\/logs.json \| events cannot be/,
    );
    expect(await with_({ 'log/logs.json': '{}' })).toBe(
      'MED3052 | raw/logs.json | events cannot be read: the set has more than one file of log events: log/logs.json, raw/logs.json',
    );
    expect(await with_({ 'label.csv': 'index,type\n1,x\n' })).toMatch(
      /^MED3003 \| label.csv \| labels cannot be read: no column anomaly_type or fault_type, no column instance or fault_entity/,
    );
    expect(await with_({ 'raw/logs.json': JSON.stringify({ 10: [[]], 2: ['x'] }) })).toMatch(
      /^MED3009 \| no row of the log events can be read; 2 rows refused/,
    );
  });
});
