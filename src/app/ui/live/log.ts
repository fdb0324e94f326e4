/** What has happened so far, one line each: stages that ended, notices, failures. */

import { noticeKey } from '../../../report/notices.ts';
import type { RunEvent } from '../../../run/events.ts';
import { type ScreenLine, seg, type Tone } from '../lines.ts';
import { endLine } from '../plain.ts';
import type { RunView } from '../view.ts';

/** The latest so many are kept. */
const mostEntries = 10_000;

export interface LogEntry {
  /** `hh:mm:ss`, UTC. */
  readonly time: string;
  readonly tone: Tone;
  readonly text: string;
}

/** Adds what an event says, after the view has taken it in. */
export function appendLog(log: LogEntry[], view: RunView, event: RunEvent): void {
  const entry = entryOf(view, event);
  if (!entry) return;
  log.push({ time: event.at.slice(11, 19), ...entry });
  if (log.length > mostEntries) log.splice(0, log.length - mostEntries);
}

function entryOf(view: RunView, event: RunEvent): Pick<LogEntry, 'tone' | 'text'> | undefined {
  if (event.type === 'stage') {
    const text = endLine(view, event);
    return text === undefined ? undefined : { tone: event.state === 'failed' ? 'bad' : 'plain', text };
  }
  // Once: other stages say the same with other numbers.
  if (event.type === 'notice' && view.notices.get(noticeKey(event))?.stages === 1) {
    return { tone: 'warn', text: `${event.code}: ${event.message}` };
  }
  return undefined;
}

export function logPane(log: readonly LogEntry[], search: string): ScreenLine[] {
  const wanted = search.toLowerCase();
  const found = log.filter(({ text }) => text.toLowerCase().includes(wanted));
  if (found.length === 0) {
    return [[seg(search === '' ? 'nothing has ended yet' : `nothing says \`${search}\``, 'dim')]];
  }
  return found.map(({ time, tone, text }) => [seg(`${time}  `, 'dim'), seg(text, tone)]);
}
