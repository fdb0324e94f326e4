/**
 * The cloudbeds of a folder: copies of one system with the same names of pods, told apart by paths alone
 * (`2022-03-20-cloudbed1/…`, `cloudbed-2/…`, `groundtruth-k8s-3-2022-03-20.csv`). Their files are never mixed.
 */
import { setCodes } from '../../diagnostics/codes/sets.ts';
import { type Diagnostic, MedxError, report } from '../../diagnostics/diagnostic.ts';
import type { ReaderOptions } from './reader.ts';

/** Undefined where the path names none. */
export function cloudbedOf(path: string): string | undefined {
  const folders = [...path.matchAll(/cloud-?bed[-_]?(\d+)/gi)].at(-1)?.[1];
  return folders ?? /(?:^|[-_/])k8s[-_]?(\d+)[-_.]/i.exec(path)?.[1];
}

export interface OneCloudbed {
  readonly telemetry: readonly string[];
  readonly labels: readonly string[];
  readonly notices: readonly Diagnostic[];
}

/**
 * The files of one cloudbed: of the argument `cloudbed`, or of the only one whose telemetry is there. Files that name
 * none belong to it only where all telemetry is of one. Throws `MedxError` where a choice would be a guess.
 */
export function oneCloudbed(
  telemetry: readonly string[],
  labels: readonly string[],
  options: ReaderOptions,
  call: string,
): OneCloudbed {
  const found = cloudbeds(telemetry);
  const wanted = options.cloudbed === undefined ? undefined : String(options.cloudbed);
  if (wanted === undefined && found.length > 1)
    throw new MedxError(report(setCodes, 'MED3041', { found, call }));
  if (wanted !== undefined && telemetry.length > 0 && found.length > 0 && !found.includes(wanted))
    throw new MedxError(report(setCodes, 'MED3042', { wanted, found, what: 'telemetry' }));
  const chosen = wanted ?? found[0];
  const labelled = cloudbeds(labels);
  if (chosen === undefined) {
    // Nothing says whose telemetry this is: labels of two cloudbeds cannot both be of it.
    if (labelled.length > 1) throw new MedxError(report(setCodes, 'MED3041', { found: labelled, call }));
    return { telemetry, labels, notices: [] };
  }
  const all = [...telemetry, ...labels];
  const nameless = all.filter((path) => cloudbedOf(path) === undefined);
  const others = cloudbeds(all).filter((one) => one !== chosen);
  if (nameless.length > 0 && others.length > 0)
    throw new MedxError(report(setCodes, 'MED3043', { files: nameless, found: cloudbeds(all) }));
  const own = (paths: readonly string[]) => paths.filter((path) => (cloudbedOf(path) ?? chosen) === chosen);
  if (labels.length > 0 && own(labels).length === 0)
    throw new MedxError(report(setCodes, 'MED3042', { wanted: chosen, found: labelled, what: 'labels' }));
  const files = all.length - own(all).length;
  const notices = files > 0 ? [report(setCodes, 'MED3137', { cloudbed: chosen, files, others })] : [];
  return { telemetry: own(telemetry), labels: own(labels), notices };
}

function cloudbeds(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => cloudbedOf(path) ?? []))].sort((a, b) => Number(a) - Number(b));
}
