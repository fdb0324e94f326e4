/** Devices: what computes here, asked in child processes, and what `device = auto` takes. */
import { chooseEngine, type DeviceReport, probeDevices } from '../../tensor/devices.ts';
import { absent, type Check, ok } from './check.ts';

export async function checkDevices(): Promise<Check[]> {
  return describeDevices(await probeDevices({ software: true }));
}

export function describeDevices(reports: readonly DeviceReport[]): Check[] {
  const gpus = reports.filter(({ device }) => device !== 'cpu');
  const found = gpus.map(({ executor, device, name, available, real, why, mend }) =>
    available && real
      ? ok('devices', `${executor} ${device}`, name)
      : absent('devices', `${executor} ${device}`, why ?? name, mend),
  );
  const chosen = (['onnx', 'tfjs'] as const).map((engine) => {
    const { device, adapterName } = chooseEngine({ engine, device: 'auto', threads: 1 }, reports);
    return ok('devices', `${engine} auto`, `takes ${device}: ${adapterName}`);
  });
  return [...found, ...chosen];
}
