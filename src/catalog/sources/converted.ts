import type { SourceSpec } from '../types.ts';
import { folder } from './shared.ts';

export const converted: SourceSpec = {
  name: 'converted',
  doc: 'Reads what `medx data convert` wrote: `labels.json` and Parquet by day in `log`, `metric` and `trace`. Gives the same cases and features as the source it was made of.',
  args: [folder],
};
