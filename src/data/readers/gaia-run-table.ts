/**
 * GAIA's run table: what was injected, among other lines. Columns datetime (a date only), service (the instance), message:
 *
 *     2021-07-01 11:54:27,616 | WARNING | 0.0.0.4 | 172.17.0.3 | dbservice1 | [memory_anomalies] trigger a high memory
 *     program, start at 2021-07-01 11:44:26.882752 and lasts 600 seconds and use 1g memory
 *
 * Messages are quoted and end with a line break. A start that the text names counts: such lines are written at the end.
 * Which injections become cases is decided in `gaia-labels.ts`.
 */
import { labelError, readCsv } from './labels.ts';
import { parseLocal } from './times.ts';

export type InjectionKind = 'login' | 'memory' | 'freed' | 'file' | 'access' | 'cpu';

export interface Injection {
  readonly kind: InjectionKind;
  /** Class of the paper; `cpu` is none of its classes. */
  readonly type: string;
  readonly instance: string;
  /** Milliseconds by the clock of the file, as if it were UTC. */
  readonly start: number;
  readonly seconds: number;
  readonly place: string;
}

export interface RunTable {
  readonly injections: readonly Injection[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  readonly rows: number;
  /** Lines without a text. */
  readonly blank: number;
  /** Lines that are no injections: uploads, errors of the database, requests. */
  readonly others: number;
  /** The first of them. */
  readonly example: string;
}

/** No injection of the published tables lasts longer than an hour, save some of 19 and more days that were never ended. */
const longest = 24 * 3600;

/** How each kind says when it starts and how long it lasts. Without `start` the time of the message counts. */
const kinds: readonly {
  readonly kind: InjectionKind;
  readonly type: string;
  readonly pattern: RegExp;
}[] = [
  {
    kind: 'login',
    type: 'login',
    pattern: /wait for (?<seconds>\S+) seconds .*simulate the login failure/,
  },
  {
    kind: 'memory',
    type: 'memory',
    pattern: /\[memory_anomalies\].*?start at (?<start>\S+ \S+) and lasts (?<seconds>\S+) seconds/,
  },
  {
    kind: 'freed',
    type: 'memory',
    pattern: /\[normal memory freed label\] lasts (?<minutes>\S+) minutes/,
  },
  {
    kind: 'file',
    type: 'file',
    pattern: /file moving program, start with (?<start>\S+ [^\s,]+), last for (?<seconds>\S+) seconds/,
  },
  {
    kind: 'access',
    type: 'access',
    pattern: /access permission denied exception, will lasts? (?<hours>\S+) hours?/,
  },
  {
    kind: 'cpu',
    type: 'cpu',
    pattern: /\[cpu_anomalies\].*?start at (?<start>\S+ \S+) and lasts (?<seconds>\S+) seconds/,
  },
];

/** What marks a line as an injection even if the rest of it cannot be read. */
const marks =
  /simulate the login failure|\[memory_anomalies\]|\[normal memory freed label\]|trigger the file moving|trigger an access permission|\[cpu_anomalies\]/;

/** Numbers that the texts spell out: `lasts ten minutes`, `lasts an hour`. */
const words: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, ten: 10 };

/** Throws `MedxError` if a column is missing. */
export function readRunTable(root: string, files: readonly string[]): RunTable {
  const injections: Injection[] = [];
  const refused: { id: string; reason: string }[] = [];
  let [rows, blank, others] = [0, 0, 0];
  let example = '';
  for (const file of files) {
    const [header, ...lines] = readCsv(root, file);
    const at = (name: string): number => {
      const index = header?.cells.findIndex((cell) => cell.trim() === name) ?? -1;
      if (index < 0)
        throw labelError(file, `the column ${name} is missing`, 'a header with datetime, service, message');
      return index;
    };
    const [service, text] = [at('service'), at('message')];
    rows += lines.length;
    for (const { line, cells } of lines) {
      const message = (cells[text] ?? '').trim();
      const place = `${file}, line ${line}`;
      if (message === '' || /^nan$/i.test(message)) blank++;
      else if (!marks.test(message)) {
        others++;
        example ||= message.slice(0, 100);
      } else {
        const found = parseInjection(message, (cells[service] ?? '').trim(), place);
        if (typeof found === 'string') refused.push({ id: place, reason: found });
        else injections.push(found);
      }
    }
  }
  return { injections, refused, rows, blank, others, example };
}

/** The injection of a line, or why it is none. */
function parseInjection(message: string, column: string, place: string): Injection | string {
  const fields = message.split('|').map((field) => field.trim());
  const known = kinds.find(({ pattern }) => pattern.test(message));
  const groups = known?.pattern.exec(message)?.groups;
  if (!known || !groups) return `\`${message.slice(-80)}\` cannot be read`;
  const start = parseLocal(groups.start ?? fields[0] ?? '');
  if (start === undefined) return `the time \`${groups.start ?? fields[0]}\` cannot be read`;
  const instance = column || (fields[4] ?? '');
  if (instance === '') return 'it names no instance';
  const amount = (text: string) => words[text] ?? Number(text);
  const { seconds: s, minutes = '', hours = '' } = groups;
  const seconds = s ? amount(s) : minutes ? 60 * amount(minutes) : 3600 * amount(hours || 'none');
  if (!Number.isFinite(seconds) || seconds < 0) return 'its length cannot be read';
  if (seconds > longest)
    return `it is said to last ${Math.round(seconds)} s (${Math.round(seconds / 86_400)} days)`;
  return { kind: known.kind, type: known.type, instance, start, seconds, place };
}
