/** `sum`: x + y + z. */
import type { Fusion } from './fusion.ts';
import { sumOf } from './rows.ts';

export const sum: Fusion = (g, encodings) =>
  sumOf(
    g,
    encodings.map(({ node }) => node),
  );
