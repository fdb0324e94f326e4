import type { CallSpec } from '../types.ts';
import { labelZone } from './clock.ts';
import { folder } from './shared.ts';

export const nezha: CallSpec = {
  name: 'nezha',
  doc: 'Reads the raw format of the Nezha data sets, TrainTicket and Online Boutique: tables in folders `log`, `metric`, `trace`, as CSV, JSON lines (plain, .gz, .zst) or Parquet; labels `*fault_list.json`.',
  args: [folder, labelZone],
};
