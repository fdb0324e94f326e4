/** Saves the page about runs: reads the histories of their jobs, and what is not in the store is said there. */
import { ranksOver } from '../../report/over-datasets.ts';
import { renderPage } from '../../report/page/page.ts';
import { type RecordedTable, recordedTables } from '../../report/recorded.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Store } from '../../run/store.ts';
import { readHistories } from './histories.ts';
import { saveText } from './tables.ts';

export function savePage(
  store: Store,
  records: readonly RunRecord[],
  path: string,
  tables: readonly RecordedTable[] = recordedTables(records),
): void {
  const ranks = ranksOver(tables.map(({ table }) => table));
  const historiesOf = (row: RecordedTable['rows'][number]) => readHistories(store, row);
  saveText(path, renderPage({ records, tables, historiesOf, ...(ranks ? { ranks } : {}) }));
}
