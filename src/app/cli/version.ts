/** medx's own version, from its package.json. */
import { readFileSync } from 'node:fs';

export function version(): string {
  // Two folders up from both src/app/cli and dist/app/cli lies src or dist; one more is the package.
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
