import { simulatedFormats, simulatedSystems, simulatorSettings } from '../simulator.ts';
import type { CallSpec, SettingSpec, ValueType } from '../types.ts';

export const simulate: CallSpec = {
  name: 'simulate',
  doc: 'Simulates telemetry with injected faults. Every table says `simulated`.',
  args: [
    {
      name: 'system',
      type: { kind: 'choice', of: simulatedSystems },
      doc: 'What is simulated.',
    },
    ...simulatorSettings.map((setting): SettingSpec => {
      const range = { min: setting.min, max: setting.max };
      const type: ValueType =
        setting.type === 'duration'
          ? { kind: 'duration', ...range }
          : { kind: 'number', ...range, ...(setting.type === 'integer' ? { integer: true } : {}) };
      return { name: setting.name, type, default: setting.default, doc: setting.doc };
    }),
    {
      name: 'format',
      type: { kind: 'choice', of: simulatedFormats },
      default: 'microservo',
      doc: 'Raw format that is written, and whose classes of failures are injected.',
    },
  ],
};
