/**
 * One self-contained HTML page about runs: what their tables say, with charts. It loads nothing and runs no script, and its
 * policy forbids both whatever a name in it may look like. Pure: histories are read by the caller.
 */
import type { RunRecord } from '../../run/record.ts';
import { element, type Markup } from '../markup.ts';
import { ranksColumns, ranksText } from '../over-datasets.ts';
import type { RecordedTable } from '../recorded.ts';
import { reportMark, type Shown } from '../shown.ts';
import type { RankedMethods } from '../statistics/ranks.ts';
import { drawRanks } from './charts/ranks.ts';
import { figuresMarkup, type HistoriesOf } from './figures.ts';
import { style } from './style.ts';
import { facts, list, prose, tableMarkup } from './table.ts';

export interface PageContent {
  readonly records: readonly RunRecord[];
  readonly tables: readonly RecordedTable[];
  readonly ranks?: RankedMethods;
  readonly historiesOf: HistoriesOf;
  readonly shown?: Shown;
}

export function renderPage({ records, tables, ranks, historiesOf, shown = {} }: PageContent): string {
  const { report, note, columns, charts } = shown;
  const title =
    shown.title ?? `medx: ${tables.map(({ table }) => table.title).join(', ') || 'no experiment'}`;
  const sections = tables.map((one, i) =>
    element(
      'section',
      { id: `t${i + 1}` },
      element('h2', {}, one.table.title),
      tableMarkup(one.table, columns),
      figuresMarkup(one, historiesOf, charts),
    ),
  );
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', {
        'http-equiv': 'Content-Security-Policy',
        content: "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
      }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      report === undefined ? undefined : element('meta', { name: 'generator', content: reportMark(report) }),
      element('title', {}, title),
      // Our own text, in which `>` would be wrong if it were escaped.
      { markup: `<style>${style}</style>` },
    ),
    element(
      'body',
      {},
      element(
        'header',
        {},
        element('h1', {}, title),
        note === undefined ? undefined : element('p', {}, prose(note)),
        records.map((record, i) => runMarkup(record, i, records.length)),
      ),
      contents(tables, ranks),
      element('main', {}, sections, ranks ? ranksMarkup(ranks) : undefined),
      element('footer', {}, element('h2', {}, 'Files'), records.map(sourcesMarkup)),
    ),
  );
  return `<!doctype html>\n${page.markup}\n`;
}

function contents(tables: readonly RecordedTable[], ranks: RankedMethods | undefined): Markup | undefined {
  if (tables.length < 2) return undefined;
  const links = tables.map(({ table }, i) =>
    element('li', {}, element('a', { href: `#t${i + 1}` }, table.title)),
  );
  const last = ranks ? element('li', {}, element('a', { href: '#ranks' }, 'mean ranks')) : undefined;
  return element('nav', { 'aria-label': 'Tables' }, element('ul', {}, links, last));
}

function runMarkup(record: RunRecord, place: number, runs: number): Markup {
  const { about, versions, machine, failures } = record;
  const chosen = (about.experiments ?? []).map((one) => ` --experiment ${one}`);
  const asked = [...chosen, ...about.set.map((one) => ` --set ${one}`)].join('');
  const pairs: (readonly [string, string])[] = [
    [runs > 1 ? `run #${place + 1}` : 'run', record.run],
    ['file', `${about.file}${asked}`],
    ['started', `${record.started.replace('T', ' ').slice(0, 16)} UTC, ${record.state}`],
    ['with', `medx ${versions.medx}, Node ${versions.node.replace(/^v/, '')}`],
    ['device', about.device],
    [
      'machine',
      `${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB, ${machine.platform} ${machine.arch}`,
    ],
  ];
  const incomplete =
    record.state === 'finished'
      ? undefined
      : element(
          'p',
          { class: 'unmet' },
          `This run ${record.state === 'failed' ? 'failed' : 'was stopped'}: its tables are incomplete.`,
        );
  const why = list(
    'unmet',
    failures.map(({ code, message }) => `${code}: ${message}`),
  );
  return element('div', {}, facts(pairs), incomplete, why);
}

function ranksMarkup(ranks: RankedMethods): Markup {
  const { head, rows } = ranksColumns(ranks);
  const table = element(
    'table',
    {},
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        head.map((one) => element('th', { scope: 'col' }, one)),
      ),
    ),
    element(
      'tbody',
      {},
      rows.map((cells) =>
        element(
          'tr',
          {},
          cells.map((cell) => element('td', {}, cell)),
        ),
      ),
    ),
  );
  return element(
    'section',
    { id: 'ranks' },
    element('h2', {}, 'Mean ranks'),
    element('p', {}, ranksText(ranks)),
    element(
      'div',
      { class: 'charts' },
      element(
        'figure',
        {},
        element('figcaption', {}, 'Bars join rows that cannot be told apart.'),
        drawRanks(ranks),
      ),
      element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Mean ranks' }, table),
    ),
  );
}

/** The `.med` texts that the run read: what is needed to run it again. */
function sourcesMarkup({ run, about }: RunRecord): Markup[] {
  return Object.entries(about.sources).map(([path, text]) =>
    element('details', {}, element('summary', {}, `${path} (${run})`), element('pre', {}, text)),
  );
}
