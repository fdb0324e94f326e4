/** One job in full: how far, how fast, the losses of the model and of each modality as curves, θ and what MAO does with it. */
import { clip } from '../../../report/text.ts';
import { formatSeconds } from '../../format.ts';
import { type ScreenLine, seg } from '../lines.ts';
import { sparkline } from '../spark.ts';
import { nameOf, type RunView, type StageView, stageSecondsLeft, unitOf } from '../view.ts';
import { markOf } from './grid.ts';

const nameWidth = 18;
const numbersWidth = 20;

/** Curves by what they are of, in the order in which a reader asks for them. */
const groups: readonly { readonly title: string; readonly of: (name: string) => string | undefined }[] = [
  { title: 'loss of the model', of: (name) => (/^(train|valid)$/.test(name) ? name : undefined) },
  {
    title: 'loss of each modality alone',
    of: (name) => {
      const [, part, modality] = /^(train|valid)\.(\w+)$/.exec(name) ?? [];
      return modality === undefined ? undefined : `${modality} ${part}`;
    },
  },
  { title: 'θ: share of the progress', of: (name) => /^theta\.(\w+)$/.exec(name)?.[1] },
  { title: 'factor on the updates of the encoder', of: (name) => /^update\.(\w+)$/.exec(name)?.[1] },
  { title: 'factor on the features', of: (name) => /^feature\.(\w+)$/.exec(name)?.[1] },
  { title: 'weight of the loss', of: (name) => /^weight\.(\w+)$/.exec(name)?.[1] },
];

export function jobPane(
  view: RunView,
  job: { readonly hash: string; readonly name: string },
  columns: number,
  now: number,
): ScreenLine[] {
  const stage = view.stages.get(job.hash);
  if (!stage) {
    return [[seg(job.name, 'bold')], [seg('waits for what it is made from', 'dim')]];
  }
  return [[seg(nameOf(view, stage), 'bold')], stateLine(stage, now), ...curveLines(stage, columns)];
}

function stateLine(stage: StageView, now: number): ScreenLine {
  const mark = markOf(stage.state);
  const running = stage.state === 'running';
  const elapsed = running ? Math.max(0, now - stage.startedAt) / 1000 : stage.seconds;
  const left = running ? stageSecondsLeft(stage, now) : undefined;
  const word = unitOf(stage);
  const pace = running && elapsed && stage.step > 0 ? stage.step / elapsed : undefined;
  const parts = [
    stage.steps > 0 ? `${word} ${stage.step} of ${stage.steps}` : undefined,
    elapsed === undefined ? undefined : formatSeconds(elapsed),
    left === undefined ? undefined : `about ${formatSeconds(left)} left`,
    pace === undefined
      ? undefined
      : pace >= 1
        ? `${pace.toFixed(1)} ${word}s/s`
        : `${formatSeconds(1 / pace)} per ${word}`,
    stage.note,
  ];
  return [mark, seg(` ${[stage.state, ...parts.filter((part) => part !== undefined)].join(', ')}`)];
}

function curveLines(stage: StageView, columns: number): ScreenLine[] {
  const lines = groups.flatMap(({ title, of }) => {
    const curves = [...stage.curves].flatMap(([name, values]) => {
      const label = of(name);
      return label === undefined ? [] : [{ label, values }];
    });
    const rows = curves
      .sort((a, b) => (a.label < b.label ? -1 : 1))
      .map(({ label, values }) => curveLine(label, values, columns));
    return rows.length === 0 ? [] : [[], [seg(title, 'dim')], ...rows];
  });
  if (lines.length > 0) return lines;
  return [
    [],
    [seg(stage.state === 'cached' ? 'was in the store: this run saw no epoch of it' : 'no epoch yet', 'dim')],
  ];
}

/** `train     1.609 → 0.988  ▇▆▄▃▂▁`: first, latest, and all between. */
function curveLine(label: string, values: readonly number[], columns: number): ScreenLine {
  const number = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(4));
  const ends = `${number(values[0])} → ${number(values[values.length - 1])}`;
  return [
    seg(`  ${clip(label, nameWidth)}`),
    seg(ends.padEnd(numbersWidth)),
    seg(sparkline(values, Math.max(0, columns - nameWidth - numbersWidth - 3)), 'busy'),
  ];
}
