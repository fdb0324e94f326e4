/** Arguments that more than one source takes. */
import type { SettingSpec } from '../types.ts';

export const folder: SettingSpec = {
  name: 'root',
  type: { kind: 'text' },
  doc: 'Folder below the data root (`--data-root`, `MEDX_DATA`, `./data`).',
};
