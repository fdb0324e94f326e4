/** Progress as plain lines, for pipes and logs: one line per stage that ends, and a sign of life in between. */
import { noticeKey } from '../../report/notices.ts';
import type { RunEvent } from '../../run/events.ts';
import { formatSeconds, plural } from '../format.ts';
import {
  applyEvent,
  createView,
  lossText,
  nameOf,
  type RunView,
  runningStages,
  runSecondsLeft,
} from './view.ts';

/** A long training says where it is at most this often. */
const quietMs = 30_000;

const mishaps = {
  killed: 'its process was ended from outside',
  memory: 'out of memory',
  disk: 'the disk is full',
  hub: 'the hub did not answer',
} as const;

/** A listener that writes lines. */
export function createPlainRenderer(write: (line: string) => void): (event: RunEvent) => void {
  const view = createView();
  let lastLine = 0;
  return (event) => {
    applyEvent(view, event);
    const line = lineOf(event);
    if (line === undefined) return;
    write(line);
    lastLine = Date.parse(event.at);
  };

  function lineOf(event: RunEvent): string | undefined {
    switch (event.type) {
      case 'started': {
        const { stages, jobs } = event;
        const already = stages.cached > 0 ? `, ${stages.cached} in the store` : '';
        return `run ${event.run}: ${plural(stages.toRun, 'stage')} to run${already}; ${jobs} at a time`;
      }
      case 'stage': {
        const line = endLine(view, event);
        return line === undefined ? undefined : `${counter()} ${line}`;
      }
      case 'retry': {
        const { mishap, wait_seconds: wait, attempt } = event;
        const name = view.jobNames.get(event.hash) ?? event.label;
        return `${counter()} ${name}: ${mishaps[mishap]}; try ${attempt} in ${formatSeconds(wait)}`;
      }
      case 'progress': {
        if (Date.parse(event.at) - lastLine < quietMs) return undefined;
        const stage = view.stages.get(event.hash);
        if (!stage) return undefined;
        const left = runSecondsLeft(view, Date.parse(event.at));
        const more = runningStages(view).length - 1;
        const others = more > 0 ? `, ${more} more running` : '';
        const eta = left === undefined ? '' : `, about ${formatSeconds(left)} left`;
        return `${counter()} ${nameOf(view, stage)}: step ${event.step} of ${event.steps}${lossTail(stage.losses)}${others}${eta}`;
      }
      case 'notice': {
        // Once: other stages say the same with other numbers, and the table adds them up.
        return view.notices.get(noticeKey(event))?.stages === 1 ? `notice: ${event.message}` : undefined;
      }
      default:
        return undefined;
    }
  }

  function counter(): string {
    const total = view.started?.stages.toRun ?? 0;
    return `[${String(view.ended).padStart(String(total).length)}/${total}]`;
  }
}

/** What the end of a stage says, once the view has taken it in; undefined where nothing ended. */
export function endLine(view: RunView, event: RunEvent & { type: 'stage' }): string | undefined {
  const stage = view.stages.get(event.hash);
  if (!stage || event.state === 'running' || event.state === 'stopped') return undefined;
  if (event.state === 'cached' && stage.startedAt === Date.parse(event.at)) return undefined;
  return `${nameOf(view, stage)}: ${endText(event)}${lossTail(stage.losses)}`;
}

function endText(event: RunEvent & { type: 'stage' }): string {
  switch (event.state) {
    case 'done':
      return `done in ${formatSeconds(event.seconds ?? 0)}`;
    case 'cached':
      return 'made by another process';
    case 'failed':
      return `failed: ${event.diagnostics?.map((d) => d.message).join('; ') ?? ''}`;
    default:
      return 'skipped, because an input failed';
  }
}

const lossTail = (losses: Readonly<Record<string, number>>) => {
  const text = lossText(losses);
  return text === '' ? '' : `, ${text}`;
};
