/** Checks the settings of a simulation against the catalogue's table. */
import {
  type SimulatorParams,
  simulatedFormats,
  simulatedSystems,
  simulatorSettings,
} from '../../catalog/simulator.ts';
import { simulatorCodes } from '../../diagnostics/codes/simulator.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';

/** The defaults, changed by `given`. */
export function defaultSettings(given: Partial<SimulatorParams> = {}): SimulatorParams {
  const defaults = Object.fromEntries(simulatorSettings.map((item) => [item.param, item.default]));
  return { system: 'online_boutique', format: 'microservo', ...defaults, ...given } as SimulatorParams;
}

/** @throws MedxError with one diagnostic per setting that is absent, of the wrong type or out of range. */
export function checkSettings(params: Readonly<Record<string, unknown>>): SimulatorParams {
  const wrong: Diagnostic[] = [];
  for (const [what, choices] of [
    ['system', simulatedSystems],
    ['format', simulatedFormats],
  ] as const) {
    const known: readonly string[] = choices.map(({ name }) => name);
    const found = String(params[what]);
    if (!known.includes(found)) wrong.push(report(simulatorCodes, 'MED3201', { what, found, known }));
  }
  for (const { name, param, type, min, max } of simulatorSettings) {
    const value = params[param];
    const fits =
      typeof value === 'number' &&
      value >= min &&
      value <= max &&
      (type !== 'integer' || Number.isInteger(value));
    if (!fits) wrong.push(report(simulatorCodes, 'MED3202', { name, type, min, max, found: value }));
  }
  if (wrong.length > 0) throw new MedxError(wrong);
  return params as SimulatorParams;
}
