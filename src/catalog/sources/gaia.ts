/** `gaia("d2")`: data set D2. */
import type { SourceSpec } from '../types.ts';
import { folder } from './shared.ts';

export const gaia: SourceSpec = {
  name: 'gaia',
  doc: "Reads data set D2's raw format (GAIA MicroSS), as published or as the paper's authors converted it. Files by name, in any folder, as CSV, JSON lines (plain, .gz, .zst) or Parquet; labels `run_table*.csv`, or a selection of failures in `label*.csv` or `groundtruth*.csv`. Failure types become the classes login, memory, file and access; a run table of late July and August also has `cpu`.",
  args: [
    folder,
    {
      name: 'labels',
      type: {
        kind: 'choice',
        of: [
          { name: 'file', doc: 'A file of selected failures, such as the 1,099 of the literature.' },
          {
            name: 'run_table',
            doc: 'All injections of the run table; login failures are thinned by `login_gap`.',
          },
        ],
      },
      optional: true,
      doc: 'Where labels come from. Default: the file where there is one, else the run table; a notice says which.',
    },
    {
      name: 'login_gap',
      type: { kind: 'duration', min: 0 },
      default: 3_600_000,
      doc: "Of the run table's login failures, 11 s long and one every three minutes, one becomes a case only if no other kind of injection lasts at its start and the last one taken started at least this long before. The others are counted.",
    },
    {
      name: 'metrics',
      type: {
        kind: 'choice',
        of: [
          { name: 'docker', doc: 'Of the ten containers, as the authors use them.' },
          {
            name: 'all',
            doc: 'Of hosts, Redis and ZooKeeper too: more instances, each with KPIs of its own.',
          },
        ],
      },
      default: 'docker',
      doc: 'Which metrics to read.',
    },
    {
      name: 'time_zone',
      type: { kind: 'text' },
      default: '+08:00',
      doc: 'Clock of the times that are written as text, in labels, logs and traces: `"+08:00"`, `"UTC"` or a name such as `"Asia/Shanghai"`. Times of metrics are numbers since 1970, in UTC.',
    },
  ],
};
