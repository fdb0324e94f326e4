/**
 * Writes a simulated data set: simulates case after case and hands each to the writer of the format. What a format's files
 * look like is told in `formats/`. Everything is a function of the settings; case k does not depend on the number of cases.
 */
import { setImmediate } from 'node:timers/promises';
import type { SimulatedFormat } from '../../catalog/simulator.ts';
import { makeFolder } from '../../disk/write.ts';
import { type SimulatedCase, simulateCase } from './case.ts';
import { writeSmall } from './formats/format.ts';
import { formats } from './formats/index.ts';
import { type Packing, RawFolder } from './output.ts';
import { checkSettings } from './settings.ts';
import { type Setup, setUp } from './setup.ts';

export type SimulationSummary = {
  readonly cases: number;
  /** Rows of the files of each modality. */
  readonly spans: number;
  readonly lines: number;
  readonly samples: number;
  /** Rows of metrics of sidecars, nodes and the like, which no reader takes. */
  readonly others: number;
  /** Before packing. */
  readonly bytes: number;
  readonly files: number;
  /** Cases per class. */
  readonly classes: Readonly<Record<string, number>>;
};

export type SimulationOptions = {
  readonly packing?: Packing;
  /** Variant of the format; default: its first. */
  readonly layout?: string;
  /** Writes in another format than the one whose faults and system are simulated. For comparing readers. */
  readonly as?: SimulatedFormat;
  /** Seconds between two reads of the metrics, and seconds per case where telemetry goes on without a break. */
  readonly extent?: Pick<Partial<Setup>, 'scrape' | 'slot'>;
  /** Is told after each case how many are done, and what happened in it. */
  readonly onCase?: (done: number, simulated: SimulatedCase) => void;
};

/**
 * Writes the data set into `root` (created if absent) and answers what is in it.
 * @throws MedxError for settings out of range; RangeError for a layout that the format does not have.
 */
export async function simulateDataset(
  settings: Readonly<Record<string, unknown>>,
  root: string,
  options: SimulationOptions = {},
): Promise<SimulationSummary> {
  const params = checkSettings(settings);
  const setup = setUp(params, options.extent);
  const format = formats[options.as ?? params.format];
  const layout = options.layout ?? (Object.keys(format.layouts)[0] as string);
  if (!Object.hasOwn(format.layouts, layout)) throw new RangeError(`no layout ${layout}`);
  makeFolder(root);
  const folder = new RawFolder(root, options.packing ?? 'gzip');
  const writer = format.open(folder, setup, layout);
  const classes: Record<string, number> = Object.fromEntries(setup.plan.classes.map(({ name }) => [name, 0]));
  try {
    let packed = Promise.resolve();
    for (let index = 0; index < params.cases; index++) {
      const simulated = simulateCase(setup, index);
      // The case before is packed in other threads while this one is simulated.
      await packed;
      await writer.pass?.(simulated.times.recordStart);
      writer.write(simulated);
      packed = folder.drain();
      packed.catch(() => undefined);
      classes[simulated.fault.class] = (classes[simulated.fault.class] as number) + 1;
      // Lets signals and messages through: plain files are written without any wait.
      await setImmediate();
      options.onCase?.(index + 1, simulated);
    }
    await packed;
    await folder.close();
  } catch (error) {
    await folder.abandon();
    throw error;
  }
  writer.finish();
  const { rows, bytes, files } = folder.written;
  const summary: SimulationSummary = {
    cases: params.cases,
    spans: rows.trace,
    lines: rows.log,
    samples: rows.metric,
    others: rows.other,
    bytes,
    files,
    classes,
  };
  writeOrigin(root, setup, layout, summary);
  return summary;
}

function writeOrigin(root: string, setup: Setup, layout: string, summary: SimulationSummary): void {
  const { params, scrape, slot } = setup;
  const { system, format, cases, seed, rate } = params;
  const origin = {
    simulated: true,
    format,
    layout,
    generator: 'medx simulate',
    params,
    // Seconds between two reads of the metrics, and seconds per case where telemetry goes on without a break.
    scrape,
    ...(slot === undefined ? {} : { slot }),
    ...summary,
  };
  writeSmall(root, 'dataset.json', `${JSON.stringify(origin, null, 2)}\n`);
  writeSmall(
    root,
    'SIMULATED.txt',
    'This telemetry was simulated by medx. No real system was observed; results on it say nothing about a real one.\n' +
      `simulate(${system}, format: ${format}, cases: ${cases}, seed: ${seed}, rate: ${rate})\n`,
  );
}
