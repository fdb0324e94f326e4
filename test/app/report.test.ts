/** `medx report`: finished runs as files; the last tests open the page in Chromium, by day, by night and on a phone. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { readHistories } from '../../src/app/cli/histories.ts';
import { escapeMarkup } from '../../src/report/markup.ts';
import { recordedTables } from '../../src/report/recorded.ts';
import { createWriter } from '../../src/run/artefact.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/run/record.ts';
import { beginArtefact, commitArtefact, openStore, type Store, writeNode } from '../../src/run/store.ts';
import { hostileRecord, trainedFor } from '../report/page-support.ts';
import { recordOf } from '../report/support.ts';
import { isBuilt } from '../run/support.ts';
import { stageNode } from '../support/run-stages.ts';
import { tempFolder } from '../support/temp.ts';

const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

/** The record's first row was trained in the store, but for its last seed; the second asks what others trained. */
async function withTraining(store: Store, record: RunRecord): Promise<RunRecord> {
  const make = async (kind: string, seed: number) => {
    const node = stageNode(kind, 1, { seed });
    writeNode(store, node);
    const folder = beginArtefact(store, node.hash);
    const writer = createWriter(folder, node);
    writer.json('history', trainedFor(3, seed));
    await writer.finish([]);
    commitArtefact(store, node.hash, folder);
    return node.hash;
  };
  const [trained, second] = [await make('train', 1), await make('train', 2)];
  const asked = await make('predict', 1);
  const experiments = record.experiments.map((experiment) => ({
    ...experiment,
    rows: experiment.rows.map((row, i) => ({
      ...row,
      jobs: row.jobs.map((job, k) => {
        if (i === 0) return { ...job, hash: [trained, second][k] ?? job.hash };
        return i === 1 ? { ...job, hash: asked } : job;
      }),
    })),
  }));
  return { ...record, experiments };
}

test('histories come from the store; jobs without one say why', async () => {
  const store = openStore(join(tempFolder('histories'), 'store'));
  const record = await withTraining(store, recordOf());
  const rows = recordedTables([record])[0]?.rows ?? [];
  const [full, asks, swept, majority] = rows.map((row) => readHistories(store, row));
  expect(full?.histories.map(({ chosen }) => chosen)).toEqual([3, 3]);
  expect(full?.lacking).toEqual([{ job: 'seed 3', reason: 'it is not in this store (any more)' }]);
  expect(asks).toBeUndefined();
  expect(swept?.lacking.length).toBe(3);
  expect(majority).toBeUndefined();
});

test('a damaged history is said', async () => {
  const store = openStore(join(tempFolder('damaged'), 'store'));
  const record = await withTraining(store, recordOf());
  const row = recordedTables([record])[0]?.rows[0];
  const hash = row?.result.jobs[0]?.hash ?? '';
  writeFileSync(join(store.root, 'artefacts', hash, 'history.json'), '{}');
  const found = row && readHistories(store, row);
  expect(found?.histories.length).toBe(1);
  expect(found?.lacking[0]).toMatchObject({ job: 'seed 1', reason: expect.stringContaining('damaged') });
});

describe.skipIf(!isBuilt)('the command', () => {
  const folder = tempFolder('report');
  const store = openStore(join(folder, 'store'));
  const medx = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, '--store', store.root, 'report', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });

  beforeAll(async () => {
    const record = await withTraining(store, recordOf());
    mkdirSync(runFolder(store, record.run), { recursive: true });
    writeRecord(store, record);
  });

  test('writes what it is asked for', () => {
    const files = ['--html', 'a.html', '--markdown', 'a.md', '--latex', 'a.tex', '--csv', 'a.csv'];
    const { status, stdout, stderr } = medx('last', ...files);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe('Wrote a.html, a.md, a.tex, a.csv.\n');
    const [html = '', markdown, latex, csv] = ['html', 'md', 'tex', 'csv'].map((end) =>
      readFileSync(join(folder, `a.${end}`), 'utf8'),
    );
    expect(html).toContain('full: loss per modality');
    expect(html).toContain('full: 1 job without a history: it is not in this store (any more) (seed 3)');
    expect(markdown).toContain('### d3_ablation');
    expect(latex).toContain('\\toprule');
    expect(csv?.split('\r\n').length).toBe(6);
  });

  test('prints Markdown where no file is named', () => {
    expect(medx().stdout).toMatch(/^### d3_ablation\n/);
  });

  test('no such run, no such folder: one clear error and nothing written', () => {
    const unknown = medx('d4_ablation', '--html', 'b.html');
    expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('MED4012')]);
    const nowhere = medx('last', '--html', join('no', 'such', 'folder.html'), '--csv', 'c.csv');
    expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining('MED4001')]);
    expect(() => readFileSync(join(folder, 'c.csv'))).toThrow();
  });
});

const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
const browser = browsers.find((one) => spawnSync(one, ['--version']).status === 0);

describe.skipIf(!browser)('in Chromium (skipped where there is none)', () => {
  const folder = tempFolder('browser');
  const chromium = (...args: readonly string[]) => {
    const profile = `--user-data-dir=${join(folder, 'profile')}`;
    const usual = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', profile];
    return spawnSync(browser ?? '', [...usual, ...args], { encoding: 'utf8', timeout: 60_000 }).stdout;
  };
  const page = async (record: RunRecord) => {
    const { savePage } = await import('../../src/app/cli/page.ts');
    const store = openStore(join(folder, 'store'));
    savePage(store, [await withTraining(store, record)], join(folder, 'page.html'));
    return readFileSync(join(folder, 'page.html'), 'utf8');
  };

  /** What a reader of the page in a window of that width finds, asked by a page around it: its own policy runs no script. */
  function look(html: string, width: number): Record<string, unknown> {
    const script = `onload = () => {
      const inner = frames[0].document, root = inner.documentElement;
      const shown = [...inner.querySelectorAll('svg')].filter((svg) => svg.checkVisibility());
      const boxes = shown.map((svg) => svg.getBoundingClientRect());
      const letters = shown.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => {
        const box = text.getBoundingClientRect(), own = svg.getBoundingClientRect();
        return { high: box.height, out: Math.max(own.left - box.left, box.right - own.right) };
      }));
      const found = {
        width: root.scrollWidth, scripts: inner.scripts.length, images: inner.images.length, charts: boxes.length,
        narrowest: Math.min(...boxes.map((box) => box.width)), smallest: Math.min(...letters.map(({ high }) => high)),
        outside: Math.max(...letters.map(({ out }) => out)),
        title: inner.title, headings: inner.querySelectorAll('h2').length,
      };
      document.body.textContent = JSON.stringify(found);
    };`;
    const around = `<body><script>${script}</script><iframe style="width:${width}px;height:800px;border:0" srcdoc="${escapeMarkup(html)}"></iframe></body>`;
    writeFileSync(join(folder, 'around.html'), around);
    const dom = chromium('--virtual-time-budget=3000', '--dump-dom', `file://${join(folder, 'around.html')}`);
    return JSON.parse(
      /<body>(\{.*\})<\/body>/s
        .exec(dom)?.[1]
        ?.replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&') ?? '{}',
    );
  }

  test('it fits a phone and a wide screen, letters can be read and none is cut', async () => {
    const html = await page(recordOf());
    for (const width of [390, 1200]) {
      const found = look(html, width);
      expect(found).toMatchObject({ width, scripts: 0, images: 0, title: 'medx: d3_ablation' });
      expect(found.charts).toBeGreaterThan(6);
      expect(found.narrowest).toBeGreaterThan(290);
      expect(found.smallest).toBeGreaterThan(9);
      expect(found.outside).toBeLessThan(3);
    }
  });

  test('names that try to be markup are texts in the browser too', async () => {
    const found = look(await page(hostileRecord()), 390);
    expect(found).toMatchObject({ width: 390, scripts: 0, images: 0, headings: 2 });
    expect(found.title).toContain('<script>alert(1)</script>');
  });

  test.each([
    ['by day', [], '#ffffff'],
    ['by night', ['--blink-settings=preferredColorScheme=0'], '#0d1117'],
  ])('%s its ground has the colour for it', async (_, flags, colour) => {
    await page(recordOf());
    const picture = join(folder, 'page.png');
    chromium(
      ...flags,
      '--window-size=390,500',
      `--screenshot=${picture}`,
      `file://${join(folder, 'page.html')}`,
    );
    expect(firstPixel(readFileSync(picture))).toBe(colour);
  });
});

/** Of a PNG with 8 bits per channel: no filter changes the first pixel of the first line. */
function firstPixel(png: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return `#${inflateSync(Buffer.concat(parts)).subarray(1, 4).toString('hex')}`;
}
