/** Rows that cannot be read, and modalities that are not there at all. */
import type { Finding } from '../../stages/findings.ts';
import { type DataCheck, finding } from './check.ts';

export const rows: DataCheck = {
  name: 'rows',
  doc: 'Rows that cannot be read or whose time or text had to be mended.',
  labelsOnly: true,
  run({ coverage }) {
    return Object.entries(coverage).flatMap(([modality, one]): Finding[] => {
      const found: Finding[] = [];
      if (one.refused > 0)
        found.push(
          finding('MED3422', { modality, refused: one.refused, rows: one.rows }, one.refused, one.first),
        );
      if (one.repaired > 0)
        found.push(
          finding(
            'MED3423',
            { modality, rows: one.repaired },
            one.repaired,
            `${one.repaired} of ${one.rows} rows`,
          ),
        );
      if (one.recovered > 0) {
        const params = { modality, rows: one.recovered };
        found.push(
          finding(
            'MED3428',
            params,
            one.recovered,
            one.firstRecovered ?? `${one.recovered} of ${one.rows} rows`,
          ),
        );
      }
      return found;
    });
  },
};
