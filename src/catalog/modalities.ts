/** The modalities, in the order in which tables and encoders list them. */
import type { Modality } from '../stages/contracts.ts';

export const modalities: readonly Modality[] = ['log', 'metric', 'trace'];
