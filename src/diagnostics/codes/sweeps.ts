/** MED143x: sweeps that draw their points, and those that choose among them. */
import { defineCodes } from '../diagnostic.ts';

export const spaceCodes = defineCodes({
  MED1430: {
    severity: 'error',
    say: (p: { mode: string; name: string }) => ({
      message: `\`${p.mode}\` needs the values of \`${p.name}\` one by one`,
      label: 'any number between',
      fix: 'Write a list, or let `random(20)` draw points.',
    }),
  },
  MED1431: {
    severity: 'error',
    say: (p: { count: number; found: number }) => ({
      message: `${p.count} points are asked for, and there are only ${p.found}`,
      fix: 'Take `cross`, which has every combination, or wider ranges.',
    }),
  },
  MED1432: {
    severity: 'error',
    say: (p: { mode: string; row: string }) => ({
      message: `this version of medx cannot \`${p.mode}\` a baseline yet`,
      label: `\`${p.row}\` is one`,
      notes: ['It searches settings of variants: of the trained part of a model, and of its training.'],
      fix: 'Take `each`, `cross` or `random(20)`.',
    }),
  },
  MED1433: {
    severity: 'error',
    say: () => ({
      message: 'there are no validation cases to choose settings by',
      fix: 'Give the split, or the folds, a share of validation cases: `valid: 20%`.',
    }),
  },
  MED1434: {
    severity: 'error',
    say: (p: { count: number }) => ({
      message: `none of the ${p.count} settings tried could be trained to finite numbers`,
      fix: 'Search among smaller learning rates.',
    }),
  },
  MED1435: {
    severity: 'error',
    say: (p: { mode: string; path: string }) => ({
      message: `\`${p.mode}\` cannot search \`${p.path}\` yet`,
      label: 'changes what is trained on, not the training',
      notes: ['It searches settings of the trained part of a model, and of its training.'],
      fix: 'Take `each`, `cross` or `random(20)` for it.',
    }),
  },
  MED1436: {
    severity: 'error',
    say: () => ({
      message: '`halving` sets the epochs itself',
      fix: 'Take `train.epochs` out; the training says how many the last points get.',
    }),
  },
});
