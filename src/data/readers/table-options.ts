/** The arguments of `table(…)` as the reader uses them, checked: zones, regular expressions, parts. */
import { dataCodes } from '../../diagnostics/codes/data.ts';
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../../stages/stage.ts';
import type { Clock } from '../tables/clock.ts';
import { parseZone } from '../tables/zone.ts';
import { isObject } from './labels.ts';
import { podService } from './pod.ts';
import type { ReaderOptions } from './reader.ts';
import type { NamedColumns } from './table-scan.ts';

export interface TablePart extends NamedColumns {
  /** `rows` or `wide`. */
  readonly form: string;
  readonly files: string;
  list(argument: string): readonly string[] | undefined;
  readonly args: JsonObject;
}

export interface TableOptions {
  part(name: string): TablePart | undefined;
  serviceOf(instance: string): string;
}

/** Throws `MedxError` naming every argument that cannot be used. */
export function parseTableOptions(options: ReaderOptions): TableOptions {
  const wrong: Diagnostic[] = [];
  const refuse = (setting: string, found: string, expected: string) =>
    wrong.push(report(dataCodes, 'MED3017', { setting, found, expected }));
  const text = textOf(options.time_zone);
  const zone = text === undefined ? undefined : parseZone(text);
  if (text !== undefined && !zone)
    wrong.push(report(setCodes, 'MED3040', { argument: 'time_zone', found: text }));
  const serviceOf = namer(options.instance_to_service, refuse);
  const parts = new Map<string, TablePart>();
  for (const name of ['labels', 'log', 'metric', 'trace']) {
    const call = options[name];
    if (!isObject(call) || !isObject(call.args)) continue;
    const args = call.args as JsonObject;
    const { files, unit } = args;
    if (typeof files !== 'string') refuse(`${name}.files`, JSON.stringify(files), 'a pattern of file names');
    else
      parts.set(name, {
        form: String(call.call),
        files,
        clock: { unit: (unit ?? 'auto') as Clock['unit'], ...(zone ? { zone } : {}) },
        args,
        column: (argument) => textOf(args[argument]),
        list: (argument) => listOf(args[argument]),
      });
  }
  if (wrong.length > 0) throw new MedxError(wrong);
  return { part: (name) => parts.get(name), serviceOf };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: Json | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function namer(
  call: Json | undefined,
  refuse: (setting: string, found: string, expected: string) => void,
): (instance: string) => string {
  const same = (instance: string) => instance;
  if (!isObject(call) || call.call === 'same') return same;
  if (call.call === 'pod') return podService;
  const regex = isObject(call.args) ? String(call.args.regex ?? '') : '';
  try {
    const pattern = new RegExp(regex, 'u');
    if ((new RegExp(`${regex}|`, 'u').exec('')?.length ?? 0) < 2)
      refuse(
        'instance_to_service',
        `the regular expression \`${regex}\``,
        'one with a group, such as "^(.*)-[^-]+$"',
      );
    return (instance) => pattern.exec(instance)?.[1] ?? instance;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    refuse('instance_to_service', `\`${regex}\` (${problem})`, 'a regular expression of JavaScript');
    return same;
  }
}
