/** What a table says, as HTML: alarms first, then facts, rows, footnote and remarks, nothing left out. */
import type { ReportColumn } from '../../catalog/blocks/report.ts';
import { fullColumns } from '../columns.ts';
import { type Content, element, type Markup } from '../markup.ts';
import type { Table } from '../table.ts';

/** What texts put between backticks is set like code. */
export const prose = (text: string): Content[] =>
  text.split(/`([^`]*)`/).map((part, i) => (i % 2 === 1 ? element('code', {}, part) : part));

export const list = (kind: string | undefined, texts: readonly string[]): Markup | undefined =>
  texts.length === 0
    ? undefined
    : element(
        'ul',
        { class: kind },
        texts.map((one) => element('li', {}, prose(one))),
      );

export const facts = (pairs: readonly (readonly [string, string])[]): Markup =>
  element(
    'dl',
    {},
    pairs.map(([key, text]) => [element('dt', {}, key), element('dd', {}, prose(text))]),
  );

export function tableMarkup(table: Table, columns?: readonly ReportColumn[]): Markup {
  const { alarms, expectations, footnote, remarks } = table;
  return element(
    'div',
    {},
    alarms.length > 0
      ? element(
          'div',
          { class: 'alarms', role: 'note' },
          alarms.map((alarm) => element('p', {}, prose(alarm))),
        )
      : undefined,
    facts(table.facts),
    expectations.map(({ met, text }) =>
      element('p', { class: met ? 'met' : 'unmet' }, `${met ? 'met' : 'not met'}: ${text}`),
    ),
    rowsMarkup(table, columns),
    footnote === undefined ? undefined : element('p', { class: 'soft' }, prose(footnote)),
    list('soft', remarks),
  );
}

function rowsMarkup(table: Table, wanted: readonly ReportColumn[] | undefined): Markup {
  const { texts, numbers } = fullColumns(table, wanted);
  // A phone shows the first columns: names and scores.
  const columns = [
    ...texts
      .filter(({ head }) => head !== 'kind')
      .map((one) => ({ ...one, kind: one.name ? 'name' : undefined })),
    ...numbers.map((one) => ({ ...one, kind: 'number' })),
    ...texts.filter(({ head }) => head === 'kind').map((one) => ({ ...one, kind: undefined })),
  ];
  let last = table.rows[0]?.result.kind;
  const rows = table.rows.map((row) => {
    const { kind, statistics } = row.result;
    const kinds = [...(statistics?.tied ? ['tied'] : []), ...(kind === last ? [] : ['apart'])].join(' ');
    last = kind;
    return element(
      'tr',
      { class: kinds || undefined },
      columns.map((column) => element('td', { class: column.kind }, column.cell(row))),
    );
  });
  const head = columns.map(({ head, kind }) => element('th', { scope: 'col', class: kind }, head));
  // Focusable, so that a keyboard can scroll it.
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Rows of ${table.title}` },
    element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, rows)),
  );
}
