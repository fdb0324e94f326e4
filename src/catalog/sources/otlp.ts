/** `otlp("traces")`: OpenTelemetry logs, metrics and traces. */
import type { CallSpec } from '../types.ts';
import { folder } from './shared.ts';

export const otlp: CallSpec = {
  name: 'otlp',
  doc: "Reads OpenTelemetry data: OTLP JSON lines, one Export…ServiceRequest per line as the collector's file exporter writes them (`.jsonl`, `.ndjson`, `.json`; plain, .gz or .zst), and tables of its ClickHouse exporter as Parquet (`otel_logs`, `otel_traces`, `otel_metrics_gauge`, `otel_metrics_sum`, `otel_metrics_histogram`, …). A file is of the signal that its name says (`log`, `metric`, `trace` or `span`); JSON lines whose name says none may hold all. The service is `service.name`, else the pod `k8s.pod.name` without its suffix, else `host.name`. KPIs are named by metric and the attributes of the point, `system.cpu.time{state=idle}`; a histogram or summary gives `NAME.count` and `NAME.sum`, its buckets and quantiles are not read. Counters stay as they were sent, cumulative or not. Labels: `labels.csv`, `.json` (a list of objects), `.jsonl` or `.parquet` with `time`, `service`, `type` and, if wanted, `instance`.",
  args: [
    folder,
    {
      name: 'kpi_attributes',
      type: { kind: 'list', of: { kind: 'text' }, atLeast: 1 },
      optional: true,
      doc: 'Attributes of points that are part of the name of a KPI; points that differ in others alone are averaged. Default: all.',
    },
    {
      name: 'time_zone',
      type: { kind: 'text' },
      optional: true,
      doc: 'Clock of label times that say no offset: `"+08:00"`, `"UTC"` or a name such as `"Asia/Shanghai"`. Without it such labels are refused.',
    },
  ],
};
