/** What training was like, as curves: losses per modality and θ over epochs, the mean over the jobs of a row. Pure. */
import type { EpochRecord, History } from '../../stages/contracts.ts';
import type { Curve, CurvePoint } from './charts/curves.ts';

/** The histories of a row's jobs, and why others have none. */
export interface RowHistories {
  readonly histories: readonly History[];
  readonly lacking: readonly { readonly job: string; readonly reason: string }[];
}

type Read = (epoch: EpochRecord) => number | null | undefined;

/** Mean, least and most per epoch, over the jobs that trained so long and have the number. */
function overJobs(histories: readonly History[], read: Read): CurvePoint[] {
  const longest = Math.max(0, ...histories.map(({ epochs }) => epochs.length));
  return Array.from({ length: longest }, (_, i) => i).flatMap((i) => {
    const values = histories.flatMap(({ epochs }) => {
      const epoch = epochs[i];
      return (epoch && read(epoch)) ?? [];
    });
    if (values.length === 0) return [];
    const y = values.reduce((sum, value) => sum + value, 0) / values.length;
    const band = values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : {};
    return [{ x: i + 1, y, ...band }];
  });
}

const modalitiesOf = (histories: readonly History[]) => [
  ...new Set(histories.flatMap(({ modalities }) => modalities)),
];

/** Training loss solid with its band, validation loss dashed. The whole model's stands beside those of single modalities. */
export function lossCurves(histories: readonly History[]): Curve[] {
  const modalities = modalitiesOf(histories);
  const parts: {
    readonly name: string;
    readonly read: (epoch: EpochRecord) => EpochRecord['loss'] | undefined;
  }[] = [
    ...modalities.map((name) => ({ name, read: ({ unimodal }: EpochRecord) => unimodal[name] })),
    { name: 'all together', read: ({ loss }) => loss },
  ];
  return parts.flatMap(({ name, read }): Curve[] => {
    const kind = kindOf(name);
    const valid = overJobs(histories, (epoch) => read(epoch)?.valid).map(({ x, y }) => ({ x, y }));
    const train = overJobs(histories, (epoch) => read(epoch)?.train);
    return [
      { name, kind, points: train },
      { name: `${name}, validation`, kind: `${kind} dashed`, points: valid, unnamed: true as const },
    ].filter(({ points }) => points.length > 0);
  });
}

/** Equation 11, where the row balances its modalities by it. */
export function thetaCurves(histories: readonly History[]): Curve[] {
  return modalitiesOf(histories)
    .map((name) => ({
      name,
      kind: kindOf(name),
      points: overJobs(histories, ({ unimodal }) => unimodal[name]?.theta),
    }))
    .filter(({ points }) => points.length > 0);
}

const kindOf = (name: string) => (name === 'all together' ? 'whole' : `of-${name}`);

/** How many jobs the curves are of, and where fewer than all go on. */
export function historiesText(histories: readonly History[]): string {
  const lengths = histories.map(({ epochs }) => epochs.length);
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  const kept = histories.map(({ chosen }) => chosen);
  const [first, last] = [Math.min(...kept), Math.max(...kept)];
  const jobs = histories.length === 1 ? 'one job' : `mean and band of ${histories.length} jobs`;
  const fewer = shortest < longest ? `, fewer from epoch ${shortest + 1} on` : '';
  const chosen = first === last ? `epoch ${first}` : `epochs ${first} to ${last}`;
  return `${jobs}${fewer}; parameters kept: ${chosen}`;
}

/** `2 jobs without a history: … (seed 1, seed 2)`, one text per reason. */
export function lackingTexts({ lacking }: RowHistories): string[] {
  return [...new Set(lacking.map(({ reason }) => reason))].map((reason) => {
    const jobs = lacking.filter((one) => one.reason === reason).map(({ job }) => job);
    const some = jobs.slice(0, 6).join(', ');
    const count = jobs.length === 1 ? '1 job' : `${jobs.length} jobs`;
    return `${count} without a history: ${reason} (${some}${jobs.length > 6 ? ', …' : ''})`;
  });
}
