import type { CallSpec } from '../types.ts';
import { durationUnit, labelUnit, labelZone } from './clock.ts';
import { folder } from './shared.ts';

export const microservo: CallSpec = {
  name: 'microservo',
  doc: "Reads data set D3's raw format (MicroServo platform). Files by name, in any folder: `log*`, `*kpi_container*`, `trace*` as CSV, JSON lines (plain, .gz, .zst) or Parquet; labels `groundtruth*.json` or `ground_truth*.csv`.",
  args: [folder, durationUnit, labelZone, labelUnit],
};
