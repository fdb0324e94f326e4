/** Ids of log lines as D1 and D3 have them: twenty characters, six bits each. */
import type { RawFile } from '../output.ts';
import type { RandomStream } from '../random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const codes = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));

export function writeLogId(file: RawFile, draws: RandomStream): void {
  for (let part = 0; part < 4; part++) {
    let bits = draws.bits();
    for (let i = 0; i < 5; i++) {
      file.byte(codes[bits & 63] as number);
      bits >>>= 6;
    }
  }
}

/** Draws an id that is not written. */
export function skipLogId(draws: RandomStream): void {
  for (let part = 0; part < 4; part++) draws.bits();
}
