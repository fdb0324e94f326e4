/** What `medx data simulate` does: reads its options, writes the files beside their place, tells of progress and result. */
import { basename, dirname, relative, resolve } from 'node:path';
import { type SimulatedFormat, type SimulatedSystem, simulatorSettings } from '../../catalog/simulator.ts';
import { durationUnits, formatDuration } from '../../catalog/units.ts';
import { planExtent } from '../../data/simulator/extent.ts';
import { formats } from '../../data/simulator/formats/index.ts';
import { canPack, type Packing } from '../../data/simulator/output.ts';
import { placeFolder } from '../../data/simulator/place-folder.ts';
import { defaultSettings } from '../../data/simulator/settings.ts';
import { type SimulationSummary, simulateDataset } from '../../data/simulator/simulate.ts';
import { simulatorCodes } from '../../diagnostics/codes/simulator.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import { storeFailure } from '../../run/failures.ts';
import { exitCodes } from '../cli/exit.ts';

type Options = Readonly<Record<string, string | true | undefined>>;

interface Request {
  readonly format: SimulatedFormat;
  readonly layout: string;
  readonly packing: Packing;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly wanted: { readonly days?: number; readonly records?: number };
}

class Stopped extends Error {}

export async function simulateFiles(out: string, options: Options, dataRoot: string): Promise<void> {
  const { format, layout, packing, settings, wanted } = readOptions(options);
  const { params, extent } = planExtent(settings, wanted, layout);
  const progress = createProgress(params.cases, options.json === true);
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  const began = performance.now();
  try {
    const summary = await placeFolder(out, options.force === true, (folder) =>
      simulateDataset(params, folder, {
        packing,
        layout,
        extent,
        onCase: (done) => {
          if (stopped) throw new Stopped();
          progress(done);
        },
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    if (options.json === true) {
      const shown = {
        format: 1,
        out,
        params,
        layout,
        packing,
        seconds: Number(seconds.toFixed(2)),
        ...summary,
      };
      process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
      return;
    }
    const lines = [
      ...describe(out, summary, seconds),
      '',
      ...specBlock(out, format, dataRoot, Number(params.before_ms), Number(params.after_ms)),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    // A full or read-only disk is no mistake of medx.
    if (!(error instanceof Stopped)) throw storeFailure(error, 'write', out) ?? error;
    process.stderr.write('stopped; nothing was written\n');
    process.exitCode = exitCodes.stopped;
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** @throws MedxError with one diagnostic per option that cannot be read. */
function readOptions(options: Options): Request {
  const wrong: Diagnostic[] = [];
  const refuse = (option: string, found: unknown, expected: string): undefined => {
    wrong.push(report(simulatorCodes, 'MED3205', { option, found: String(found), expected }));
    return undefined;
  };
  const format = String(options.format) as SimulatedFormat;
  const { layouts } = formats[format];
  const layout = String(options.layout ?? Object.keys(layouts)[0]);
  if (!Object.hasOwn(layouts, layout)) {
    const known = Object.entries(layouts).map(([name, doc]) => `\`${name}\` (${doc})`);
    refuse('--layout', layout, `one of ${known.join(', ')}`);
  }
  if (options.gzip && options.zstd) refuse('--zstd', 'on', '--gzip or --zstd, not both');
  const packing = options.zstd ? 'zstd' : options.gzip ? 'gzip' : 'plain';
  if (!canPack(packing)) wrong.push(report(simulatorCodes, 'MED3207', { version: process.versions.node }));
  const given: Record<string, number> = {};
  for (const { name, param, type } of simulatorSettings) {
    const text = options[name];
    if (text === undefined) continue;
    const value = type === 'duration' ? parseDuration(String(text)) : parseNumber(String(text));
    if (value === undefined)
      refuse(`--${name}`, text, type === 'duration' ? 'a duration such as 10m' : 'a number');
    else given[param] = value;
  }
  const amount = (name: 'days' | 'records', expected: string): number | undefined => {
    const text = options[name];
    if (text === undefined) return undefined;
    const value = name === 'records' ? parseCount(String(text)) : parseNumber(String(text));
    return value !== undefined && value > 0 ? value : refuse(`--${name}`, text, expected);
  };
  const days = amount('days', 'a number of days above 0');
  const records = amount('records', 'a number above 0 such as 500k or 10M');
  if (records !== undefined && options.rate !== undefined) {
    refuse('--rate', options.rate, 'no rate together with --records, which chooses it');
  }
  if (wrong.length > 0) throw new MedxError(wrong);
  const own: SimulatedSystem = format === 'gaia' ? 'micross' : 'online_boutique';
  const system = (options.system ?? own) as SimulatedSystem;
  return {
    format,
    layout,
    packing,
    settings: defaultSettings({ ...given, system, format }),
    wanted: { ...(days === undefined ? {} : { days }), ...(records === undefined ? {} : { records }) },
  };
}

function parseNumber(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `10m` → milliseconds. */
function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  const size = unit === undefined ? undefined : durationUnits[unit];
  return size === undefined ? undefined : Number(digits) * size;
}

/** `500k`, `10M`, `1e6`, `250000`. */
function parseCount(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?(?:e\d)?)([kM])?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Math.round(Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1));
}

/** One line that is written over on a terminal; a line per tenth elsewhere, if there is anything to wait for. */
function createProgress(cases: number, quiet: boolean): (done: number) => void {
  const began = performance.now();
  let tenth = 0;
  return (done) => {
    if (quiet) return;
    const { stderr } = process;
    const seconds = (performance.now() - began) / 1000;
    if (stderr.isTTY) {
      const left = done < cases ? `, about ${Math.ceil((seconds / done) * (cases - done))} s left` : '';
      stderr.write(done < cases ? `\r${done} of ${cases} cases${left}\u001b[K` : '\r\u001b[K');
      return;
    }
    const now = Math.floor((10 * done) / cases);
    if (now === tenth || seconds < 5) return;
    tenth = now;
    stderr.write(`${done} of ${cases} cases, ${seconds.toFixed(0)} s\n`);
  };
}

function describe(out: string, summary: SimulationSummary, seconds: number): string[] {
  const { cases, classes, lines, samples, others, spans, bytes, files } = summary;
  const n = (value: number) => value.toLocaleString('en');
  const records = lines + samples + others + spans;
  const mix = Object.entries(classes).map(([name, count]) => `${count} ${name}`);
  const more = others > 0 ? ` and ${n(others)} of sidecars, nodes and services` : '';
  return [
    `${out}: ${n(records)} simulated records in ${n(files)} files, ${n(cases)} cases (${mix.join(', ')})`,
    `  log     ${n(lines)} lines`,
    `  metric  ${n(samples)} samples${more}`,
    `  trace   ${n(spans)} spans`,
    `  ${n(Math.round(bytes / 1e6))} MB of text in ${seconds.toFixed(1)} s, ${n(Math.round(records / seconds))} records/s`,
  ];
}

/** A block to paste, and where its folder is looked for. */
function specBlock(
  out: string,
  format: SimulatedFormat,
  dataRoot: string,
  beforeMs: number,
  afterMs: number,
): string[] {
  const path = resolve(out);
  const below = relative(dataRoot, path);
  const inside = below !== '' && !below.startsWith('..');
  const root = inside ? below.replaceAll('\\', '/') : basename(path);
  const hint = inside ? [] : [`# run with --data-root ${dirname(path)}`];
  const window = 60_000;
  const whole = (ms: number) => formatDuration(Math.floor(ms / window) * window);
  return [
    ...hint,
    'dataset simulated {',
    `  from   = ${format}("${root}")`,
    '  window = 60s',
    `  case   = ${whole(beforeMs)} before .. ${whole(afterMs)} after`,
    '}',
  ];
}
