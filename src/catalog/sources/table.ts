/** `table("mine", …)`: any tables whose columns the `.med` file names. */
import type { CallSpec, SettingSpec } from '../types.ts';
import { folder } from './shared.ts';

const column = (name: string, doc: string, optional = false): SettingSpec => ({
  name,
  type: { kind: 'text' },
  doc,
  ...(optional ? { optional } : {}),
});

const files: SettingSpec = {
  name: 'files',
  type: { kind: 'text' },
  doc: 'Files below `root`: `"logs/*.jsonl.gz"`; `*` stands for any part of a name, `**` for any folders. Each is CSV with a header row (`.csv`), JSON lines (`.jsonl`, `.ndjson`), these two plain, `.gz` or `.zst`, or `.parquet`.',
};

const times: readonly SettingSpec[] = [
  column(
    'time',
    'Column of times. Timestamps of Parquet are UTC. Texts are `2024-03-22 10:00:00.5` or ISO 8601.',
  ),
  {
    name: 'unit',
    type: {
      kind: 'choice',
      of: [
        {
          name: 'auto',
          doc: 'Texts, or numbers by their size: 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. A notice says so.',
        },
        { name: 's', doc: 'Seconds since 1970.' },
        { name: 'ms', doc: 'Milliseconds since 1970.' },
        { name: 'us', doc: 'Microseconds since 1970.' },
        { name: 'ns', doc: 'Nanoseconds since 1970.' },
        { name: 'text', doc: 'Texts; without an offset of their own they are in `time_zone`.' },
      ],
    },
    default: 'auto',
    doc: 'What the times are.',
  },
];

const instance = (doc: string) => column('instance', doc);

/** Arguments of `table` that say how one kind of record is read. */
export const tableParts = ['labels', 'log', 'metric', 'trace'] as const;

const rows = (doc: string, args: readonly SettingSpec[]): CallSpec => ({
  name: 'rows',
  doc,
  args: [files, ...times, ...args],
});

const part = (name: (typeof tableParts)[number], doc: string, of: readonly CallSpec[]): SettingSpec => ({
  name,
  type: { kind: 'call', of },
  doc,
  ...(name === 'labels' ? {} : { optional: true }),
});

export const table: CallSpec = {
  name: 'table',
  doc: 'Reads any CSV, JSON lines or Parquet whose columns are named here. A modality that is not named is absent.',
  args: [
    folder,
    part('labels', 'The injected faults.', [
      rows('A row per fault, or per affected instance: rows of one time and service are one fault.', [
        column('service', 'Column of the service.'),
        column('type', 'Column of the failure type, which is the class.'),
        column('instance', 'Column of the affected instance.', true),
      ]),
    ]),
    part('log', 'The log lines.', [
      rows('A row per line.', [
        instance('Column of the instance that wrote it.'),
        column('message', 'Column of the text.'),
        column('level', 'Column of the level (`ERROR`), where it is no part of the text.', true),
        column('field', 'Key of the text within the message, where that is a JSON object.', true),
        {
          name: 'id',
          type: { kind: 'list', of: { kind: 'text' }, atLeast: 1 },
          optional: true,
          doc: 'Columns that tell copies of one row from lines that are written twice. Without them no row counts as a copy.',
        },
      ]),
    ]),
    part('metric', 'The metric samples.', [
      rows('A row per sample.', [
        instance('Column of the instance; instances of one service are averaged.'),
        column('kpi', 'Column of the name of the KPI.'),
        column('value', 'Column of the value.'),
      ]),
      {
        name: 'wide',
        doc: 'A row per instance and time, a column per KPI.',
        args: [
          files,
          ...times,
          instance('Column of the instance; instances of one service are averaged.'),
          {
            name: 'kpis',
            type: { kind: 'list', of: { kind: 'text' }, atLeast: 1 },
            optional: true,
            doc: 'Columns of KPIs. Default: every named column but the time, the instance and those of `skip`.',
          },
          {
            name: 'skip',
            type: { kind: 'list', of: { kind: 'text' }, atLeast: 1 },
            optional: true,
            doc: 'Columns that are no KPIs.',
          },
        ],
      },
    ]),
    part('trace', 'The spans.', [
      rows('A row per span; its time is its start.', [
        column('trace', 'Column of the id of the trace.'),
        column('span', 'Column of the id of the span.'),
        column(
          'parent',
          'Column of the id of the parent span. Empty, zeros, `root` or the id of the span itself: it has none.',
        ),
        column('service', 'Column of the service or instance.'),
        column('operation', 'Column of the operation.'),
        column('duration', 'Column of the duration.'),
        column('status', 'Column of the status: a code of HTTP or gRPC, or a word.', true),
        {
          name: 'duration_unit',
          type: {
            kind: 'choice',
            of: [
              { name: 'us', doc: 'Microseconds.' },
              { name: 'ns', doc: 'Nanoseconds.' },
              { name: 'ms', doc: 'Milliseconds.' },
              { name: 's', doc: 'Seconds.' },
            ],
          },
          default: 'us',
          doc: 'Unit of the durations.',
        },
      ]),
    ]),
    {
      name: 'time_zone',
      type: { kind: 'text' },
      optional: true,
      doc: 'Clock of texts that say no offset: `"+08:00"`, `"UTC"` or a name such as `"Asia/Shanghai"`. Without it such rows are refused.',
    },
    {
      name: 'instance_to_service',
      type: {
        kind: 'call',
        of: [
          { name: 'same', doc: 'The instance is the service.', args: [] },
          {
            name: 'pod',
            doc: 'The name of a pod without what stands before its last dot and without the suffix that Kubernetes gives it: `shop.cart-7d9c4b5f6-x2x9z` and `cart-0` → `cart`.',
            args: [],
          },
          {
            name: 'pattern',
            doc: 'What the first group of a regular expression finds; a name that it does not fit stays.',
            args: [
              {
                name: 'regex',
                type: { kind: 'text' },
                doc: 'Regular expression of JavaScript with one group: `"^(.*)-[^-]+-[^-]+$"`.',
              },
            ],
          },
        ],
      },
      default: { call: 'same', args: {} },
      doc: 'How services are made of the instances of metrics and spans; labels name their services themselves.',
    },
  ],
};
