/** How D2 tells of its injections: messages in the run table, some of them written when the fault is over. */
import type { SimulatedCase } from '../case.ts';
import { gaiaFaults } from '../faults/gaia.ts';
import type { Setup } from '../setup.ts';
import type { SpanIds } from '../spans.ts';
import type { Service } from '../system.ts';
import { dayOf, localText, midnightOf } from './days.ts';
import { csvText, wordFor, writeSmall } from './format.ts';
import { place } from './gaia.ts';

type Message = {
  /** Epoch milliseconds at which it is written. */
  readonly time: number;
  readonly instance: string;
  readonly level: 'WARNING' | 'INFO';
  readonly pod: number;
  readonly text: string;
};

type Injection = {
  readonly service: string;
  readonly instance: string;
  readonly type: string;
  /** Epoch seconds. */
  readonly start: number;
  readonly end: number;
};

export class Injections {
  readonly #setup: Setup;
  readonly #messages: Message[] = [];
  readonly #injections: Injection[] = [];
  readonly #days = new Set<string>();

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  add({ fault, times, spans }: SimulatedCase, ids: SpanIds): void {
    const { system } = this.#setup;
    this.#days.add(dayOf(times.recordStart));
    const type = wordFor(fault, this.#setup, gaiaFaults);
    if (type === undefined) return;
    const [start, end] = [times.injected, times.injected + fault.duration];
    for (const pod of fault.pods) {
      const instance = system.podNames[pod] as string;
      const service = (system.services[fault.service] as Service).name;
      this.#injections.push({ service, instance, type, start, end });
      const local = `${localText(start)}.000000`;
      const say = (time: number, text: string): void => {
        this.#messages.push({ time, instance, level: 'WARNING', pod, text });
      };
      switch (type) {
        case '[login failure]': {
          // The message carries the id of a request that waits; that of the first one after the injection.
          const after = spans.start.findIndex(
            (time, at) => at < spans.length && time >= (start - times.recordStart) * 1e6,
          );
          const root = ids.root[spans.trace[Math.max(0, after)] as number] ?? 0;
          const id = [ids.span[2 * root] ?? 0, ids.span[2 * root + 1] ?? 0];
          const trace = id.map((word) => word.toString(16).padStart(8, '0')).join('');
          say(
            start * 1000,
            `${trace} | wait for 11 seconds for follow-up operations to simulate the login failure of the QR code expired`,
          );
          break;
        }
        case '[memory_anomalies]':
          say(
            end * 1000 + 733,
            `[memory_anomalies] trigger a high memory program, start at ${local} and lasts ${fault.duration} seconds and use 1g memory`,
          );
          break;
        case '[normal memory freed label]':
          say(start * 1000, '[normal memory freed label] lasts ten minutes');
          break;
        case '[file moving program]':
          say(
            end * 1000 + 148,
            `trigger the file moving program, start with ${local}, last for ${fault.duration} seconds`,
          );
          break;
        case '[access permission denied exception]':
          say(start * 1000, 'trigger an access permission denied exception, will lasts an hour');
          break;
      }
    }
  }

  write(root: string, layout: string): void {
    if (layout === 'converted') this.#writeTable(root);
    else this.#writeMessages(root);
  }

  /** The authors' form, a file per day. */
  #writeTable(root: string): void {
    const header = ['service', 'instance', 'anomaly_type', 'st_time', 'ed_time'];
    const text = (seconds: number) => `${localText(seconds)}.000000`;
    for (const [day, rows] of groupBy(this.#injections, ({ start }) => dayOf(start))) {
      const cells = rows.map(({ service, instance, type, start, end }) => {
        return [service, instance, type, text(start), text(end)];
      });
      writeSmall(root, `${day}/groundtruth.csv`, csvText(header, cells));
    }
  }

  /** The run table: injections between messages that are none. */
  #writeMessages(root: string): void {
    const { podNames, podNodes } = this.#setup.system;
    const all = [...this.#messages, ...this.#uploads()].sort(
      (a, b) => a.time - b.time || a.pod - b.pod || (a.text < b.text ? -1 : 1),
    );
    const dayIn = (message: Message) => dayOf(message.time / 1000);
    for (const [month, rows] of groupBy(all, (message) => dayIn(message).slice(0, 7))) {
      const cells = rows.map((message) => {
        const ms = String(message.time % 1000).padStart(3, '0');
        const head = `${localText(Math.floor(message.time / 1000))},${ms} | ${message.level}`;
        const where = place(podNodes[message.pod] as number, message.pod, podNames[message.pod] as string);
        // The messages of D2 end with a line break within the quotes.
        return [dayIn(message), message.instance, `${head} | ${where} | ${message.text}\n`];
      });
      writeSmall(root, `run/run/run_table_${month}.csv`, csvText(['datetime', 'service', 'message'], cells));
    }
  }

  /** Each morning the logs of the day before are uploaded. */
  #uploads(): Message[] {
    const { podNames } = this.#setup.system;
    return [...this.#days].flatMap((day) =>
      podNames.flatMap((instance, pod) =>
        ['business', 'trace', 'run'].map((kind, order) => {
          const midnight = 1000 * midnightOf(day);
          const time = midnight + 86_400_000 + (190 + order) * 60_000 + pod * 1370 + 24_568;
          return {
            time,
            instance,
            level: 'INFO' as const,
            pod,
            text: `upload ${kind} logs on ${day} successfully`,
          };
        }),
      ),
    );
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
