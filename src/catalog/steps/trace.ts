/** Steps from spans to one vector per window (METHOD 2, paper 4.3). */
import type { StepSpec } from '../types.ts';

export const traceSteps: readonly StepSpec[] = [
  {
    name: 'spans',
    doc: 'Groups spans.',
    place: 'features',
    signatures: [{ takes: 'requests', gives: 'spans[group]' }],
    args: [
      {
        name: 'by',
        type: {
          kind: 'list',
          atLeast: 1,
          of: {
            kind: 'choice',
            of: [
              { name: 'caller', doc: 'Service of the parent span.' },
              { name: 'callee', doc: 'Service of the span.' },
              { name: 'operation', doc: 'Operation of the span.' },
            ],
          },
        },
        default: ['caller', 'callee'],
        doc: 'What spans of one group share.',
      },
      {
        name: 'duration',
        type: {
          kind: 'choice',
          of: [
            { name: 'own', doc: "The span's own time." },
            { name: 'caller', doc: "The time of its caller's span, network included, as the authors' code." },
            { name: 'gap', doc: "The caller's time less its own: network, waiting, and the caller's work." },
          ],
        },
        default: 'own',
        doc: 'Which time a span stands for. Spans without a caller in the data have no other than their own.',
      },
    ],
  },
  {
    name: 'three_sigma',
    doc: 'Per window and group the mean of the standardised durations beyond the threshold (equation 9).',
    place: 'features',
    signatures: [{ takes: 'spans[group]', gives: 'sequence[window, group]' }],
    args: [
      {
        name: 'threshold',
        type: { kind: 'number', above: 0 },
        default: 3,
        doc: 'In standard deviations.',
      },
      {
        name: 'sides',
        type: {
          kind: 'choice',
          of: [
            { name: 'one', doc: 'Only longer than usual, as the paper writes.' },
            { name: 'two', doc: "Shorter too, as the authors' code does." },
          ],
        },
        default: 'one',
        profile: { reference: 'two' },
        doc: 'Which deviations count.',
      },
      {
        name: 'per',
        type: {
          kind: 'choice',
          of: [
            { name: 'window', doc: 'One vector per window.' },
            {
              name: 'case',
              doc: "One vector per case, as the authors' code: when something was slow is lost.",
            },
          ],
        },
        default: 'window',
        profile: { reference: 'case' },
        added: true,
        doc: 'Over what the mean is taken.',
      },
    ],
  },
];
