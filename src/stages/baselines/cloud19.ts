/**
 * Stage `baseline.cloud19`: the method that the paper calls Cloud19 (Yuan et al., "An Approach to Cloud Execution Failure
 * Diagnosis Based on Exception Logs in OpenStack", IEEE CLOUD 2019), with exception lines alone.
 *
 * A reconstruction from the abstract and secondary notes, as no source could be read: per task of OpenStack a classifier of
 * the failure from the exceptions that the task wrote. Ours, with a service as a task:
 *
 * - exception lines are those of level ERROR, FATAL or CRITICAL and those that speak of one (`exceptions.ts`); a service
 *   that has none in training is read by its warnings;
 * - a service's vector is ln(1 + n) · ln(N / df) over its templates, of length 1, N being the training cases;
 * - per service a balanced multinomial logistic regression on the training cases in which it wrote some. As it has seen few
 *   cases, one more is added to them that has the class frequencies: a class it never saw is not ruled out;
 * - P(y) ∝ prior · Π P_s(y)^{1/n} over the n services that wrote some. A case without any has no evidence.
 */
import { stageKinds } from '../../catalog/stages.ts';
import { baselineCodes } from '../../diagnostics/codes/baselines.ts';
import { report } from '../../diagnostics/diagnostic.ts';
import type { JsonObject, StageContext, StageKind } from '../stage.ts';
import { answerCases, type Lesson } from './answer.ts';
import { type CaseLines, type Counts, readExceptions, type ServiceLines } from './exceptions.ts';
import { fitLogistic } from './learners/logistic.ts';

export const stage: StageKind<JsonObject & { readonly c: number }> = {
  kind: 'baseline.cloud19',
  version: stageKinds['baseline.cloud19'].version,
  cost: stageKinds['baseline.cloud19'].cost,
  run: ({ c }, context) =>
    answerCases(context, async (lesson) => {
      const { sound, poor } = await readExceptions(context);
      const tasks = fitTasks(sound, lesson, c, context);
      return (index) => {
        const services = (poor.cases.has(index) ? poor.lines : sound).get(index);
        // Tasks are in a fixed order, so sums are the same to the bit.
        const said = [...tasks].flatMap(([service, ask]) => {
          const lines = services?.get(service);
          return (lines && ask(lines)) ?? [];
        });
        if (said.length === 0) return undefined;
        const { prior } = lesson;
        const scores = prior.map((share, k) =>
          share > 0
            ? Math.log(share) +
              said.reduce((sum, { shares }) => sum + Math.log(shares[k] ?? 0), 0) / said.length
            : Number.NEGATIVE_INFINITY,
        );
        const top = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - top));
        const total = powers.reduce((a, b) => a + b, 0);
        return powers.map((power) => power / total);
      };
    }),
};

/** What a service says of the failure; undefined where it wrote nothing that it is known by. */
type Task = (lines: ServiceLines) => { readonly shares: readonly number[] } | undefined;

function fitTasks(
  lines: CaseLines,
  { train, classes, prior }: Lesson,
  c: number,
  context: StageContext,
): ReadonlyMap<string, Task> {
  const services = new Set(train.flatMap(({ index }) => [...(lines.get(index)?.keys() ?? [])]));
  const tasks = new Map<string, Task>();
  for (const service of [...services].sort()) {
    const known = train.flatMap(({ index, label }) => {
      const own = lines.get(index)?.get(service);
      return own ? [{ own, label }] : [];
    });
    const isLoud = known.some(({ own }) => own.exceptions.size > 0);
    const countsOf = (own: ServiceLines) => (isLoud ? own.exceptions : own.warnings);
    const vectorOf = weigh(
      known.map(({ own }) => countsOf(own)),
      train.length,
    );
    const rows = known.flatMap(({ own, label }) => {
      const row = vectorOf(countsOf(own));
      return row ? [{ row, label }] : [];
    });
    if (rows.length === 0) continue;
    const model = fitLogistic(
      rows.map(({ row }) => row),
      rows.map(({ label }) => label),
      { classes, c, balanced: true },
    );
    if (!model.converged) {
      const { code, message } = report(baselineCodes, 'MED3750', {
        row: `cloud19 (${service})`,
        steps: model.steps,
      });
      context.notice({ code, message, count: 1 });
    }
    tasks.set(service, (own) => {
      const row = vectorOf(countsOf(own));
      if (!row) return undefined;
      const n = rows.length;
      return { shares: model.probabilities(row).map((share, k) => (n * share + (prior[k] ?? 0)) / (n + 1)) };
    });
  }
  return tasks;
}

/** Counts → vector of length 1; undefined where nothing in it weighs anything. */
function weigh(fitted: readonly Counts[], cases: number): (counts: Counts) => Float64Array | undefined {
  const documents = new Map<number, number>();
  for (const counts of fitted)
    for (const template of counts.keys()) documents.set(template, (documents.get(template) ?? 0) + 1);
  const weights = [...documents]
    .sort(([a], [b]) => a - b)
    .map(([template, df]) => ({ template, idf: Math.log(cases / df) }));
  return (counts) => {
    const row = Float64Array.from(
      weights,
      ({ template, idf }) => Math.log1p(counts.get(template) ?? 0) * idf,
    );
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    return length > 0 ? row.map((x) => x / length) : undefined;
  };
}
