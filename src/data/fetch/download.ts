/**
 * One file over HTTP, resumable: bytes go to `TARGET.part`, and `TARGET.part.json` remembers whose they are (ETag or
 * Last-Modified). A cut connection goes on with a range request; a server that ignores ranges, or whose file has changed,
 * starts anew. The file gets its name only when size and SHA-256 are right. What is to be fetched is told elsewhere.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { datasetCodes } from '../../diagnostics/codes/datasets.ts';
import { MedxError, report } from '../../diagnostics/diagnostic.ts';

export interface DownloadRequest {
  readonly url: string;
  /** Absolute path of the finished file; its folder exists. */
  readonly target: string;
  /** What is known of the file; it is checked. */
  readonly bytes?: number;
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  /** Bytes that are here, and in all where that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Milliseconds before the first repetition; doubled each time. Default 1000. */
  readonly delayMs?: number;
  /** Milliseconds without a byte after which a connection counts as cut. Default 60,000. */
  readonly stallMs?: number;
}

export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
}

/** Failures in a row, without a new byte in between, after which it is given up. */
const attempts = 5;

/** Throws MedxError: MED3309 for the network and the server, MED3310 for a wrong checksum (the file is removed then). */
export async function download(request: DownloadRequest): Promise<Downloaded> {
  const { target, url } = request;
  if (statSync(target, { throwIfNoEntry: false })) return verify(request, target);
  let failures = 0;
  for (;;) {
    const before = sizeOf(`${target}.part`);
    try {
      await transfer(request);
      break;
    } catch (error) {
      if (request.signal?.aborted) throw error;
      const mishap = error instanceof Mishap ? error : asMishap(error);
      if (!mishap) throw error;
      failures = sizeOf(`${target}.part`) > before ? 1 : failures + 1;
      if (mishap.final || failures >= attempts)
        throw new MedxError(report(datasetCodes, 'MED3309', { url, problem: mishap.message, target }));
      await pause(mishap.waitMs ?? (request.delayMs ?? 1000) * 2 ** (failures - 1), request.signal);
    }
  }
  const found = await verify(request, `${target}.part`);
  renameSync(`${target}.part`, target);
  rmSync(`${target}.part.json`, { force: true });
  return found;
}

/** `final`: repeating it would not help. */
class Mishap extends Error {
  readonly final: boolean;
  readonly waitMs: number | undefined;

  constructor(message: string, final: boolean, waitMs?: number) {
    super(message);
    this.final = final;
    this.waitMs = waitMs;
  }
}

async function transfer({
  url,
  target,
  bytes,
  signal,
  onProgress,
  stallMs = 60_000,
}: DownloadRequest): Promise<void> {
  const part = `${target}.part`;
  const mark = readMark(`${part}.json`, url);
  const have = mark ? sizeOf(part) : 0;
  if (have > 0 && have === bytes) return;
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), stallMs);
  };
  try {
    const response = await fetch(url, {
      headers: {
        // Packed on the way, a range would count other bytes.
        'Accept-Encoding': 'identity',
        ...(have > 0 && mark ? { Range: `bytes=${have}-`, 'If-Range': mark } : {}),
      },
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    if (response.status === 416) {
      // What is here is more than there is: not the same file.
      clearPart(part);
      throw new Mishap('the server has fewer bytes than were fetched before', false, 0);
    }
    if (!response.ok || !response.body) throw refusal(response);
    const goesOn = response.status === 206 && startOf(response) === have;
    if (response.status === 206 && !goesOn) {
      clearPart(part);
      throw new Mishap('the server sent another range than was asked for', false, 0);
    }
    writeMark(`${part}.json`, url, response);
    const from = goesOn ? have : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const total = bytes ?? (Number.isFinite(length) ? from + length : undefined);
    let done = from;
    let cut: unknown;
    const counted = async function* (source: AsyncIterable<Uint8Array>) {
      try {
        for await (const chunk of source) {
          alive();
          done += chunk.byteLength;
          onProgress?.(done, total);
          yield chunk;
        }
      } catch (error) {
        // The file is closed in order, so that what has come is kept.
        cut = error;
      }
    };
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
    await pipeline(body, counted, createWriteStream(part, { flags: goesOn ? 'a' : 'w' }));
    if (cut !== undefined) throw cut;
    if (total !== undefined && done < total) throw new Mishap(`${done} of ${total} bytes came`, false);
  } catch (error) {
    if (stall.signal.aborted) throw new Mishap(`nothing came for ${stallMs / 1000} s`, false);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function refusal(response: Response): Mishap {
  const { status, statusText } = response;
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  const passing = status >= 500 || status === 429 || status === 408;
  const what = `the server answers ${status}${statusText ? ` ${statusText}` : ''}`;
  return new Mishap(what, !passing, Number.isFinite(wait) ? Math.min(wait, 120) * 1000 : undefined);
}

/** What a network that is not there, or goes away, looks like; undefined for a mistake of medx or a full disk. */
function asMishap(error: unknown): Mishap | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause ? String(cause.code) : '';
  if (/^(ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/.test(code))
    return new Mishap(`the server cannot be reached (${code})`, false);
  if (/^(ECONN|ETIMEDOUT|EPIPE|UND_ERR|ERR_STREAM_PREMATURE|ERR_SSL|CERT_|UNABLE_TO)/.test(code))
    return new Mishap(`the connection failed (${code})`, /^(ERR_SSL|CERT_|UNABLE_TO)/.test(code));
  if (error instanceof TypeError && /fetch failed|terminated/.test(error.message))
    return new Mishap(`the connection failed (${code || cause.message})`, false);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    throw new MedxError(report(datasetCodes, 'MED3311', { needed: undefined, free: 0, folder: '' }));
  return undefined;
}

async function verify({ bytes, sha256, url, target }: DownloadRequest, path: string): Promise<Downloaded> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const found = { bytes: sizeOf(path), sha256: hash.digest('hex') };
  const size = bytes !== undefined && bytes !== found.bytes;
  if (!size && (sha256 === undefined || sha256 === found.sha256)) return found;
  clearPart(path.endsWith('.part') ? path : `${target}.part`);
  rmSync(path, { force: true });
  const [expected, got] = size
    ? [`${bytes} bytes`, `${found.bytes} bytes`]
    : [`SHA-256 ${sha256}`, `SHA-256 ${found.sha256}`];
  throw new MedxError(report(datasetCodes, 'MED3310', { url, expected, found: got }));
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function clearPart(part: string): void {
  rmSync(part, { force: true });
  rmSync(`${part}.json`, { force: true });
}

/** A strong ETag or a date: what `If-Range` takes. Without either, nothing can be gone on with. */
function readMark(path: string, url: string): string | undefined {
  try {
    const mark = JSON.parse(readFileSync(path, 'utf8')) as { url: string; mark: string | null };
    return mark.url === url ? (mark.mark ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

function writeMark(path: string, url: string, { headers }: Response): void {
  const etag = headers.get('etag');
  const mark = etag && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  writeFileSync(path, JSON.stringify({ url, mark }));
}

function startOf({ headers }: Response): number {
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        fail(signal.reason);
      },
      { once: true },
    );
  });
}
