/** `concat`: the encodings side by side, straight to the classifier: the plain baseline. */
import type { Fusion } from './fusion.ts';
import { sideBySide } from './rows.ts';

export const concat: Fusion = sideBySide;
