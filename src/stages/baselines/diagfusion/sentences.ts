/**
 * DiagFusion's words: the events of a case and an instance in order. A KPI that left its range is `instance_host_kpi_direction`
 * (whatever of it the set says), a call out of the ordinary `caller_callee`, said of both ends, a log line its instance and
 * template: the authors' templates are mined per instance, so theirs tell the instance too.
 */
import { type CaseEvent, placesOf } from '../case-events.ts';

/** Lines of a sentence that are kept, beside those whose template occurs once. */
const sampled = 20;

/** Words of one instance in a case. */
export function sentenceOf(events: readonly CaseEvent[], instance: string): string[] {
  const own = events.filter((one) => placesOf(one).includes(instance));
  const kept = sampleLines(own);
  return own.flatMap((one) => new Array<string>(kept.get(one) ?? 1).fill(wordOf(one)));
}

export function wordOf({ modality, fields, instance = '', caller = '' }: CaseEvent): string {
  const parts = modality === 'trace' ? [caller, instance] : fields;
  return parts.filter((part) => part !== '').join('_');
}

/**
 * How many lines of each log event are kept: templates seen once in the sentence all, of the others 20 lines (or as many as
 * there are templates, if fewer), each template by its share. The authors draw them; here the largest remainders decide.
 */
function sampleLines(events: readonly CaseEvent[]): ReadonlyMap<CaseEvent, number> {
  const logs = events.filter(({ modality }) => modality === 'log');
  const often = logs.filter(({ count }) => count > 1);
  const lines = often.reduce((sum, { count }) => sum + count, 0);
  if (lines <= sampled) return new Map(logs.map((one) => [one, one.count]));
  const room = Math.min(sampled, logs.length);
  const exact = often.map((one) => ({ one, share: (one.count / lines) * room }));
  const floors = exact.map(({ share }) => Math.floor(share));
  const left = room - floors.reduce((a, b) => a + b, 0);
  const byRest = exact
    .map(({ share }, i) => ({ i, rest: share - (floors[i] ?? 0) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRest.slice(0, left)) floors[i] = (floors[i] ?? 0) + 1;
  return new Map([
    ...logs.map((one) => [one, one.count] as const),
    ...often.map((one, i) => [one, floors[i] ?? 0] as const),
  ]);
}
