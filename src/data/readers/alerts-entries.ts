/** One entry of an event file → an event, or why it is none. */
import type { Modality } from '../../stages/contracts.ts';
import type { Zone } from '../tables/zone.ts';
import { localTime } from './alerts-labels.ts';
import type { ExtractedEvent } from './reader.ts';

type Parsed = ExtractedEvent | string;

/** The artefact's column of counts has 32 bits. */
const mostOccurrences = 2 ** 31 - 1;

/** `zone` is the clock of the local times with which log messages begin. */
export function parseEntry(modality: Modality, entry: unknown, zone: Zone): Parsed {
  if (!Array.isArray(entry)) return `${show(entry)} is not a list`;
  return { log: parseLog, metric: parseMetric, trace: parseTrace }[modality](entry, zone);
}

/** [instance, template] or [instance, template, [messages], count, representative message or null]. */
function parseLog(entry: readonly unknown[], zone: Zone): Parsed {
  if (entry.length !== 2 && entry.length !== 5) return arity(entry, '2 or 5');
  const [instance, template, list = [], count = 1, best = null] = entry;
  const fields = texts({ instance, template });
  if (typeof fields === 'string') return fields;
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string'))
    return `its messages are ${show(list)}`;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > mostOccurrences)
    return `its count is ${show(count)}`;
  if (best !== null && typeof best !== 'string') return `its representative message is ${show(best)}`;
  const times = list.flatMap((one: string) => localTime(one, zone) ?? []);
  const messages = best === null ? list : [best, ...list.filter((one) => one !== best)];
  return {
    modality: 'log',
    fields,
    time: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null,
    count,
    ...(messages.length > 0 ? { messages } : {}),
  };
}

/** [instance, KPI, direction], with the host behind the instance, and with the time in front. */
function parseMetric(entry: readonly unknown[]): Parsed {
  if (entry.length < 3 || entry.length > 5) return arity(entry, '3 to 5');
  const time = entry.length === 5 ? epoch(entry[0]) : null;
  if (typeof time === 'string') return time;
  const [instance, host, kpi, direction] =
    entry.length === 3 ? [entry[0], null, entry[1], entry[2]] : entry.slice(-4);
  const fields = texts({ instance, host: host ?? '', kpi, direction }, ['host']);
  if (typeof fields === 'string') return fields;
  if (direction !== 'up' && direction !== 'down') return `its direction is ${show(direction)}`;
  return { modality: 'metric', fields, time, count: 1 };
}

/** [caller, callee, operation, kind], with the time in front. A caller `-1` is none: a request from outside; some spans of the published data have no callee either. */
function parseTrace(entry: readonly unknown[]): Parsed {
  if (entry.length !== 4 && entry.length !== 5) return arity(entry, '4 or 5');
  const time = entry.length === 5 ? epoch(entry[0]) : null;
  if (typeof time === 'string') return time;
  const [from, callee, operation, kind] = entry.slice(-4);
  const caller = from === null || from === '-1' ? '' : from;
  const fields = texts({ caller, callee, operation, kind }, ['caller', 'callee', 'operation']);
  return typeof fields === 'string' ? fields : { modality: 'trace', fields, time, count: 1 };
}

/** The values in order, or what is wrong with one. Numbers are taken as their text. */
function texts(
  values: Readonly<Record<string, unknown>>,
  mayBeEmpty: readonly string[] = [],
): string[] | string {
  const found: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
    if (typeof text !== 'string' || (text === '' && !mayBeEmpty.includes(name)))
      return `its ${name} is ${show(value)}`;
    found.push(text);
  }
  return found;
}

/** Epoch milliseconds as a number or as text. */
function epoch(value: unknown): number | string {
  const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof time === 'number' && Number.isFinite(time) && time >= 0 && time < 8e15) return time;
  return `its time ${show(value)} is no number of milliseconds`;
}

function arity(entry: readonly unknown[], wanted: string): string {
  return `it has ${entry.length} parts, not ${wanted}: ${show(entry)}`;
}

function show(value: unknown): string {
  // JSON.stringify of what is nested a hundred thousand deep overflows the stack.
  const shallow = Array.isArray(value) ? value.map((one) => (isNested(one) ? '…' : one)) : value;
  if (!Array.isArray(value) && isNested(value)) return 'an object';
  const text = shallow === undefined ? 'missing' : JSON.stringify(shallow);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const isNested = (value: unknown) => typeof value === 'object' && value !== null;
