/**
 * Which parts of a case spoke for the answer: each part of the features is set to zero, which is what absence means there, and
 * the model is asked again (Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014). A drop of the
 * answer's probability is how much it rested on that part; parts that stand in for each other show none.
 */
import type { FeatureAxes, Modality } from '../contracts.ts';
import { modalities } from '../contracts.ts';
import type { CaseFeatures, OpenModel } from './diagnose.ts';

export interface SpokenPart {
  readonly modality: Modality;
  readonly what: 'modality' | 'window' | 'kpi' | 'link' | 'event';
  /** `3` for a window, counted from 0; else the name. */
  readonly name: string;
  /** Probability of the answer with the part, less that without it. */
  readonly drop: number;
}

export interface OcclusionInput {
  readonly features: CaseFeatures;
  /** Shape of one case per modality: log `[W, E]`, metric `[I, W, F]`, trace `[W, L]`, events `[W, E]`. */
  readonly shapes: { readonly [modality in Modality]?: readonly number[] };
  readonly axes: { readonly [modality in Modality]?: FeatureAxes };
}

/** Series with the largest values are tried first; a case can have thousands. */
const mostSeries = 150;

/** Parts by how much the answer's probability drops without them, the largest first. */
export async function occlude(model: OpenModel, input: OcclusionInput): Promise<SpokenPart[]> {
  const whole = await model.diagnose(input.features);
  const before = whole.probabilities[whole.answer] ?? 0;
  const parts: SpokenPart[] = [];
  for (const modality of modalities) {
    const values = input.features[modality];
    const shape = input.shapes[modality];
    if (!values || !shape) continue;
    for (const { what, name, cells } of partsOf(modality, values, shape, input.axes[modality])) {
      const poorer = values.slice();
      for (const cell of cells) poorer[cell] = 0;
      const { probabilities } = await model.diagnose({ ...input.features, [modality]: poorer });
      parts.push({ modality, what, name, drop: before - (probabilities[whole.answer] ?? 0) });
    }
  }
  return parts.sort((a, b) => b.drop - a.drop);
}

interface Occluded {
  readonly what: SpokenPart['what'];
  readonly name: string;
  readonly cells: readonly number[];
}

function partsOf(
  modality: Modality,
  values: Float32Array,
  shape: readonly number[],
  axes: FeatureAxes | undefined,
): Occluded[] {
  const [rows, windows, width] = shape.length === 3 ? shape : [1, ...shape];
  if (rows === undefined || windows === undefined || width === undefined) return [];
  const at = (row: number, window: number, column: number) => (row * windows + window) * width + column;
  const cellsOf = (wanted: (row: number, window: number, column: number) => boolean) => {
    const cells: number[] = [];
    for (let row = 0; row < rows; row++)
      for (let window = 0; window < windows; window++)
        for (let column = 0; column < width; column++)
          if (wanted(row, window, column) && values[at(row, window, column)] !== 0)
            cells.push(at(row, window, column));
    return cells;
  };
  const byWindow = Array.from(
    { length: windows },
    (_, w): Occluded => ({
      what: 'window',
      name: String(w),
      cells: cellsOf((_row, window) => window === w),
    }),
  );
  const series = namedSeries(axes).map(
    ({ what, name, row, column }): Occluded => ({
      what,
      name,
      cells: cellsOf((r, _window, c) => r === row && c === column),
    }),
  );
  const weight = ({ cells }: Occluded) => cells.reduce((sum, cell) => sum + Math.abs(values[cell] ?? 0), 0);
  const heaviest = series
    .map((one) => ({ one, weight: weight(one) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostSeries)
    .map(({ one }) => one);
  const all: Occluded = { what: 'modality', name: modality, cells: cellsOf(() => true) };
  return [all, ...byWindow, ...heaviest].filter(({ cells }) => cells.length > 0);
}

interface NamedSeries extends Pick<Occluded, 'what' | 'name'> {
  readonly row: number;
  readonly column: number;
}

/** What has a name along the axes: KPIs of instances, links, kinds of events. The dimensions of log vectors have none. */
function namedSeries(axes: FeatureAxes | undefined): NamedSeries[] {
  const { instances = [], kpis = [], links = [], events = [] } = axes ?? {};
  return [
    ...instances.flatMap((instance, row) =>
      kpis.map((kpi, column) => ({ what: 'kpi' as const, name: `${instance} ${kpi}`, row, column })),
    ),
    ...links.map((name, column) => ({ what: 'link' as const, name, row: 0, column })),
    ...events.map((name, column) => ({ what: 'event' as const, name, row: 0, column })),
  ];
}
