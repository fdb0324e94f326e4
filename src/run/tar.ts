/**
 * Plain files as a gzipped tar (POSIX ustar) and back, in memory. What others sent is read with distrust: nothing but plain
 * files, no path that leaves its folder, every checksum compared, never more than the limits. Nothing is written to disk.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { storeCodes } from '../diagnostics/codes/store.ts';
import { MedxError, report } from '../diagnostics/diagnostic.ts';

export interface TarLimits {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly files: number;
}

const block = 512;

/** Path → contents, in the given order. The same files give the same bytes. */
export function packTar(files: ReadonlyMap<string, Buffer>): Buffer {
  const pieces: Buffer[] = [];
  for (const [path, bytes] of files) {
    pieces.push(header(path, bytes.length), bytes, Buffer.alloc(-bytes.length & (block - 1)));
  }
  const packed = gzipSync(Buffer.concat([...pieces, Buffer.alloc(2 * block)]), { level: 9 });
  // Byte 9 names the operating system.
  packed[9] = 255;
  return packed;
}

function header(path: string, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const { prefix, name } = divide(path);
  bytes.write(name, 0);
  bytes.write('0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  bytes.write(prefix, 345);
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** A long path is divided at a slash: at most 155 bytes before it, 100 after. Throws MED6110 where that is not possible. */
function divide(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  throw new MedxError(
    report(storeCodes, 'MED6110', { file: path, problem: 'its path is too long for a pack' }),
  );
}

/** Of a header whose own field counts as blanks. */
function checksum(bytes: Buffer): number {
  return bytes.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

/**
 * Path → contents. `file` is for messages.
 * @throws MedxError MED6110 (no such archive, or damaged), MED6111 (a member that no pack has), MED6112 (too large)
 */
export function unpackTar(packed: Buffer, limits: TarLimits, file: string): Map<string, Buffer> {
  const bad = (problem: string) => new MedxError(report(storeCodes, 'MED6110', { file, problem }));
  const tooMuch = (what: string) => new MedxError(report(storeCodes, 'MED6112', { file, what }));
  if (packed.length > limits.packedBytes) throw tooMuch(`it has more than ${mib(limits.packedBytes)}`);
  const bytes = gunzip(packed, limits, bad, tooMuch);
  const files = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    if (at + block > bytes.length) throw bad('it is cut off');
    const head = bytes.subarray(at, at + block);
    if (head.every((byte) => byte === 0)) return files;
    if (octal(head, 148, 8) !== checksum(head)) throw bad(`the header at byte ${at} is damaged`);
    const path = [textAt(head, 345, 155), textAt(head, 0, 100)].filter(Boolean).join('/');
    const refuse = (why: string) => new MedxError(report(storeCodes, 'MED6111', { file, path, why }));
    const kind = String.fromCharCode(head[156] ?? 0);
    if (kind !== '0' && kind !== '\0') throw refuse(kinds[kind] ?? `is a member of kind \`${kind}\``);
    const wrong = wrongPath(path);
    if (wrong) throw refuse(wrong);
    if (files.has(path)) throw refuse('is there twice');
    if (files.size === limits.files) throw tooMuch(`it has more than ${limits.files} files`);
    const size = octal(head, 124, 12);
    if (size === undefined) throw bad(`the size of \`${path}\` cannot be read`);
    at += block;
    if (at + size > bytes.length) throw bad('it is cut off');
    files.set(path, Buffer.from(bytes.subarray(at, at + size)));
    at += size + (-size & (block - 1));
  }
}

const kinds: Readonly<Record<string, string>> = {
  '1': 'is a link',
  '2': 'is a link',
  '3': 'is a device',
  '4': 'is a device',
  '5': 'is a folder',
  '6': 'is a pipe',
};

function gunzip(
  packed: Buffer,
  limits: TarLimits,
  bad: (problem: string) => MedxError,
  tooMuch: (what: string) => MedxError,
): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: limits.unpackedBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw tooMuch(`${mib(packed.length)} unpack to more than ${mib(limits.unpackedBytes)}`);
    throw bad(message);
  }
}

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function wrongPath(path: string): string | undefined {
  if (path === '') return 'has no name';
  // A path that is shown must not steer the terminal; one that is opened must stay in its folder.
  if (/[\p{Cc}\p{Cf}\uFFFD]/u.test(path)) return 'has a control character in its name';
  if (path.startsWith('/') || path.includes('\\')) return 'is no relative path';
  const parts = path.split('/');
  return parts.some((part) => part === '' || part === '.' || part === '..') ? 'leaves its folder' : undefined;
}

function textAt(head: Buffer, at: number, length: number): string {
  const field = head.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}

function octal(head: Buffer, at: number, length: number): number | undefined {
  const text = head.toString('latin1', at, at + length);
  const [, digits] = /^ *([0-7]+)[\0 ]*$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}
