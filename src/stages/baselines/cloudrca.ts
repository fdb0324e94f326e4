/**
 * Stage `baseline.cloudrca`: CloudRCA (Zhang et al., "CloudRCA: A Root Cause Analysis Framework for Cloud Computing
 * Platforms", CIKM 2021), with metrics and logs.
 *
 * A reconstruction from the abstract and secondary notes, as no source could be read: features of metrics (abnormal KPIs)
 * and of logs (patterns of clustered templates) are variables of a Bayesian network that is learnt with the PC algorithm
 * below the failure types, which an operator's knowledge puts above all of them. Ours: what makes a variable abnormal
 * (`symptoms.ts`), and
 *
 * - of all variables those that are abnormal in `support` training cases or more, and of these the `variables` with the
 *   largest Σ tf · ln(N / df), where a case's tf is 1 / (its abnormal variables);
 * - the type is a parent of each. Edges between variables are those of PC, which may condition on the type too; of the
 *   parents they give a variable the two with the largest mutual information stay;
 * - tables smoothed with one case per state. The answer is the posterior of the type.
 *
 * The service that CloudRCA names is left out. A case without samples and lines has no evidence; one where nothing is
 * abnormal has: that is typical of some failures.
 */
import { stageKinds } from '../../catalog/stages.ts';
import type { JsonObject, StageKind } from '../stage.ts';
import { answerCases, type Lesson } from './answer.ts';
import { gTest, type Variable } from './learners/chi-square.ts';
import { findStructure, parentsOf } from './learners/pc.ts';
import { readSymptoms, type Symptom } from './symptoms.ts';

type CloudRcaParams = JsonObject & {
  readonly variables: number;
  readonly support: number;
  readonly alpha: number;
  readonly conditioning: number;
  readonly parents: number;
};

export const stage: StageKind<CloudRcaParams> = {
  kind: 'baseline.cloudrca',
  version: stageKinds['baseline.cloudrca'].version,
  cost: stageKinds['baseline.cloudrca'].cost,
  run: (params, context) =>
    answerCases(context, (lesson) => {
      const fitted = lesson.train.map(({ index }) => index);
      const { all, isRecorded } = readSymptoms(context, fitted);
      const chosen = choose(all, fitted, params);
      const tables = fitTables(chosen, lesson, params);
      return (index) => {
        if (chosen.length === 0 || !isRecorded(index)) return undefined;
        const states = chosen.map(({ state }) => state(index));
        const scores = lesson.prior.map((_, type) =>
          tables.reduce((sum, table) => sum + table(type, states), 0),
        );
        const top = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - top));
        const total = powers.reduce((a, b) => a + b, 0);
        return powers.map((power) => power / total);
      };
    }),
};

/** The most telling variables, in the order that they are given in. */
function choose(
  all: readonly Symptom[],
  fitted: readonly number[],
  { support, variables }: CloudRcaParams,
): Symptom[] {
  const abnormal = all.map(({ state }) => fitted.filter((index) => state(index) > 0));
  const perCase = new Map<number, number>();
  for (const index of abnormal.flat()) perCase.set(index, (perCase.get(index) ?? 0) + 1);
  const scored = all.flatMap((symptom, at) => {
    const cases = abnormal[at] ?? [];
    if (cases.length < support) return [];
    const idf = Math.log(fitted.length / cases.length);
    return [
      { symptom, at, score: idf * cases.reduce((sum, index) => sum + 1 / (perCase.get(index) ?? 1), 0) },
    ];
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, variables)
    .sort((a, b) => a.at - b.at)
    .map(({ symptom }) => symptom);
}

/** ln P(type), and per variable ln P(its state | type, states of its parents). */
type Table = (type: number, states: readonly number[]) => number;

function fitTables(
  chosen: readonly Symptom[],
  { train, classes }: Lesson,
  { alpha, conditioning, parents: most }: CloudRcaParams,
): Table[] {
  const cause: Variable = { states: classes, values: Uint8Array.from(train, ({ label }) => label) };
  const variables = chosen.map(
    ({ states, state }): Variable => ({
      states,
      values: Uint8Array.from(train, ({ index }) => state(index)),
    }),
  );
  const parents = parentsOf(findStructure(variables, { alpha, conditioning, cause }));
  const information = (i: number, j: number) =>
    gTest(variables[i] as Variable, variables[j] as Variable, []).statistic;
  const prior = smoothed(cause, []);
  return [
    (type) => prior(type, []),
    ...variables.map((variable, at): Table => {
      const above = (parents[at] ?? [])
        .map((parent) => ({ parent, told: information(parent, at) }))
        .sort((a, b) => b.told - a.told || a.parent - b.parent)
        .slice(0, most)
        .map(({ parent }) => parent);
      const table = smoothed(variable, [cause, ...above.map((parent) => variables[parent] as Variable)]);
      return (type, states) => table(states[at] ?? 0, [type, ...above.map((parent) => states[parent] ?? 0)]);
    }),
  ];
}

/** ln P(state | states of the parents), each state of each row of the table counted once more (Laplace). */
function smoothed(
  { states, values }: Variable,
  parents: readonly Variable[],
): (state: number, given: readonly number[]) => number {
  const rowOf = (given: readonly number[]) =>
    parents.reduce((at, parent, i) => at * parent.states + (given[i] ?? 0), 0);
  const rows = parents.reduce((product, parent) => product * parent.states, 1);
  const counts = new Float64Array(rows * states).fill(1);
  values.forEach((state, i) => {
    const at = rowOf(parents.map((parent) => parent.values[i] ?? 0)) * states + state;
    counts[at] = (counts[at] as number) + 1;
  });
  return (state, given) => {
    const row = counts.subarray(rowOf(given) * states, (rowOf(given) + 1) * states);
    return Math.log((row[state] ?? 1) / row.reduce((a, b) => a + b, 0));
  };
}
