/** `alerts("tvdiag/gaia")`: events that a detector has extracted, one list per failure and modality. */
import type { SourceSpec } from '../types.ts';
import { folder } from './shared.ts';

export const alerts: SourceSpec = {
  name: 'alerts',
  doc: 'Reads events that a detector extracted from telemetry, in the layouts of TVDiag and rca-llm-reasoning: `label.csv` with `raw/{metrics,logs,traces}.json` or `metric/metrics.json`, `log/logs.json`, `trace/traces.json`. Where the events have times, `case` and `window` cut them around the start of the failure; without times a case is one window. Pipelines over them begin with `events`.',
  gives: 'events',
  args: [
    folder,
    {
      name: 'time_zone',
      type: { kind: 'text' },
      default: '+08:00',
      doc: 'Clock of the times that are written as text, in labels and at the start of log messages: `"+08:00"`, `"UTC"` or a name such as `"Asia/Shanghai"`. Times of events are numbers since 1970, in UTC.',
    },
    {
      name: 'types',
      type: {
        kind: 'choice',
        of: [
          { name: 'published', doc: 'As the labels name them, without brackets.' },
          {
            name: 'medicine',
            doc: "The four classes that Medicine's authors make of GAIA's five types: `login`, `memory`, `file`, `access`.",
          },
        ],
      },
      default: 'published',
      doc: 'How failure types become classes.',
    },
    {
      name: 'copies',
      type: {
        kind: 'choice',
        of: [
          { name: 'drop', doc: 'They are left out and counted.' },
          { name: 'keep', doc: 'They are cases, in one group with what they were copied from.' },
        ],
      },
      default: 'drop',
      doc: 'What happens to failures that the labels mark as `augmented`: copies at invented times.',
    },
  ],
};
