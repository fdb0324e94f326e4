/** Where telemetry may come from: one file per source. */
import type { CallSpec } from '../types.ts';
import { microservo } from './microservo.ts';
import { nezha } from './nezha.ts';
import { simulate } from './simulate.ts';

export const sources: readonly CallSpec[] = [microservo, nezha, simulate];
