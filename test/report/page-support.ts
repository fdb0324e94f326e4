/** Histories made by arithmetic, and a record whose every name tries to be markup, a command or a control. */
import type { RunRecord } from '../../src/run/record.ts';
import type { History } from '../../src/stages/contracts.ts';
import { recordOf } from './support.ts';

/** Losses are `level / epoch` for `log`, half of it for `metric`; θ is known from the second epoch on. */
export function trainedFor(epochs: number, level = 1): History {
  const lossAt = (epoch: number, of: number) => ({ train: of / epoch, valid: (1.2 * of) / epoch });
  return {
    modalities: ['log', 'metric'],
    parameters: 10,
    chosen: epochs,
    epochs: Array.from({ length: epochs }, (_, i) => i + 1).map((epoch) => {
      const balance = { rho: null, theta: epoch > 1 ? 1 / epoch : null, update: 1, feature: 1 };
      return {
        epoch,
        accuracy: 0.5,
        loss: lossAt(epoch, 3 * level),
        unimodal: {
          log: { ...lossAt(epoch, level), ...balance },
          metric: { ...lossAt(epoch, level / 2), ...balance },
        },
      };
    }),
  };
}

export const hostile =
  "\"><script>alert(1)</script><img src=x onerror=alert(1)>' onload='x\u001b[31m\u202e\u0000 --> ]]> \\input{/etc/passwd} $x_1^2$ & 50% #{}~";

export function hostileRecord(): RunRecord {
  const record = recordOf({ broken: true, run: hostile });
  const named = (name: string) => `${name}${hostile}`;
  return {
    ...record,
    about: {
      file: hostile,
      sources: { [hostile]: `experiment ${hostile}` },
      set: [hostile],
      resolved: {},
      device: hostile,
    },
    failures: [{ code: 'MED4010', severity: 'error', message: hostile }],
    experiments: record.experiments.map((experiment) => ({
      ...experiment,
      name: named('e'),
      data: hostile,
      paper: hostile,
      engine: hostile,
      standIns: [hostile],
      notes: [hostile],
      classes: experiment.classes.map(named),
      refused: [{ id: hostile, reason: hostile }],
      notices: [{ code: 'MED3421', message: hostile, stages: 1 }],
      rows: experiment.rows.map((row) => ({
        ...row,
        name: named(row.name),
        published: { f1_weighted: 0.5, note: hostile },
        ...(row.point ? { point: { [hostile]: hostile } } : {}),
      })),
    })),
  };
}
