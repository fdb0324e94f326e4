/** Every trainable step, by the name it has in a pipeline. */
import { linear } from './linear.ts';
import { pool } from './pool.ts';
import { squeezeExcite } from './squeeze_excite.ts';
import type { StepDef } from './step.ts';
import { transformer } from './transformer.ts';

export const stepDefs: readonly StepDef[] = [squeezeExcite, transformer, pool, linear];
