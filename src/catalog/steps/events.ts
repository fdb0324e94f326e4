/** Steps over events that a detector has extracted: the same for every modality, but for the fields of an event. */
import type { Modality } from '../../stages/contracts.ts';
import type { StepSpec } from '../types.ts';

/** What an event says beside its time. The order is that of the artefact and of names made of several fields. */
export const eventFields = {
  log: ['instance', 'template'],
  metric: ['instance', 'host', 'kpi', 'direction'],
  trace: ['caller', 'callee', 'operation', 'kind'],
} as const satisfies { readonly [modality in Modality]: readonly string[] };

/** What tells events apart unless the file says otherwise. The host goes with the instance, mostly. */
export const defaultFields: { readonly [modality in Modality]: readonly string[] } = {
  log: ['instance', 'template'],
  metric: ['instance', 'kpi', 'direction'],
  trace: ['caller', 'callee', 'operation', 'kind'],
};

export const eventSteps: readonly StepSpec[] = [
  {
    name: 'events',
    doc: 'Counts the events of each kind per window. Kinds that no training case has are ignored and counted.',
    place: 'features',
    signatures: [{ takes: 'events', gives: 'sequence[window, event]' }],
    args: [
      {
        name: 'by',
        type: {
          kind: 'list',
          atLeast: 1,
          of: {
            kind: 'choice',
            of: [
              { name: 'instance', doc: 'Where a line or a KPI was noticed (log, metric).' },
              { name: 'template', doc: 'Template of the line (log).' },
              { name: 'host', doc: 'Machine or node of the instance (metric).' },
              { name: 'kpi', doc: 'The KPI (metric).' },
              { name: 'direction', doc: '`up` or `down` (metric).' },
              { name: 'caller', doc: 'Instance that calls (trace).' },
              { name: 'callee', doc: 'Instance that is called (trace).' },
              { name: 'operation', doc: 'Operation or URL (trace).' },
              { name: 'kind', doc: 'What was noticed: slow (`PD`), an error, a status (trace).' },
            ],
          },
        },
        optional: true,
        doc: 'What events of one kind share. Default: instance and template (log); instance, KPI and direction (metric); caller, callee, operation and kind (trace).',
      },
    ],
  },
  {
    name: 'idf',
    doc: 'Weighs each kind of event by ln(N / n): N training cases, n of them with such an event. What every case has says nothing.',
    place: 'features',
    signatures: [{ takes: 'sequence[window, event]', gives: 'sequence[window, event]' }],
    args: [],
  },
];
