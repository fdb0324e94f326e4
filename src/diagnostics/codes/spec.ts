/** What can be wrong with a file that parses: MED11xx to MED15xx, by area. */
import { modelCodes } from './spec-models.ts';
import { nameCodes } from './spec-names.ts';
import { valueCodes } from './spec-values.ts';

export const specCodes = { ...nameCodes, ...valueCodes, ...modelCodes } as const;
