/** What benches of the command line share: where it is, and a simulated set with a model so small that its training costs nothing. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

/** `medx` in this folder. */
export const medxIn =
  (folder: string) =>
  (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });

/** Dataset `shop` of 119 cases and model `small`. */
export const smallShop = `dataset shop {
  from   = simulate(online_boutique, cases: 119, seed: 3, rate: 0.02, before: 3m, after: 3m)
  window = 60s   case = 3m before .. 3m after
  split  = stratified(train: 64%, valid: 16%, test: 20%)
}
model small {
  encode metric = standardize -> window_mean -> squeeze_excite(by: instance) -> transformer(heads: 2) -> pool(mean)
  dim = 8
}`;
