/** `aiops22("d1")`: data set D1. */
import type { SourceSpec } from '../types.ts';
import { durationUnit, labelUnit, labelZone } from './clock.ts';
import { folder } from './shared.ts';

export const aiops22: SourceSpec = {
  name: 'aiops22',
  doc: "Reads data set D1's raw format (AIOps Challenge 2022), the challenge's archives and OpenRCA's Market alike. Files by name, in any folder, as CSV, JSON lines (plain, .gz, .zst) or Parquet; labels `groundtruth-*.json`, `groundtruth-*.csv` or `record.csv`. The Chinese failure types become the classes cpu, io, memory, network and process.",
  args: [
    folder,
    {
      name: 'cloudbed',
      type: { kind: 'number', integer: true, min: 1 },
      optional: true,
      doc: 'Which of several cloudbeds in the folder: copies of the system with the same names of pods, never mixed. Needed only where there are several.',
    },
    {
      name: 'instances',
      type: {
        kind: 'choice',
        of: [
          { name: 'pods', doc: 'The 40 pods, as in the paper.' },
          { name: 'services', doc: 'The ten services; their pods are averaged.' },
        ],
      },
      default: 'pods',
      doc: 'What an instance of metrics, and an end of a link of spans, is.',
    },
    {
      name: 'metrics',
      type: {
        kind: 'list',
        of: {
          kind: 'choice',
          of: [
            { name: 'container', doc: 'Of pods, as the authors use them.' },
            { name: 'node', doc: 'Of the six nodes, which are instances then.' },
            { name: 'istio', doc: "Of the pods' sidecars; peers of one direction are averaged." },
            { name: 'jvm', doc: 'Of the Java runtime; its service is the instance.' },
            { name: 'service', doc: 'Requests, success and time of services, which are instances then.' },
          ],
        },
        atLeast: 1,
      },
      default: ['container'],
      doc: 'Groups of metrics to read.',
    },
    {
      name: 'node_failures',
      type: {
        kind: 'choice',
        of: [
          { name: 'drop', doc: "They are left out and counted, as in the authors' selection." },
          { name: 'keep', doc: 'They are cases of the class of what they exhaust; a full disk is `disk`.' },
        ],
      },
      default: 'drop',
      doc: 'What happens to failures of whole nodes.',
    },
    durationUnit,
    labelZone,
    labelUnit,
  ],
};
