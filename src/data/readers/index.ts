/** The readers by format. */
import { alerts } from './alerts.ts';
import { microservo } from './microservo.ts';
import { nezha } from './nezha.ts';
import type { DatasetReader } from './reader.ts';

export const readers: Readonly<Record<string, DatasetReader>> = { alerts, microservo, nezha };
