/** What `medx gc` says. */
import type { Cleaning, Removal } from '../../run/gc.ts';
import { formatBytes, plural } from '../format.ts';

const most = 12;

const words: Readonly<Record<Removal['what'], string>> = {
  artefact: 'finished stage',
  checkpoint: 'checkpoint',
  damaged: 'damaged result',
  verification: 'stopped verification',
};

export function renderCleaning({ removed, kept, runs, locks }: Cleaning, dryRun: boolean): string {
  const largest = removed.toSorted((a, b) => b.bytes - a.bytes).slice(0, most);
  const lines = largest.map(
    ({ what, name, label, bytes }) =>
      `  ${formatBytes(bytes).padStart(8)}  ${words[what]} ${label} (${name.slice(0, 12)})`,
  );
  const rest = removed.length - largest.length;
  const counted = (Object.keys(words) as Removal['what'][]).flatMap((what) => {
    const count = removed.filter((one) => one.what === what).length;
    return count > 0 ? [plural(count, words[what])] : [];
  });
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0);
  const verb = dryRun ? 'Would remove' : 'Removed';
  const head =
    removed.length === 0 ? 'Nothing to remove' : `${verb} ${counted.join(', ')}: ${formatBytes(bytes)}`;
  const reached = [plural(runs.length, 'run'), ...(locks.length > 0 ? [plural(locks.length, 'lock')] : [])];
  return [
    ...lines,
    ...(rest > 0 ? [`            and ${rest} smaller; --json has all`] : []),
    `${head}. Kept ${plural(kept.artefacts, 'finished stage')} (${formatBytes(kept.bytes)}) of ${reached.join(' and ')}.`,
    '',
  ].join('\n');
}
