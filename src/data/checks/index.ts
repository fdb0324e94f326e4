/** The checks of `medx data check`, in the order in which their findings are shown within a severity. */
import type { DataCheck } from './check.ts';
import { confounding } from './confounding.ts';
import { copies } from './copies.ts';
import { durations } from './durations.ts';
import { gaps } from './gaps.ts';
import { kpis } from './kpis.ts';
import { labels } from './labels.ts';
import { order } from './order.ts';
import { orphans } from './orphans.ts';
import { rows } from './rows.ts';

export const checks: readonly DataCheck[] = [
  labels,
  confounding,
  rows,
  gaps,
  copies,
  order,
  orphans,
  durations,
  kpis,
];
