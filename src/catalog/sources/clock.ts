/** Arguments of sources whose labels are numbers since 1970. Optional: a file that does not need them keeps its hashes. */
import type { SettingSpec } from '../types.ts';

export const labelZone: SettingSpec = {
  name: 'time_zone',
  type: { kind: 'text' },
  optional: true,
  doc: 'Clock of the label times: `"UTC"` (default), `"+08:00"` or a name such as `"Asia/Shanghai"`. Anything but UTC is for labels that were made from local times as if they were UTC.',
};

export const labelUnit: SettingSpec = {
  name: 'unit',
  type: {
    kind: 'choice',
    of: [
      { name: 's', doc: 'Seconds.' },
      { name: 'ms', doc: 'Milliseconds.' },
    ],
  },
  optional: true,
  doc: 'Unit of the label times. Default: seconds.',
};

export const durationUnit: SettingSpec = {
  name: 'duration_unit',
  type: {
    kind: 'choice',
    of: [
      { name: 'us', doc: 'Microseconds.' },
      { name: 'ms', doc: 'Milliseconds.' },
    ],
  },
  optional: true,
  doc: 'Unit of the durations of spans. Default: microseconds.',
};
