/** Behind `--details`: what the jobs of a row that searches its settings have tried, and what each has chosen. */
import type { AnsweredJob, RunAnswers } from '../run/answers.ts';

/** A block of lines per such row. Losses are those of validation cases, in nats. */
export function renderSearches({ experiments }: RunAnswers, color: boolean): string[][] {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  return experiments.flatMap(({ name, rows }) =>
    rows.flatMap((row) => {
      const lines = row.jobs.flatMap(jobLines);
      return lines.length > 0 ? [[bold(`${name}: ${row.name}, chosen on validation cases`), ...lines]] : [];
    }),
  );
}

function jobLines({ seed, fold, search }: AnsweredJob): string[] {
  if (!search) return [];
  const { tried, chosen } = search;
  const best = tried[chosen]!;
  const losses = tried.flatMap(({ loss, epochs }) => (loss === null || epochs !== best.epochs ? [] : [loss]));
  const failed = tried.filter(({ loss }) => loss === null).length;
  const place = fold === undefined ? `seed ${seed}` : `seed ${seed} fold ${fold + 1}`;
  const settings = Object.entries(best.settings).map(([path, value]) => `${path}=${String(value)}`);
  const range = `${number(best.loss)} (worst ${number(Math.max(...losses))})`;
  const counted = `${tried.length} tried${failed > 0 ? `, ${failed} not finite` : ''}`;
  return [`    ${place}  ${counted}, loss ${range}  ${settings.join(' ')}`];
}

const number = (loss: number | null) => (loss === null ? '–' : loss.toFixed(3));
