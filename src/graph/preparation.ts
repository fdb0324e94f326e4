/** The part of a plan that lies below its trainings: reading, templates, features. */
import type { Plan, StageNode } from './plan.ts';

/** What no preparation needs: stages that fit or ask a model. */
const isModel = ({ kind }: StageNode) =>
  kind === 'search' ||
  kind === 'train' ||
  kind === 'predict' ||
  kind === 'detect' ||
  kind.startsWith('baseline.');

/** The plan without rows: its goals are the stages that trainings and baselines take as inputs. */
export function preparationOf(plan: Plan): Plan {
  const models = plan.stages.filter(isModel);
  const inputs = new Set(models.flatMap((node) => Object.values(node.inputs)));
  const stages = plan.stages.filter((node) => !isModel(node));
  return {
    experiments: plan.experiments.map((experiment) => ({ ...experiment, rows: [] })),
    stages,
    goals: stages.filter(({ hash }) => inputs.has(hash)).map(({ hash }) => hash),
  };
}
